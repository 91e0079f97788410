"""The certificate as a picture on a page: an SVG to the same plan as the printed one.

The places are those of `templates/certificate.css`, in millimetres of an A4 page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final, Literal

from lms.certificates.facts import CertificateFacts, Imprint, Mark
from lms.certificates.fitting import Fitted, FittedList
from lms.certificates.layout import OBJECTIVES_PITCH, Layout, lay_out, marked_on
from lms.certificates.rosette import draw_rosette
from lms.certificates.theme import Theme
from lms.printing.qr import qr_svg

INK: Final = "#23211c"
SOFT: Final = "#6a6456"
STAMP: Final = "#b3261e"
MM: Final = 25.4 / 72  # in a point

# Of Plus Jakarta Sans (hhea), in parts of the letters' size.
_ASCENT, _DESCENT = 1.038, 0.222

_LEFT, _RIGHT = 38.0, 259.0
_TOP, _BOTTOM = 17.5, 192.5


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where lines stand: from the panel's upper edge, or to its lower one.

    issuer also for the number. foot: how much nearer the lower edge than usual everything beside
    the code is.
    """

    issuer: float
    heading: float
    heading_size: float
    given: float
    name: float
    employee: float
    institution: float
    statement: float
    title: float
    credit: float
    foot: float


_PLAIN = _Plan(16, 29, 46, 53, 94, 83, 89, 103, 109, 123, 0)
_DENSE = _Plan(12, 20.5, 38, 39.5, 110.5, 66, 71.5, 83.5, 88.5, 102.5, 3.4)
"""With objectives."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How lines theme: size in points, weight, colour, tracking and pitch in parts of the size."""

    size: float = 11
    weight: int = 400
    colour: str = INK
    tracking: float = 0
    pitch: float = 1.2
    anchor: Literal["start", "end"] = "start"


def draw_certificate(
    facts: CertificateFacts,
    imprint: Imprint,
    theme: Theme,
    *,
    fonts: Path,
    objectives: Sequence[str] = (),
    mark: Mark | None = None,
) -> str:
    """The certificate as an SVG whose title says what it is; every value is escaped.

    Takes what `print_certificate` takes, and raises the same errors.
    """
    words = lay_out(facts, imprint, fonts, objectives)
    plan = _DENSE if words.objectives.items else _PLAIN
    border = re.sub(
        r'width="\d+" height="\d+"',
        'x="8.5" y="9" width="280" height="192"',
        theme.border_svg,
        count=1,
    )
    rosette = draw_rosette(theme.colour).replace(
        "<svg ", '<svg x="133" y="-12" width="200" height="200" ', 1
    )
    code = qr_svg(words.qr_content, title=f"Kode QR: {words.verify_url}").replace(
        "<svg ",
        f'<svg x="35" y="{150.1 + plan.foot:g}" width="29.5" height="29.5" color="{INK}" ',
        1,
    )
    summary = f"Sertifikat {words.title} – {words.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210" role="img">'
        f"<title>{escape(summary)}</title>"
        f'<rect width="297" height="210" fill="#fff"/>{border}'
        f'<svg x="17" y="17.5" width="263" height="175">'
        f'<rect width="100%" height="100%" fill="#fff"/>{rosette}</svg>'
        f'<rect x="16.75" y="17.25" width="263.5" height="175.5" fill="none" '
        f'stroke="{theme.accent}" stroke-width=".5"/>'
        f"{code}{''.join(_texts(words, theme, plan))}{_stamp(mark, plan) if mark else ''}</svg>"
    )


def _stamp(mark: Mark, plan: _Plan) -> str:
    """What is stamped across the page of a certificate that is out of force."""
    moved = "translate(223 50.7) scale(.78) translate(-213 -135.6) " if plan is _DENSE else ""
    middle = 'font-weight="{}" text-anchor="middle" fill="{}"'
    return (
        f'<g transform="{moved}rotate(-9 213 137)">'
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
    small = _Style(9, pitch=4.4 / (9 * MM))
    has_number = bool(words.employee_number)
    return [
        _from_top(plan.issuer, [words.issuer], _Style(weight=600)),
        _from_top(plan.issuer, [words.number], _Style(anchor="end"), x=_RIGHT),
        _from_top(
            plan.heading, ["Sertifikat"], _Style(plan.heading_size, 800, deep, tracking=-0.025)
        ),
        _from_top(plan.given, ["diberikan kepada"], _Style(colour=SOFT)),
        _to_bottom(plan.name, words.name_lines.lines, _fitted(words.name_lines, 700, INK, -0.01)),
        _from_top(plan.employee, [words.employee_number], _Style(12)),
        _from_top(
            plan.institution if has_number else plan.employee,
            words.institution_lines.lines,
            _fitted(words.institution_lines, 400, INK, 0),
        ),
        _from_top(plan.statement, [words.statement], _Style(colour=SOFT)),
        _from_top(
            plan.title, words.title_lines.lines, _fitted(words.title_lines, 700, deep, -0.005)
        ),
        _from_top(plan.credit, [words.credit], _Style()),
        *_objectives(words.objectives),
        _to_bottom(
            33 - plan.foot, ["Kode verifikasi"], _Style(9, colour=SOFT, pitch=small.pitch), x=68
        ),
        _to_bottom(25.6 - plan.foot, [words.code], _Style(16, 600, deep, tracking=0.03), x=68),
        _to_bottom(19.8 - plan.foot, ["Keaslian sertifikat ini dapat diperiksa di"], small, x=68),
        _to_bottom(
            15.4 - plan.foot,
            [words.address],
            _Style(words.address_lines.size, 600, pitch=small.pitch),
            x=68,
        ),
        _to_bottom(
            15.4 - plan.foot, words.notes, _Style(9, pitch=small.pitch, anchor="end"), x=_RIGHT
        ),
    ]


def _objectives(objectives: FittedList) -> list[str]:
    """What was tested, and what it is called; nothing without any."""
    if not objectives.items:
        return []
    lines = [line for item in objectives.items for line in item]
    label = _Style(9, colour=SOFT, pitch=4.4 / (9 * MM))
    return [
        _from_top(109, ["Tujuan", "yang diuji"], label),
        _from_top(109, lines, _Style(objectives.size, pitch=OBJECTIVES_PITCH), x=68),
    ]


def _fitted(text: Fitted, weight: int, colour: str, tracking: float) -> _Style:
    return _Style(text.size, weight, colour, tracking, 2 if text.is_foreign else 1.2)


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
    anchor = f' text-anchor="{style.anchor}"' if style.anchor != "start" else ""
    return "".join(
        f'<text x="{x:g}" y="{y + row * style.pitch * size:.2f}" font-size="{size:.3f}" '
        f'font-weight="{style.weight}" fill="{style.colour}"{tracking}{anchor}>'
        f"{escape(line)}</text>"
        for row, line in enumerate(lines)
        if line
    )
