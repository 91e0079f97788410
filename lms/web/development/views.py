"""Mail that would be sent, readable in the browser: in development only."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.accounts.requests import answer_requests
from lms.addresses import link_address
from lms.clock import utc_now
from lms.http.doors import open_to_all
from lms.mail import list_recent_mail

bp = Blueprint("development", __name__)
open_to_all(bp)


@bp.get("/surel")
def index() -> ResponseReturnValue:
    """The newest messages of the outbox, those that were asked for a moment ago too."""
    answer_requests(link_address, now=utc_now())
    return render_template("development/mail.html", messages=list_recent_mail())
