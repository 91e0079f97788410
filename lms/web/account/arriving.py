"""What becomes of somebody who has just signed in, by whatever way: where they go on, and how."""

from flask import url_for
from werkzeug.wrappers import Response

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.clock import utc_now
from lms.http.known_devices import remember_device
from lms.institutions.queries import count_waiting, find_workplace
from lms.institutions.reach import scope_of
from lms.learning.queries import find_resume
from lms.learning.service import take_over
from lms.web.formatting import remember_zone
from lms.web.reading.pages import resume_url
from lms.web.reading.visitor_progress import finished_here, forget_finished


def landing(person: Principal) -> str:
    """Where a person goes on after signing in.

    An HR officer where people wait for them, a coordinator where the nation stands, everybody else
    at the paragraph where they stopped, or at home.
    """
    if person.may(Permission.MANAGE_STAFF) and count_waiting(scope_of(person)):
        return url_for("staff.list", status="waiting")
    if person.may(Permission.SEE_NATION):
        return url_for("coordination.overview")
    resume = find_resume(person.account_id)
    if resume is None:
        return url_for("site.home")
    return resume_url(resume.slug, resume.chapter_number, resume.anchor)


def keep_what_was_read(account_id: int) -> None:
    """What was read on this device before belongs to the person from now on."""
    take_over(account_id, finished_here(), now=utc_now())


def arrive(response: Response, person: Principal) -> Response:
    """The same answer, with the cookies of a device that is known from now on, and of its clock."""
    workplace = find_workplace(person.account_id)
    if workplace is not None:
        remember_zone(response, workplace.time_zone)
    return remember_device(forget_finished(response), person.account_id)
