"""The files of a release's book: made once, from what was published and from nothing else."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from lms.addresses import public_address_of
from lms.db import db
from lms.editions.errors import NoSuchFile
from lms.editions.models import BookFile, FileKind
from lms.editions.queries import get_file, get_text, list_files, list_unprinted
from lms.editions.service import make_files
from lms.printing.fonts import BUILT_FONTS
from tests.factories import Book, Factory
from tests.pocketbooks import Source

pytestmark = pytest.mark.slow

APPENDICES: dict[str, str | bytes] = {
    "istilah.md": "# Daftar istilah\n\n- **loket**: meja layanan.\n",
    "kartu.md": "# Kartu saku\n\n1. Dengarkan dahulu.\n",
    "fasilitator.md": "# Lembar fasilitator\n\nSesi 90 menit.\n",
    "pasal.md": (
        "# Pasal yang melindungi Anda\n\n## UU 25/2009 Pasal 34\n\nPerintah yang sah.\n\n"
        '> **Ucapkan kepada atasan:** "Boleh saya minta dasar tertulisnya?"\n'
    ),
    "sederhana.md": "# Mudah dibaca\n\nSatu kalimat.\n\n## Hak\n\nSetiap orang sama.\n\n"
    "## Loket\n\nAnda boleh bertanya.\n",
}
SOURCE = Source(chapters=1, bank=4, files=APPENDICES)
MOST_BYTES = 2 * 1024 * 1024


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def made_of(book: Book) -> dict[FileKind, bytes]:
    """The files of a release, made now."""
    files = make_files(book.release_id, public_address_of, BUILT_FONTS)
    return {file.kind: file.content for file in files}


def test_a_release_waits_for_its_book_until_it_is_made(make: Factory) -> None:
    book = make.book(source=SOURCE)
    assert list_unprinted() == [book.release_id]
    make_files(book.release_id, public_address_of, BUILT_FONTS)
    assert list_unprinted() == []
    assert [line.kind for line in list_files(book.release_id)] == [
        kind for kind in FileKind if kind is not FileKind.ANSWERS
    ]


def test_made_again_it_takes_the_place_of_the_former_files(make: Factory) -> None:
    book = make.book(source=SOURCE)
    first = {
        file.kind: file.content
        for file in make_files(book.release_id, public_address_of, BUILT_FONTS)
    }
    again = {
        file.kind: file.content
        for file in make_files(book.release_id, public_address_of, BUILT_FONTS)
    }
    db.session.commit()
    assert again[FileKind.BOOK] == first[FileKind.BOOK]
    assert make.count(BookFile) == len(FileKind)


@pytest.mark.sqlite_only
def test_only_the_answer_sheet_holds_the_key(make: Factory) -> None:
    book = make.book(source=SOURCE)
    files = {
        file.kind: file.content
        for file in make_files(book.release_id, public_address_of, BUILT_FONTS)
    }
    answers = files.pop(FileKind.ANSWERS)
    assert "KUNCI-bahasan-1" in words_of(answers)
    for kind, content in files.items():
        assert len(content) <= MOST_BYTES
        if kind is not FileKind.EPUB:
            words = words_of(content)
            assert "KUNCI" not in words
            assert "Soal 1 pilihan" not in words


@pytest.mark.sqlite_only
def test_articles_of_law_stand_in_the_book_and_on_a_card_of_one_page(make: Factory) -> None:
    files = made_of(make.book(source=SOURCE))
    assert "UU 25/2009 Pasal 34" in words_of(files[FileKind.BOOK]).replace("\xa0", " ")
    for kind in (FileKind.ARTICLES_A6, FileKind.ARTICLES_A4):
        assert len(PdfReader(BytesIO(files[kind])).pages) == 1
        assert "tertulisnya?" in words_of(files[kind])


@pytest.mark.sqlite_only
def test_the_easy_read_edition_has_one_idea_a_page_and_stands_beside_the_book(
    make: Factory,
) -> None:
    files = made_of(make.book(source=SOURCE))
    pages = [page.extract_text() for page in PdfReader(BytesIO(files[FileKind.EASY])).pages]
    assert ["Setiap orang sama." in page for page in pages] == [False, True, False]
    assert "Anda boleh bertanya." in pages[2]
    assert "Anda boleh bertanya." not in words_of(files[FileKind.BOOK])


@pytest.mark.sqlite_only
def test_a_book_without_card_and_sheet_has_no_such_files(make: Factory) -> None:
    book = make.book(source=Source(chapters=1, bank=4))
    made = {file.kind for file in make_files(book.release_id, public_address_of, BUILT_FONTS)}
    assert made == {FileKind.BOOK, FileKind.BOOKLET, FileKind.EPUB, FileKind.ANSWERS}
    with pytest.raises(NoSuchFile):
        get_file(book.release_id, FileKind.HANDOUT)


@pytest.mark.sqlite_only
def test_the_press_gets_pictures_and_addresses_of_the_site(make: Factory) -> None:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    source = Source(extra="![Kotak](gambar/a.svg)", files={"gambar/a.svg": picture})
    text = get_text(make.book(source=source).release_id, public_address_of)
    assert list(text.pictures.values()) == [picture]
    assert text.chapters[1].address == "https://sakuham.example/buku/nilai-contoh/2"
