"""Tables that are not read as such, and cells that would be lost."""

import re

from lms.authoring.checks.notation.text import QUOTE_PREFIX, FileText
from lms.authoring.diagnostics import Diagnostics
from lms.rendering.normalising import TABLE_RULE

UNESCAPED_BAR = re.compile(r"(?<!\\)\|")


def check_tables(text: FileText, diagnostics: Diagnostics) -> None:
    """Every row of bars belongs to a table and has no more cells than its head."""
    rows = [QUOTE_PREFIX.sub("", line.text, count=1).strip() for line in text.lines]
    index = 0
    while index < len(rows):
        if not rows[index].startswith("|") and not _begins_table(rows, index):
            index += 1
            continue
        end = next((i for i in range(index, len(rows)) if not rows[i]), len(rows))
        if _begins_table(rows, index):
            _check_rows(rows, index, end, diagnostics)
        else:
            diagnostics.error(
                index + 1,
                "Garis tegak ini tidak dibaca sebagai tabel.",
                "Tulis kepala tabel, lalu baris |---|---| di bawahnya, lalu isinya, "
                "tanpa baris kosong di antaranya.",
                "table-not-read",
            )
        index = end


def _begins_table(rows: list[str], index: int) -> bool:
    following = rows[index + 1] if index + 1 < len(rows) else ""
    return "|" in rows[index] and "-" in following and bool(TABLE_RULE.fullmatch(following))


def _check_rows(rows: list[str], start: int, end: int, diagnostics: Diagnostics) -> None:
    width, ruled = _cells(rows[start]), _cells(rows[start + 1])
    if width != ruled:
        diagnostics.error(
            start + 2,
            f"Kepala tabel punya {width} kolom, tetapi garis di bawahnya {ruled}; tabel ini tidak "
            "terbaca.",
            f"Tulis {width} bagian: {'|---' * width}|.",
            "table-not-read",
        )
        return
    for index in range(start + 2, end):
        count = _cells(rows[index])
        if count > width:
            diagnostics.error(
                index + 1,
                f"Baris tabel ini punya {count} sel, tetapi kepalanya {width} kolom; selebihnya "
                "tidak tampil.",
                r"Tambah kolom pada kepala tabel, atau tulis \| bila garis tegak itu bagian dari "
                "teks.",
                "table-extra-cells",
            )
        elif "|" not in rows[index]:
            diagnostics.warning(
                index + 1,
                "Baris ini menjadi baris tabel karena berdiri tepat di bawahnya.",
                "Beri satu baris kosong sesudah tabel.",
                "table-goes-on",
            )


def _cells(row: str) -> int:
    inside = row.removeprefix("|")
    if inside.endswith("|") and not inside.endswith("\\|"):
        inside = inside[:-1]
    return len(UNESCAPED_BAR.findall(inside)) + 1
