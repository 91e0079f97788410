"""The public figure of the national programme."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.clock import utc_now
from lms.http.doors import open_to_all
from lms.programmes.queries import NATIONAL, get_figure, list_by_day, list_by_institution
from lms.transparency.queries import find_checkpoint

bp = Blueprint("programmes", __name__)
open_to_all(bp)


@bp.get("/capaian")
def figure() -> ResponseReturnValue:
    """The national figure, by institution and by day."""
    return render_template(
        "programmes/figure.html",
        figure=get_figure(NATIONAL, now=utc_now()),
        checkpoint=find_checkpoint(),
        by_institution=list_by_institution(NATIONAL),
        by_day=list_by_day(NATIONAL),
    )
