"""The files of a release's book: made once, from what was published and from nothing else."""

import logging
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from lms.addresses import public_address_of
from lms.db import db
from lms.editions.errors import NoSuchFile
from lms.editions.models import BookFailure, BookFile, FileKind
from lms.editions.queries import find_unprinted, get_file, get_text, list_files
from lms.editions.service import _note_try, make_files, make_files_or_put_off
from lms.pocketbooks.models import Chapter, Release
from lms.printing.fonts import BUILT_FONTS
from tests.factories import Book, Factory, later
from tests.pocketbooks import Source

pytestmark = pytest.mark.slow

APPENDICES: dict[str, str | bytes] = {
    "istilah.md": "# Daftar istilah\n\n- **loket**: meja layanan.\n",
    "kartu.md": "# Kartu saku\n\n1. Dengarkan dahulu.\n",
    "fasilitator.md": "# Lembar fasilitator\n\nSesi 90 menit.\n",
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
    assert find_unprinted(now=make.now) == book.release_id
    make_files(book.release_id, public_address_of, BUILT_FONTS)
    assert find_unprinted(now=make.now) is None
    assert [line.kind for line in list_files(book.release_id)] == [
        kind for kind in FileKind if kind is not FileKind.ANSWERS
    ]


def poison(book: Book) -> None:
    """Have a release hold what no page can be set of, as releases of former days may."""
    release = db.session.get_one(Release, book.release_id)
    db.session.add(
        Chapter(
            release=release,
            number=9,
            slug="dalam",
            title="Terlalu dalam",
            html="<blockquote>" * 3_000 + "<p>x</p>" + "</blockquote>" * 3_000,
            word_count=1,
            minutes=1,
        )
    )
    db.session.commit()


def test_a_book_that_cannot_be_made_stops_none_of_the_others(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = make.book(source=SOURCE), make.book("nilai-lain")
    poison(first)
    moment = make.now
    tried: list[tuple[int, datetime]] = []
    with caplog.at_level(logging.ERROR, logger="sakuham.books"):
        while len(tried) < 20:
            release_id = find_unprinted(now=moment)
            if release_id is not None:
                tried.append((release_id, moment))
                make_files_or_put_off(release_id, public_address_of, BUILT_FONTS, now=moment)
            elif (due_at := db.session.scalars(select(BookFailure.due_at)).one()) is not None:
                moment = due_at
            else:
                break
            db.session.rollback()
    assert [release_id for release_id, _ in tried[:2]] == [first.release_id, second.release_id]
    assert get_file(second.release_id, FileKind.BOOK).startswith(b"%PDF")
    tries = [moment for release_id, moment in tried if release_id == first.release_id]
    pauses = [after - before for before, after in pairwise(tries)]
    assert len(tries) == 7
    assert pauses == sorted(pauses)
    said = [record.getMessage() for record in caplog.records]
    assert [words.split("release")[1].split(":")[0] for words in said] == [
        f" {first.release_id} cannot be made and is put off",
        f" {first.release_id} is given up",
    ]
    assert all("\n" not in words for words in said)


def test_a_try_that_took_the_process_with_it_counts(make: Factory) -> None:
    book = make.book(source=SOURCE)
    _note_try(book.release_id, now=make.now)
    assert find_unprinted(now=make.now) is None
    assert find_unprinted(now=later(make.now, minutes=5)) == book.release_id


def test_a_book_that_is_made_in_the_end_is_no_failure_any_more(
    make: Factory, tmp_path: Path
) -> None:
    book = make.book(source=SOURCE)
    make_files_or_put_off(book.release_id, public_address_of, tmp_path / "no-fonts", now=make.now)
    assert make.count(BookFailure) == 1
    make_files_or_put_off(
        book.release_id, public_address_of, BUILT_FONTS, now=later(make.now, minutes=5)
    )
    assert make.count(BookFailure) == 0


@pytest.mark.sqlite_only
def test_a_round_makes_the_book_with_its_publisher_and_terms(make: Factory) -> None:
    book = make.book(source=SOURCE)
    db.session.commit()
    make_files_or_put_off(
        book.release_id,
        public_address_of,
        BUILT_FONTS,
        now=make.now,
        publisher="Kementerian Contoh",
        licence="Boleh disalin utuh.",
    )
    words = words_of(get_file(book.release_id, FileKind.BOOK))
    assert "Diterbitkan oleh Kementerian Contoh." in words
    assert "Boleh disalin utuh." in words


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
def test_a_book_without_card_and_sheet_has_no_such_files(make: Factory) -> None:
    book = make.book(source=Source(chapters=1, bank=4))
    made = {file.kind for file in make_files(book.release_id, public_address_of, BUILT_FONTS)}
    assert made == {FileKind.BOOK, FileKind.BOOKLET, FileKind.EPUB, FileKind.ANSWERS}
    with pytest.raises(NoSuchFile):
        get_file(book.release_id, FileKind.SHEET)


@pytest.mark.sqlite_only
def test_the_press_gets_pictures_and_addresses_of_the_site(make: Factory) -> None:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    source = Source(extra="![Kotak](gambar/a.svg)", files={"gambar/a.svg": picture})
    text = get_text(make.book(source=source).release_id, public_address_of)
    assert list(text.pictures.values()) == [picture]
    assert text.chapters[1].address == "https://sakuham.example/buku/nilai-contoh/2"
