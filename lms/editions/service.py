"""Making the files of a release's book, once."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete

from lms.db import db, read_only, transaction
from lms.editions.booklet import impose
from lms.editions.epub import make_epub
from lms.editions.models import BookFailure, BookFile, FileKind
from lms.editions.printing import print_answers, print_book, print_card, print_sheet
from lms.editions.queries import get_answers, get_text
from lms.editions.text import Answers, BookText
from lms.rendering.references import AddressOf

log = logging.getLogger("sakuham.books")

# How long a release whose files could not be made waits before each further try; then it is given
# up, after two days.
PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(days=1),
)
UNKNOWN = "the process that made it ended"


def make_files_or_put_off(
    release_id: int,
    address_of: AddressOf,
    fonts: Path,
    *,
    now: datetime,
    publisher: str = "",
    licence: str = "",
) -> None:
    """Make every file of a release, or note why that cannot be done.

    Such a release is put off, longer each time, and given up in the end; raises nothing because of
    it, so that the others have their turn. Each step is a transaction of its own.
    """
    _note_try(release_id, now=now)
    try:
        with transaction():
            make_files(release_id, address_of, fonts, publisher=publisher, licence=licence)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other books have their turn
        _note_failure(release_id, error)


def _note_try(release_id: int, *, now: datetime) -> None:
    with transaction():
        failure = db.session.get(BookFailure, release_id)
        if failure is None:
            failure = BookFailure(
                release_id=release_id, tried_count=0, failure=UNKNOWN, due_at=None
            )
            db.session.add(failure)
        pauses = PAUSES[failure.tried_count :]
        failure.tried_count += 1
        failure.due_at = now + pauses[0] if pauses else None


def _note_failure(release_id: int, error: Exception) -> None:
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    with transaction():
        failure = db.session.get_one(BookFailure, release_id)
        is_news = failure.failure != reason
        failure.failure = reason
        due_at = failure.due_at
    if due_at is None:
        log.error("the book of release %s is given up: %s", release_id, reason)
    elif is_news:
        log.error("the book of release %s cannot be made and is put off: %s", release_id, reason)


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
    db.session.execute(delete(BookFailure).where(BookFailure.release_id == release_id))
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
    if sheet := text.appendix("fasilitator"):
        contents[FileKind.SHEET] = print_sheet(text, sheet, fonts=fonts)
    return contents
