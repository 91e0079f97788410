"""The pocketbook to take along: its printed book, its e-book, its card, and sheets."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.accounts.kinds import Role
from lms.accounts.queries import SignedIn
from lms.books.errors import NoSuchFile
from lms.books.models import FILE_NAMES, FileKind
from lms.books.queries import get_file
from lms.http.identity import find_visitor, open_to_all
from lms.learning.errors import KeyWithheld
from lms.learning.queries import has_open_attempt
from lms.library.queries import BookPage, get_book

bp = Blueprint("books", __name__)
open_to_all(bp)

KINDS = {name: kind for kind, name in FILE_NAMES.items()}
MAY_SEE_ANSWERS = (Role.AUTHOR, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN)


@bp.get("/buku/<slug>/berkas/<name>")
def download(slug: str, name: str) -> ResponseReturnValue:
    """A file of the edition that is offered now; the answer sheet is for roles that may see it."""
    kind = KINDS.get(name)
    if kind is None:
        raise NoSuchFile
    book = get_book(slug)
    if kind is FileKind.ANSWERS and not may_see_answers(book):
        raise NoSuchFile if _facilitator() is None else KeyWithheld
    content = get_file(book.release_id, kind)
    is_open = kind is not FileKind.ANSWERS
    headers = {
        "Content-Type": "application/epub+zip" if name.endswith(".epub") else "application/pdf",
        "Content-Disposition": f'attachment; filename="{book.slug}-{book.release_name}-{name}"',
        "Cache-Control": "public, max-age=3600" if is_open else "private, no-store",
    }
    return content, headers


def may_see_answers(book: BookPage) -> bool:
    """Whether the visitor's roles open the answer sheet, and they do not sit the quiz just now."""
    person = _facilitator()
    return person is not None and not has_open_attempt(person.account_id, book.module_id)


def _facilitator() -> SignedIn | None:
    visitor = find_visitor()
    return visitor if visitor is not None and visitor.holds(*MAY_SEE_ANSWERS) else None
