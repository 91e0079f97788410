"""Making the files of a release's book, once."""

from pathlib import Path

from sqlalchemy import delete

from lms.db import db, read_only
from lms.editions.booklet import impose
from lms.editions.epub import make_epub
from lms.editions.models import BookFile, FileKind
from lms.editions.printing import (
    print_answers,
    print_book,
    print_card,
    print_easy_read,
    print_handout,
)
from lms.editions.queries import get_answers, get_text
from lms.editions.text import Answers, BookText
from lms.rendering.references import AddressOf


def make_files(
    release_id: int,
    address_of: AddressOf,
    fonts: Path,
    *,
    publisher: str = "",
    licence: str = "",
) -> list[BookFile]:
    """Make every file of a release, in the place of those that were made before.

    `address_of` says where people find what the book refers to, as printed in it and in its QR
    codes; `fonts` is the folder of our typeface; `publisher` and `licence` stand in the imprint.
    Setting type takes long, and nobody who writes is kept waiting by it: call this before anything
    else is done in a transaction. Raises FileNotFoundError for a font that is missing.
    """
    with read_only():
        text = get_text(release_id, address_of, publisher, licence)
        contents = _set_type(text, get_answers(release_id, address_of), fonts)
    db.session.execute(delete(BookFile).where(BookFile.release_id == release_id))
    files = [
        BookFile(release_id=release_id, kind=kind, byte_count=len(content), content=content)
        for kind, content in contents.items()
    ]
    db.session.add_all(files)
    db.session.flush()
    return files


def _set_type(text: BookText, answers: Answers, fonts: Path) -> dict[FileKind, bytes]:
    book = print_book(text, fonts=fonts)
    contents = {
        FileKind.BOOK: book,
        FileKind.BOOKLET: impose(book, text.title),
        FileKind.EPUB: make_epub(text),
        FileKind.ANSWERS: print_answers(text, answers, fonts=fonts),
    }
    if card := text.appendix("kartu"):
        contents[FileKind.CARD_A6] = print_card(text, card, "A6", fonts=fonts)
        contents[FileKind.CARD_A4] = print_card(text, card, "A4", fonts=fonts)
    if articles := text.appendix("pasal"):
        contents[FileKind.ARTICLES_A6] = print_card(text, articles, "A6", fonts=fonts)
        contents[FileKind.ARTICLES_A4] = print_card(text, articles, "A4", fonts=fonts)
    if easy := text.appendix("sederhana"):
        contents[FileKind.EASY] = print_easy_read(text, easy, fonts=fonts)
    if handout := text.appendix("fasilitator"):
        contents[FileKind.HANDOUT] = print_handout(text, handout, fonts=fonts)
    return contents
