"""My learning: the modules I have taken up, my certificates, my credit hours of the year."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.certificates.queries import find_code_of_edition, sum_credit_hours
from lms.clock import utc_now
from lms.http.identity import current_account, open_to
from lms.learning.queries import OwnModule, list_own_modules

bp = Blueprint("learner", __name__)
open_to(bp)


@dataclass(frozen=True, slots=True)
class MyModule:
    """One line of my learning."""

    slug: str
    title: str
    theme: str
    edition_name: str
    is_former: bool
    read_count: int
    chapter_count: int
    is_complete: bool
    resume_url: str
    certificate_code: str | None


@bp.get("/belajar")
def overview() -> ResponseReturnValue:
    """What I am learning and what I have earned."""
    account_id = current_account().account_id
    year = utc_now().year
    return render_template(
        "learner/overview.html",
        modules=[_line(account_id, module) for module in list_own_modules(account_id)],
        credit_hours_this_year=sum_credit_hours(account_id, year),
        year=year,
    )


def _line(account_id: int, module: OwnModule) -> MyModule:
    book = module.book
    is_complete = module.completed_at is not None
    return MyModule(
        slug=book.slug,
        title=book.title,
        theme=book.theme,
        edition_name=book.edition_name,
        is_former=module.is_former,
        read_count=module.read_count,
        chapter_count=len(book.chapters),
        is_complete=is_complete,
        # Where that is, is asked when it is pressed: the word of the page before comes late.
        resume_url=url_for("reading.resume", slug=book.slug),
        certificate_code=find_code_of_edition(account_id, book.edition_id) if is_complete else None,
    )
