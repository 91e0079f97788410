"""Making the files of a release's book, once."""

from pathlib import Path

from sqlalchemy import delete

from lms.books.booklet import impose
from lms.books.epub import make_epub
from lms.books.models import BookFile, FileKind
from lms.books.printing import print_answers, print_book, print_card, print_sheet
from lms.books.queries import get_text, list_answers
from lms.db import db, reading


def make_files(release_id: int, home: str, fonts: Path) -> list[BookFile]:
    """Make every file of a release, in the place of those that were made before.

    `home` is the address of the site, printed in the book and in its QR codes; `fonts` is the
    folder of our typeface. Setting type takes long, and nobody who writes is kept waiting by it:
    call this before anything else is done in a transaction. Raises FileNotFoundError for a font
    that is missing.
    """
    with reading():
        contents = _set_type(release_id, home, fonts)
    db.session.execute(delete(BookFile).where(BookFile.release_id == release_id))
    files = [
        BookFile(release_id=release_id, kind=kind, byte_count=len(content), content=content)
        for kind, content in contents.items()
    ]
    db.session.add_all(files)
    db.session.flush()
    return files


def _set_type(release_id: int, home: str, fonts: Path) -> dict[FileKind, bytes]:
    text = get_text(release_id, home)
    book = print_book(text, fonts=fonts)
    contents = {
        FileKind.BOOK: book,
        FileKind.BOOKLET: impose(book, text.title),
        FileKind.EPUB: make_epub(text),
        FileKind.ANSWERS: print_answers(text, list_answers(release_id), fonts=fonts),
    }
    if card := text.appendix("kartu"):
        contents[FileKind.CARD_A6] = print_card(text, card, "A6", fonts=fonts)
        contents[FileKind.CARD_A4] = print_card(text, card, "A4", fonts=fonts)
    if sheet := text.appendix("fasilitator"):
        contents[FileKind.SHEET] = print_sheet(text, sheet, fonts=fonts)
    return contents
