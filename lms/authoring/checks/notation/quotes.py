"""What begins a quote, on purpose or not: boxes, and signs that mean *more than*."""

import re

from lms.authoring.checks.notation.text import QUOTE_PREFIX, SHORT, FileText
from lms.authoring.diagnostics import Diagnostics
from lms.rendering.normalising import ALERT_LABELS

# "> 37,5 derajat", but no sentence, no quoted list and no paragraph of a law.
AMOUNT = r">=?[ \t]*(?:Rp[ \t.]*)?\d[\d.,]*(?<![.,])"
MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
MORE_THAN = re.compile(
    rf"\s*(?=>=?[ \t]*(?:Rp|[1-9][\d.,]*[ \t]*(?:[%°]|(?!(?:{MONTHS})\b)[^\W\d_]{{2}})))"
    rf"{AMOUNT}(?:[ \t%°].*)?(?<![.!?:;\"”)])"
)
MORE_THAN_IN_ITEM = re.compile(rf"\s*(?:[-*+•]|\d{{1,3}}[.)])[ \t]+{AMOUNT}(?:[ \t%°].*)?")


def check_alerts(text: FileText, diagnostics: Diagnostics) -> None:
    """A box like [!NOTE] begins a quote, and has one of five names."""
    before = ""
    for line in text.lines:
        prefix = QUOTE_PREFIX.match(line.text)
        rest = line.text[prefix.end() :] if prefix else line.text
        match = re.search(r"\[!(\w+)\](?!\()", rest)
        if match and not (
            prefix
            and rest.startswith(match[0])
            and match[1].casefold() in ALERT_LABELS
            and not QUOTE_PREFIX.match(before)
        ):
            diagnostics.warning(
                line.number,
                f"Tanda {match[0]} tampil sebagai teks.",
                "Tulis di baris pertama sebuah kutipan, misalnya > **Catatan:** …",
                "unknown-notation",
            )
        before = line.text


def check_more_than(text: FileText, diagnostics: Diagnostics) -> None:
    """A sign that means *more than* would begin a quote and be gone: in an item, or on a line."""
    is_announced = False
    for index, (line, question) in enumerate(zip(text.lines, text.questions, strict=True)):
        around = (text.lines[at].text for at in (index - 1, index + 1) if 0 <= at < len(text.lines))
        is_alone = not any(QUOTE_PREFIX.match(each) for each in around) and not is_announced
        if not question and (
            MORE_THAN_IN_ITEM.fullmatch(line.text)
            or (is_alone and len(line.text) <= SHORT and MORE_THAN.fullmatch(line.text))
        ):
            diagnostics.warning(
                line.number,
                "Tanda > di awal baris atau butir membuka kutipan, dan tidak tampil.",
                'Bila maksudnya "lebih dari", tulis dengan kata, atau dahului dengan garis miring '
                "terbalik: \\> 37,5.",
                "unknown-notation",
            )
        is_announced = line.text.endswith(":") or (is_announced and line.is_blank)
