"""My learning: the modules I have taken up, my certificates, my credit hours by year."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.assignments.queries import list_own_duties
from lms.certificates.hours import hours_by_year
from lms.certificates.own_certificates import latest_of_editions, list_own_certificates
from lms.clock import utc_now
from lms.days import local_day
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.institutions.queries import find_declined
from lms.learning.queries import list_own_books, list_own_modules
from lms.pocketbooks.queries import list_books
from lms.web.certificates.hours import hours_of_year
from lms.web.reading.next_actions import next_action, next_actions, with_actions

bp = Blueprint("learning", __name__)
open_to(bp)


@bp.get("/belajar")
def overview() -> ResponseReturnValue:
    """What I am learning and what I have earned."""
    account_id, now = current_account().account_id, utc_now()
    certificates = list_own_certificates(account_id, today=local_day(now))
    latest = latest_of_editions(certificates)
    own_books, duties = list_own_books(account_id, now=now), list_own_duties(account_id, now=now)
    offered = list_books() if duties else []
    former = [module for module in list_own_modules(account_id) if module.is_former]
    return render_template(
        "learning/overview.html",
        duties=with_actions(duties, next_actions(offered, own_books, certificates)),
        modules=[
            (
                own,
                next_action(own, latest.get(own.progress.edition_id)),
                latest.get(own.progress.edition_id),
            )
            for own in own_books
        ],
        declined_by=find_declined(account_id),
        others=[each for each in certificates if each.edition_id is None],
        former=[(module, latest.get(module.book.edition_id)) for module in former],
        hours=hours_of_year(account_id, certificates, now=now),
        years=hours_by_year(certificates),
    )
