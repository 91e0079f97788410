"""The certificate as a picture on a page: an SVG to the same plan as the printed one.

The places are those of `templates/certificate.css`, in millimetres of an A4 page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Final

from lms.certificates.facts import CertificateFacts, Imprint, Mark
from lms.certificates.fitting import Fitted, FittedList
from lms.certificates.layout import (
    FOREIGN_PITCH,
    OBJECTIVES_PITCH,
    PITCH,
    SMALL_PITCH,
    Layout,
    lay_out,
    marked_on,
)
from lms.certificates.rosette import draw_rosette
from lms.certificates.theme import Theme
from lms.printing.qr import qr_svg

INK: Final = "#23211c"
SOFT: Final = "#6a6456"
STAMP: Final = "#b3261e"
MM: Final = 25.4 / 72  # in a point

# Of Plus Jakarta Sans (hhea), in parts of the letters' size.
_ASCENT, _DESCENT = 1.038, 0.222

_LEFT, _CHECK, _SIGNED = 38.0, 101.0, 184.0
_TOP, _BOTTOM = 17.5, 192.5


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where lines stand: from the panel's upper edge, name and label to its lower one."""

    heading: float
    heading_size: float
    number: float
    number_size: float
    given: float
    name: float
    employee: float
    institution: float
    statement: float
    title: float
    period: float
    credit: float
    label: float


_PLAIN = _Plan(33, 44, 52.5, 11, 63, 83.5, 93.5, 99, 112, 117.5, 131.5, 136.3, 17.3)
_DENSE = _Plan(25.5, 30, 38, 10, 44.5, 105.5, 71, 76.3, 84.9, 89.2, 101.9, 106.4, 15.7)
"""With objectives."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How lines theme: size in points, weight, colour, tracking and pitch in parts of the size."""

    size: float = 11
    weight: int = 400
    colour: str = INK
    tracking: float = 0
    pitch: float = 1.2


_SMALL = _Style(9, pitch=SMALL_PITCH / (9 * MM))


def draw_certificate(
    facts: CertificateFacts,
    imprint: Imprint,
    theme: Theme,
    *,
    fonts: Path,
    objectives: Sequence[str] = (),
    mark: Mark | None = None,
    code_url: str = "",
) -> str:
    """The certificate as an SVG whose title says what it is; every value is escaped.

    Takes what `print_certificate` takes, and raises the same errors. With `code_url` the QR code,
    which costs more than all the rest, is fetched from there and not drawn.
    """
    words = lay_out(facts, imprint, fonts, objectives)
    plan = _DENSE if words.objectives.items else _PLAIN
    texts = "".join(_texts(words, theme, plan))
    stamp = _stamp(mark, plan) if mark else ""
    summary = f"Sertifikat {words.title} – {words.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210" role="img">'
        f"<title>{escape(summary)}</title>"
        f"{_paper(theme)}{_code(words, code_url)}{_emblem(words)}{texts}{stamp}</svg>"
    )


@lru_cache(maxsize=16)
def _paper(theme: Theme) -> str:
    """What all sheets of a theme have in common: the border, the panel and the rosette."""
    border = re.sub(
        r'width="\d+" height="\d+"',
        'x="8.5" y="9" width="280" height="192"',
        theme.border_svg,
        count=1,
    )
    rosette = draw_rosette(theme.colour).replace(
        "<svg ", '<svg x="104.5" y="38" width="200" height="200" ', 1
    )
    return (
        f'<rect width="297" height="210" fill="#fff"/>{border}'
        f'<svg x="17" y="17.5" width="263" height="175">'
        f'<rect width="100%" height="100%" fill="#fff"/>{rosette}</svg>'
        f'<rect x="16.75" y="17.25" width="263.5" height="175.5" fill="none" '
        f'stroke="{theme.accent}" stroke-width=".5"/>'
        f'<rect x="229.5" y="26" width="32" height="32" fill="#fff"/>'
    )


def _code(words: Layout, url: str) -> str:
    """The QR code: drawn, or a picture of its points to be fetched."""
    title = f"Kode QR: {words.verify_url}"
    place = 'x="229.5" y="26" width="32" height="32"'
    if url:
        return f'<image {place} href="{escape(url)}"><title>{escape(title)}</title></image>'
    drawn = qr_svg(words.qr_content, title=title)
    return drawn.replace("<svg ", f'<svg {place} color="{INK}" ', 1)


def _emblem(words: Layout) -> str:
    """The emblem of the letterhead; nothing without one."""
    if words.emblem is None:
        return ""
    width, height = words.emblem_size
    return (
        f'<image x="{_LEFT:g}" y="{_TOP + 8.5:g}" width="{width:.2f}" height="{height:.2f}" '
        f'href="{words.emblem.data_url}"><title>{escape(f"Lambang {words.issuer}")}</title></image>'
    )


def _stamp(mark: Mark, plan: _Plan) -> str:
    """What is stamped across the page of a certificate that is out of force."""
    x, y, scale = (172.2, 54.7, 0.72) if plan is _DENSE else (176.2, 64.7, 1)
    middle = 'font-weight="{}" text-anchor="middle" fill="{}"'
    return (
        f'<g transform="translate({x} {y}) scale({scale}) rotate(-9) translate(-213 -135.6)">'
        f'<rect x="167" y="121.6" width="92" height="28" rx="3" fill="none" stroke="{STAMP}" '
        f'stroke-width="1.2"/>'
        f'<text x="213" y="137" font-size="{34 * MM:.3f}" letter-spacing=".7" '
        f"{middle.format(800, STAMP)}>{escape(mark.word.upper())}</text>"
        f'<text x="213" y="145" font-size="{11 * MM:.3f}" '
        f"{middle.format(600, STAMP)}>{escape(marked_on(mark))}</text></g>"
    )


def _texts(words: Layout, theme: Theme, plan: _Plan) -> list[str]:
    """Every line of words in its place, from the top left to the bottom right."""
    deep = theme.colour
    has_number = bool(words.employee_number)
    head = _LEFT + words.head_indent
    return [
        _from_top(10, words.issuer_lines.lines, _fitted(words.issuer_lines, 600, INK), x=head),
        _from_top(
            10.4 + words.head_height,
            words.unit_lines.lines,
            _fitted(words.unit_lines, 400, INK),
            x=head,
        ),
        _from_top(
            plan.heading, ["Sertifikat"], _Style(plan.heading_size, 800, deep, tracking=-0.025)
        ),
        _from_top(plan.number, [words.number], _Style(plan.number_size, colour=SOFT)),
        _from_top(plan.given, ["diberikan kepada"], _Style(colour=SOFT)),
        _to_bottom(plan.name, words.name_lines.lines, _fitted(words.name_lines, 700, INK, -0.01)),
        _from_top(plan.employee, [words.employee_number], _Style(12)),
        _from_top(
            plan.institution if has_number else plan.employee,
            words.institution_lines.lines,
            _fitted(words.institution_lines, 400, INK),
        ),
        _from_top(plan.statement, [words.statement], _Style(colour=SOFT)),
        _from_top(
            plan.title, words.title_lines.lines, _fitted(words.title_lines, 700, deep, -0.005)
        ),
        _from_top(plan.period, words.period_lines.lines, _fitted(words.period_lines, 400, INK)),
        _from_top(plan.credit, words.credit_lines.lines, _fitted(words.credit_lines, 400, INK)),
        *_objectives(words.objectives),
        _to_bottom(plan.label, ["Kode verifikasi"], replace(_SMALL, colour=SOFT)),
        _to_bottom(9, [words.code], _Style(16, 600, deep, tracking=0.03)),
        *_check(words),
        *_signatory(words),
    ]


def _check(words: Layout) -> list[str]:
    """Where it is checked, and what bears a seal."""
    said = [*filter(None, [words.seal_words]), "Keaslian sertifikat ini dapat diperiksa di"]
    address = _Style(words.address_lines.size, 600, pitch=_SMALL.pitch)
    return [
        _to_bottom(9.6 + SMALL_PITCH, said, _SMALL, x=_CHECK),
        _to_bottom(9.6, [words.address], address, x=_CHECK),
    ]


def _signatory(words: Layout) -> list[str]:
    """Place and day, and who signs; or who issues, where nobody signs."""
    name = _fitted(words.signatory_lines, 700, INK)
    if not words.office_lines.lines:
        top = words.issuer_top
        return [
            _from_top(top, [words.dated], _Style(10), x=_SIGNED),
            _from_top(top + 4.8, words.signatory_lines.lines, name, x=_SIGNED),
        ]
    office = _fitted(words.office_lines, 400, INK)
    return [
        _to_bottom(48.4 + words.office_height, [words.dated], _Style(10), x=_SIGNED),
        _to_bottom(48, words.office_lines.lines, office, x=_SIGNED),
        _from_top(147, words.signatory_lines.lines, name, x=_SIGNED),
        _from_top(147.4 + words.signatory_height, words.signatory_details, _SMALL, x=_SIGNED),
    ]


def _objectives(objectives: FittedList) -> list[str]:
    """What was tested, and what it is called; nothing without any."""
    if not objectives.items:
        return []
    lines = [line for item in objectives.items for line in item]
    return [
        _from_top(111.7, ["Tujuan yang diuji"], replace(_SMALL, colour=SOFT)),
        _from_top(116.1, lines, _Style(objectives.size, pitch=OBJECTIVES_PITCH)),
    ]


def _fitted(text: Fitted, weight: int, colour: str, tracking: float = 0) -> _Style:
    pitch = FOREIGN_PITCH if text.is_foreign else PITCH
    return _Style(text.size, weight, colour, tracking, pitch)


def _from_top(top: float, lines: Sequence[str], style: _Style, *, x: float = _LEFT) -> str:
    """Lines whose first begins at a distance from the panel's upper edge."""
    size = style.size * MM
    baseline = _TOP + top + size * (style.pitch + _ASCENT - _DESCENT) / 2
    return _lines(x, baseline, lines, style)


def _to_bottom(bottom: float, lines: Sequence[str], style: _Style, *, x: float = _LEFT) -> str:
    """Lines whose last ends at a distance from the panel's lower edge."""
    size = style.size * MM
    last = _BOTTOM - bottom - size * (style.pitch - _ASCENT + _DESCENT) / 2
    return _lines(x, last - (len(lines) - 1) * style.pitch * size, lines, style)


def _lines(x: float, y: float, lines: Sequence[str], style: _Style) -> str:
    size = style.size * MM
    tracking = f' letter-spacing="{style.tracking * size:.3g}"' if style.tracking else ""
    return "".join(
        f'<text x="{x:g}" y="{y + row * style.pitch * size:.2f}" font-size="{size:.3f}" '
        f'font-weight="{style.weight}" fill="{style.colour}"{tracking}>'
        f"{escape(line)}</text>"
        for row, line in enumerate(lines)
        if line
    )
