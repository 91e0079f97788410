"""Sheets of paper for an office: figures by unit, and the cover of joined certificates."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lms.printing.fonts import BUILT_FONTS
from lms.printing.jinja import jinja_environment

if TYPE_CHECKING:
    from lms.printing.weasyprint import Renderer

TEMPLATES: Final = Path(__file__).with_name("templates")


def print_sheet(name: str, values: Mapping[str, object]) -> bytes:
    """Set one of the sheets as PDF/UA-1, A4 landscape; the same values give the same bytes."""
    html = jinja_environment(TEMPLATES).get_template(f"{name}.html").render(values)
    identifier = sha256(html.encode()).hexdigest()[:32]
    return _renderer().print(html, {}, identifier=identifier)


@cache
def _renderer() -> "Renderer":
    # WeasyPrint is slow to import: who serves need not wait for it.
    from lms.printing.weasyprint import Renderer

    style = (TEMPLATES / "sheet.css").read_text(encoding="utf-8")
    return Renderer.prepare(BUILT_FONTS, style)
