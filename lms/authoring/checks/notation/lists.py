"""Lists that would be counted anew, or that are none."""

from dataclasses import dataclass

from lms.authoring.checks.notation.text import QUOTE_PREFIX, TIGHT_ITEM, FileText
from lms.authoring.diagnostics import Diagnostics
from lms.rendering.lines import ITEM, RULE, Line


def check_lists(text: FileText, diagnostics: Diagnostics) -> None:
    """Numbers that would be counted anew, and marks that lack their space."""
    open_lists: dict[int, _Numbers] = {}
    after_blank = True
    tight: Line | None = None
    for line, question in zip(text.lines, text.questions, strict=True):
        inside = QUOTE_PREFIX.sub("", line.text, count=1)
        item = None if RULE.fullmatch(inside) else ITEM.fullmatch(inside)
        if item and item["mark"][0].isdigit():
            indent, number = len(item["indent"]), int(item["mark"][:-1])
            open_lists = {at: each for at, each in open_lists.items() if at <= indent}
            numbers = open_lists.get(indent)
            if numbers is not None:
                numbers.take(number, line, diagnostics)
            elif after_blank or number == 1:
                open_lists[indent] = _Numbers(number, number, number)
        elif inside.strip() and (line.heading or (after_blank and not inside[0].isspace())):
            open_lists.clear()
        is_tight = TIGHT_ITEM.match(inside) is not None and not question
        if is_tight and tight is not None:
            for each in (tight, line):
                diagnostics.warning(
                    each.number,
                    "Tanda butir ini tidak menjadi daftar; barisnya bersambung.",
                    "Tulis dengan satu tanda dan spasi: - butir, 1. langkah, atau a. huruf.",
                    "list-without-space",
                )
        if inside.strip():
            tight = line if is_tight else None
        after_blank = not inside.strip()


@dataclass(slots=True)
class _Numbers:
    """The numbers of a list: its first, the last as it is written, and the last as it is shown."""

    first: int
    written: int
    shown: int

    def take(self, number: int, line: Line, diagnostics: Diagnostics) -> None:
        """Note a number that does not follow; a list of equal numbers is to be counted."""
        self.shown += 1
        if number != self.written + 1 and not number == self.written == self.first:
            diagnostics.warning(
                line.number,
                f"Nomor {number} tampil sebagai {self.shown}, karena butirnya berurutan.",
                "Perbaiki nomornya. Untuk memulai daftar baru, beri kalimat di antaranya.",
                "list-number-jumps",
            )
        self.written = number
