"""A book's text as it is printed, with everything that may stand in one."""

from datetime import date
from pathlib import Path

import pytest

from lms.editions.text import BookAppendix, BookChapter, BookText
from lms.printing.fonts import BUILT_FONTS

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><path d="M0 0h64v48z"/></svg>'
)
SHA256 = "0c" * 32
CHAPTER = "".join(
    [
        '<p id="p1">Warga datang ke loket. Bacalah <a href="chapter:2">bab dua</a>.',
        '<sup id="fn-1-ref1"><a class="footnote-ref" href="#fn-1">1</a></sup> Layani ia.</p>',
        '<h2 id="p2">Yang diminta dari saya</h2>',
        f'<figure id="p3"><img src="picture:{SHA256}" alt="Sebuah segitiga" ',
        'width="64" height="48" loading="lazy"></figure><details class="folded" id="p4">',
        "<summary>Contoh (boleh dilewati)</summary><p>Kejadian di meja.</p></details>",
        '<section class="footnotes" aria-label="Catatan kaki" id="p5"><ol><li id="fn-1">',
        '<p>UU 39/1999 Pasal 1.<a class="footnote-backref" href="#fn-1-ref1">↩</a></p></li></ol>',
        "</section>",
    ]
)
TEXT = BookText(
    slug="nilai-contoh",
    code="UJI-01",
    title="Nilai Contoh & Teladan",
    theme="nilai-dasar",
    release_name="2026.1",
    sha256="a3f1c92e07b4d65819cc40d2e7a15b3f" * 2,
    published_on=date(2026, 5, 15),
    regulations_checked_on=date(2026, 1, 31),
    introduction_html="<p>Buku ini pendek.</p>",
    promises_html=(),
    objectives_html=("Menjelaskan <em>HAM</em>.", "Melayani setara."),
    chapters=tuple(
        BookChapter(number, f"Bab ke-{number}", CHAPTER, f"https://sakuham.example/buku/x/{number}")
        for number in (1, 2)
    ),
    appendices=(
        BookAppendix("istilah", "Daftar istilah", "<ul><li><strong>HAM</strong>: hak.</li></ul>"),
        BookAppendix("kartu", "Kartu saku: Dengarkan", "<ol><li>Dengarkan dahulu.</li></ol>"),
        BookAppendix("fasilitator", "Lembar fasilitator", "<p>Sesi 90 menit.</p>"),
    ),
    pictures={SHA256: PICTURE},
    address="https://sakuham.example/buku/nilai-contoh",
    help_address="https://sakuham.example/bantuan",
    publisher="Kementerian Contoh",
    licence="Boleh disalin utuh dengan menyebut sumbernya.",
)


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The fonts that set-up unpacks."""
    if not BUILT_FONTS.is_dir():
        pytest.fail("The fonts are missing: start bin/test, which sets up what is missing.")
    return BUILT_FONTS
