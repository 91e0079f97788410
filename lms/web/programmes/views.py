"""The public figure of the national programme."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.clock import utc_now
from lms.http.doors import open_to_all
from lms.programmes.queries import NATIONAL, get_figure, list_by_day, list_by_institution
from lms.web.programmes.drawing import draw_bars, draw_sum
from lms.web.transparency.words import find_log_state

bp = Blueprint("programmes", __name__)
open_to_all(bp)


@bp.get("/capaian")
def figure() -> ResponseReturnValue:
    """The national figure, by institution and by day."""
    reached, by_day = get_figure(NATIONAL, now=utc_now()), list_by_day(NATIONAL)
    return render_template(
        "programmes/figure.html",
        figure=reached,
        log=find_log_state(),
        by_institution=list_by_institution(NATIONAL),
        by_day=by_day,
        bars=draw_bars(by_day) if by_day else None,
        curve=draw_sum(by_day, reached.target) if by_day else None,
    )
