"""The certificate as a picture on a page: an SVG of the same facts, drawn to the same plan."""

from html import escape
from textwrap import wrap

from lms.certificates.codes import show_code
from lms.certificates.facts import Facts
from lms.certificates.numbers import group_number
from lms.certificates.qr import qr_svg

# A4 landscape in millimetres, one to a unit.
WIDTH, HEIGHT = 297, 210
LINE_LENGTHS = {12.0: 34, 9.0: 46, 7.0: 60, 5.0: 90}


def draw_certificate(facts: Facts, *, border_svg: str, colour: str, day: str) -> str:
    """An SVG of the certificate with a title for screen readers; its values are escaped.

    `border_svg` fills the border, `colour` is that of headings, `day` the date in words.
    """
    middle = WIDTH / 2
    holder, size = _fitted(facts.holder_name)
    title = _lines(facts.title, 46)
    top = 84.0 if len(holder) == 1 else 78.0
    below = top + (len(holder) - 1) * size * 1.15
    parts = [
        f'<svg class="certificate-picture" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(_summary(facts, day))}</title>',
        border_svg.replace(
            "<svg ", f'<svg x="0" y="0" width="{WIDTH}" height="{HEIGHT}" ', 1
        ).replace('width="100%" height="100%" aria-hidden', "aria-hidden", 1),
        f'<rect x="11" y="11" width="{WIDTH - 22}" height="{HEIGHT - 22}" fill="#fffdf8"/>',
        f'<rect x="14" y="14" width="{WIDTH - 28}" height="{HEIGHT - 28}" fill="none" '
        f'stroke="{colour}" stroke-width=".4"/>',
        _text(middle, 33, 4.2, facts.issuer_name, fill="#4a4438"),
        _text(middle, 49, 13, "Sertifikat", fill=colour, weight=700),
        _text(middle, 62, 4.2, "diberikan kepada", fill="#4a4438"),
        *(
            _text(middle, top + line * size * 1.15, size, words, fill="#221f1a", weight=600)
            for line, words in enumerate(holder)
        ),
        _text(middle, below + 10, 4.2, _belonging(facts), fill="#4a4438"),
        _text(middle, below + 23, 4.2, "telah menyelesaikan modul", fill="#4a4438"),
        *(
            _text(middle, below + 35 + line * 9, 8, words, fill=colour, weight=700)
            for line, words in enumerate(title)
        ),
        _text(
            middle,
            below + 37 + len(title) * 9,
            4.2,
            f"{facts.credit_hours} jam pelajaran (JP) · {day}",
            fill="#221f1a",
        ),
        _text(24, 180, 3.4, f"Nomor {facts.number}", fill="#4a4438", anchor="start"),
        _text(24, 187, 3.4, f"Kode {show_code(facts.code)}", fill="#4a4438", anchor="start"),
        f'<svg x="{WIDTH - 54}" y="{HEIGHT - 54}" width="34" height="34" color="#221f1a">'
        f"{qr_svg(facts.verify_url, title='Kode QR ke halaman verifikasi')}</svg>",
        "</svg>",
    ]
    return "".join(parts)


def _text(
    x: float,
    y: float,
    size: float,
    words: str,
    *,
    fill: str,
    weight: int = 400,
    anchor: str = "middle",
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{fill}" '
        f'text-anchor="{anchor}" unicode-bidi="isolate">{escape(words)}</text>'
    )


def _fitted(name: str) -> tuple[list[str], float]:
    """The name in at most two lines, at the largest size that fits."""
    for size, length in LINE_LENGTHS.items():
        lines = _lines(name, length)
        if len(lines) <= 2:
            return lines, size
    return lines[:2], size


def _lines(words: str, length: int) -> list[str]:
    return wrap(words, length) or [""]


def _belonging(facts: Facts) -> str:
    number = group_number(facts.employee_number) if facts.employee_number else None
    return " · ".join(each for each in (number, facts.institution_name) if each)


def _summary(facts: Facts, day: str) -> str:
    return f"Sertifikat {facts.title} atas nama {facts.holder_name}, {day}"
