"""Bold words, whose stars have to stand in pairs and close."""

import re

from lms.authoring.checks.notation.text import QUOTE_PREFIX, FileText
from lms.authoring.diagnostics import Diagnostics
from lms.rendering.lines import ITEM, RULE, Line

TWO_STARS = re.compile(r"(?<![*\\])\*\*(?!\*)")
LINK_ENDS = re.compile(r"\]\([^()\n]*\)\Z|>\Z")


def check_bold(text: FileText, diagnostics: Diagnostics) -> None:
    """Two stars make a word bold only in pairs that stand close to it."""
    block: list[Line] = []
    for line in [*text.lines, Line(len(text.lines) + 1, "")]:
        inside = QUOTE_PREFIX.sub("", line.text, count=1)
        if block and (not inside.strip() or line.heading or ITEM.match(inside) or "|" in inside):
            _tell_bold(block, diagnostics)
            block = []
        if inside.strip() and not RULE.fullmatch(inside):
            block.append(line)


def _tell_bold(block: list[Line], diagnostics: Diagnostics) -> None:
    words = "\n".join(line.text for line in block)
    pieces = TWO_STARS.split(words)
    starts = [match.start() for match in TWO_STARS.finditer(words)]
    bold = range(1, len(pieces), 2)
    spaced = [index for index in bold if pieces[index] != pieces[index].strip()]
    stuck = [
        index for index in bold[: len(starts) // 2] if _is_stuck(*pieces[index - 1 : index + 2])
    ]
    remedy = "Apit kata dengan rapat: **kata**."
    if len(pieces) % 2 == 0:
        what, offset = "Tanda ** ini tidak berpasangan", starts[-1]
    elif spaced:
        what, offset = "Ada spasi di antara tanda ** dan katanya", starts[spaced[0] - 1]
    elif stuck:
        what, offset = "Tanda ** menempel pada kata di luarnya", starts[stuck[0] - 1]
        remedy = "Beri spasi di luar tandanya: **Catatan:** isi."
    else:
        return
    diagnostics.warning(
        block[words.count("\n", 0, offset)].number,
        f"{what}, sehingga tampil sebagai teks.",
        remedy,
        "unknown-notation",
    )


def _is_stuck(before: str, bold: str, after: str) -> bool:
    """Whether a word touches stars from outside that have a sign inside: **Catatan:**isi.

    A link is no sign: it stands for its words.
    """
    opens = before[-1:].isalnum() and not (bold[0].isalnum() or bold[0] in "[!<")
    closes = after[:1].isalnum() and not (bold[-1].isalnum() or LINK_ENDS.search(bold))
    return opens or closes
