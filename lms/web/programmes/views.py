"""The public figure of the national programme."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.clock import utc_now
from lms.days import local_day
from lms.http.doors import open_to_all
from lms.http.load import current_load, older_at_a_rush
from lms.http.replica import may_lag
from lms.jobs.kind import File
from lms.load.rules import Level
from lms.programmes.breakdown import (
    get_page,
    list_by_day,
    list_by_institution,
    list_provinces,
)
from lms.programmes.periods import Step, extend, gather, list_last_days
from lms.programmes.queries import NATIONAL, get_figure, list_former_figures
from lms.web.programmes.drawing import draw_bars, draw_sum
from lms.web.programmes.files import days_file, institutions_file
from lms.web.programmes.forms import InstitutionFilter
from lms.web.transparency.words import find_log_state

bp = Blueprint("programmes", __name__)
open_to_all(bp)


@bp.get("/capaian")
@may_lag
def figure() -> ResponseReturnValue:
    """The national figure, over time, and a page of the institutions that were asked for."""
    asked = InstitutionFilter.parse(request.args)
    today = local_day(utc_now())
    reached, days, page, provinces = older_at_a_rush(
        ("figure", asked.wanted, asked.page),
        lambda: (
            get_figure(NATIONAL, now=utc_now()),
            list_by_day(NATIONAL),
            get_page(NATIONAL, asked.wanted, asked.page),
            list_provinces(),
        ),
    )
    step, periods = gather(extend(days, today)) if days else (None, [])
    last = list_last_days(days, today)
    return render_template(
        "programmes/figure.html",
        figure=reached,
        former=list_former_figures(NATIONAL, now=utc_now()),
        log=find_log_state(),
        step=step,
        periods=tuple(periods),
        last_days_of=tuple(last),
        bars=draw_bars(Step.DAY, last),
        curve=draw_sum(step, periods, reached.target) if step else None,
        wanted=asked.wanted,
        query=asked.query,
        institutions=page.rows,
        institution_count=page.count,
        page=page.number,
        pages=page.pages,
        provinces=provinces,
        is_older=current_load().level >= Level.OLDER_FIGURES,
    )


@bp.get("/capaian/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The figure of another programme that is or was published; the national one has its page."""
    if slug == NATIONAL:
        return redirect(url_for(".figure"))
    return render_template("programmes/show.html", figure=get_figure(slug, now=utc_now()))


@bp.get("/capaian/instansi.<any(xlsx, csv):format>")
@may_lag
def institutions(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """The figure by institution as a file: those that the page's search and filter have."""
    wanted = InstitutionFilter.parse(request.args).wanted
    rows = list_by_institution(NATIONAL, wanted)
    return attached(institutions_file(rows, format, local_day(utc_now())))


@bp.get("/capaian/hari.<any(xlsx, csv):format>")
@may_lag
def days(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """The figure by day as a file, every day of it."""
    return attached(days_file(list_by_day(NATIONAL), format, local_day(utc_now())))


def attached(file: File) -> Response:
    """A file that a browser keeps and does not open."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.media_type, headers=headers)
