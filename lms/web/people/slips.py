"""Slips with activation codes, printed on A4 to be cut: each has what its holder needs."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from lms.accounts.activation import show_code
from lms.institutions.people.codes import CodeLine
from lms.printing.fonts import BUILT_FONTS
from lms.printing.jinja import jinja_environment
from lms.printing.qr import qr_png

if TYPE_CHECKING:
    from lms.printing.weasyprint import Renderer

A_PAGE: Final = 8
PAGES_AT_ONCE: Final = 20
"""Pages that are set together: WeasyPrint holds all of a document, and its memory is bounded so."""
UNIT_LENGTH: Final = 70
"""Three lines: with the longest name there is no room for more."""
_TEMPLATES: Final = Path(__file__).parent / "printed"


@dataclass(frozen=True, slots=True)
class SlipWords:
    """What stands on every slip, and above the first."""

    language: str
    address: str
    title: str
    cut: str
    number: str
    how: str
    until: str
    part: str


def print_slips(
    lines: Sequence[CodeLine], words: SlipWords, *, report: Callable[[int, int], None]
) -> BinaryIO:
    """Print the slips as PDF/UA-1, some pages at a time; returns a file that has no name."""
    # Only who does jobs prints and joins, and a web worker has no memory to spare for it.
    from lms.printing.joining import Joiner

    joiner: Joiner | None = None
    pages = [lines[start : start + A_PAGE] for start in range(0, len(lines), A_PAGE)]
    for start in range(0, len(pages), PAGES_AT_ONCE):
        some = pages[start : start + PAGES_AT_ONCE]
        report(start * A_PAGE, len(lines))
        pdf = _print(some, words, is_first=start == 0)
        if joiner is None:
            joiner = Joiner(pdf)
        else:
            joiner.add(pdf, f"{words.part} {start + 1}")
    assert joiner is not None  # noqa: S101 - there is somebody who is given a code
    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    try:
        joiner.write(file)
    except BaseException:
        file.close()
        raise
    return file


def _print(pages: Sequence[Sequence[CodeLine]], words: SlipWords, *, is_first: bool) -> bytes:
    slips = [
        [
            asdict(line) | {"code": show_code(line.code), "unit_name": _shortened(line.unit_name)}
            for line in page
        ]
        for page in pages
    ]
    html = (
        jinja_environment(_TEMPLATES)
        .get_template("codes.html")
        .render(pages=slips, words=words, is_first=is_first)
    )
    qr = qr_png(words.address)
    identifier = sha256(html.encode()).hexdigest()[:32]
    return _renderer().print(html, {"sakuham:qr": qr}, identifier=identifier)


def _shortened(name: str) -> str:
    return name if len(name) <= UNIT_LENGTH else f"{name[: UNIT_LENGTH - 1].rstrip()}…"


@cache
def _renderer() -> "Renderer":
    # WeasyPrint is slow to import: who serves need not wait for it.
    from lms.printing.weasyprint import Renderer

    style = (_TEMPLATES / "codes.css").read_text(encoding="utf-8")
    return Renderer.prepare(BUILT_FONTS, style)
