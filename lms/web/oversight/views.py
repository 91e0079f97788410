"""Who confirmed whom: how many a day, by which officer, and with what mail."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.http.doors import open_to
from lms.reporting.confirmations import (
    DAYS,
    PAGE_SIZE,
    count_groups,
    list_confirmations,
    list_confirmed,
)

# Beyond them lie days that no zone knows, and nobody confirmed anybody.
YEARS = range(2000, 3000)

bp = Blueprint("oversight", __name__, url_prefix="/koordinator/konfirmasi")
open_to(bp, Permission.OVERSEE_CONFIRMATIONS)


@bp.get("")
def index() -> ResponseReturnValue:
    """The confirmations of the last days, counted."""
    now = utc_now()
    total = count_groups(now=now)
    pages = max(1, -(-total // PAGE_SIZE))
    wanted = request.args.get("halaman", "1")
    page = min(max(int(wanted[:6]), 1), pages) if wanted.isascii() and wanted.isdigit() else 1
    return render_template(
        "oversight/confirmations.html",
        rows=list_confirmations(now=now, page=page),
        days=DAYS,
        page=page,
        pages=pages,
    )


@bp.get("/<day>/<int:officer_id>/<int:institution_id>")
def people(day: str, officer_id: int, institution_id: int) -> ResponseReturnValue:
    """Whom one officer confirmed on one day."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    found = on.year in YEARS and list_confirmed(on, officer_id, institution_id)
    if not found:
        abort(404)
    return render_template("oversight/confirmed.html", day=on, people=found)
