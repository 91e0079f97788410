"""Where the nation stands: the figure and the pace, whom to ring, the map, lists, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.coordination.errors import NoSuchProvince
from lms.coordination.lines import (
    PAGE_SIZE,
    Choice,
    View,
    get_line,
    get_page,
    list_lines,
    list_ringing,
    sum_by_province,
)
from lms.coordination.queries import (
    Window,
    choose_window,
    list_days_of,
    list_units,
    list_ways,
    list_windows,
    read_people,
)
from lms.coordination.rules import Line, State, Sum, add_up, pace_of, state_of
from lms.days import local_day
from lms.http.doors import open_to
from lms.programmes.breakdown import Day, Wanted, list_by_day
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.periods import Step, extend, gather, list_last_days
from lms.programmes.queries import get_figure
from lms.web.coordination.files import lines_file, provinces_file
from lms.web.coordination.forms import Asked
from lms.web.coordination.provinces import list_rows
from lms.web.coordination.words import LASTING, MARKS, STATES, province_names, ways_in
from lms.web.institutions.wording import KINDS
from lms.web.programmes.drawing import Road, draw_bars, draw_sum
from lms.web.programmes.files import days_file
from lms.web.programmes.views import attached

bp = Blueprint("coordination", __name__, url_prefix="/koordinator")
open_to(bp, Permission.SEE_NATION)


@dataclass(slots=True)
class Desk:
    """What every page begins with: what is asked for, of which programme, and the day."""

    asked: Asked = field(default_factory=lambda: Asked.parse(request.args))
    now: datetime = field(default_factory=utc_now)
    windows: list[Window] = field(default_factory=list_windows)
    window: Window = field(init=False)

    def __post_init__(self) -> None:
        self.window = choose_window(self.windows, self.asked.slug)

    @property
    def today(self) -> date:
        """The day in the capital."""
        return local_day(self.now)

    @property
    def is_over(self) -> bool:
        """Whether the programme is past."""
        return self.window.is_over(self.today)

    @property
    def states(self) -> Mapping[State, str]:
        """The words of the states that an institution can have in it."""
        return LASTING if self.is_over else STATES

    def list_ringing(self, province_code: str = "") -> list[Line]:
        """Whom to ring, of the nation or of a province; nobody once it is over."""
        return [] if self.is_over else list_ringing(self.view, province_code)

    @property
    def until(self) -> date | None:
        """The day by which the target is to be reached: the chosen one, else the programme's."""
        return self.window.ends_on if self.is_over else self.asked.until or self.window.ends_on

    @property
    def view(self) -> View:
        """Of what figures are read."""
        return View(self.window.slug, self.window.starts_on, self.now)

    def draw(self, days: list[Day], target: int | None, until: date | None) -> dict[str, object]:
        """What a page shows of days: the last ones, the sum of all, and the tables of both."""
        if not days:
            return {"step": None}
        step, periods = gather(extend(days, self.today))
        last = list_last_days(days, self.today)
        road = None if until is None else Road(self.window.starts_on, until)
        return {
            "step": step,
            "periods": tuple(periods),
            "last_days_of": tuple(last),
            "bars": draw_bars(Step.DAY, last),
            "curve": draw_sum(step, periods, target, road),
            "road": road,
        }


@bp.get("")
def overview() -> ResponseReturnValue:
    """The figure and its pace, whom to ring, the map with its table, and the curve.

    Of a programme that is over, that its figure is the last one, in the place of pace and ringing.
    """
    try:
        desk = Desk()
    except NoSuchProgramme:
        if "program" in request.args:
            raise
        return render_template("coordination/not_open.html")
    slug, begun_on, today = desk.window.slug, desk.window.starts_on, desk.today
    figure, days = get_figure(slug, now=desk.now), list_by_day(slug)
    ring, sums = desk.list_ringing(), sum_by_province(desk.view)
    is_asked = bool(desk.asked.typed_until) and not desk.is_over
    is_refused = is_asked and (desk.asked.until is None or desk.asked.until <= today)
    until = desk.window.ends_on if is_refused else desk.until
    pace = pace_of(
        sum(day.count for day in list_last_days(days, today)),
        missing=max(0, figure.target - figure.count),
        begun_on=begun_on,
        until=until,
        today=today,
    )
    page = render_template(
        "coordination/overview.html",
        figure=figure,
        desk=desk,
        pace=pace,
        whole=add_up(sums.values()),
        is_refused=is_refused,
        earliest=today + timedelta(days=1),
        ring=ring,
        ways=list_ways([line.id for line in ring], now=desk.now),
        ways_in=ways_in,
        states=desk.states,
        kept=tuple(desk.asked.kept.items()),
        programme=tuple(desk.asked.programme.items()),
        provinces=list_rows(sums, desk.asked.choice.order),
        central=sums.get("", Sum()),
        **desk.draw(days, figure.target, until),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK


@bp.get("/capaian/instansi")
def institutions() -> ResponseReturnValue:
    """The institutions that are asked for, a page of them."""
    desk = Desk()
    return render_template(
        "coordination/institutions.html",
        desk=desk,
        **_page_of_lines(desk, desk.asked.choice),
        provinces=list(province_names().items()),
        words=desk.states,
        marks=MARKS,
    )


@bp.get("/capaian/provinsi/<code>")
def province(code: str) -> ResponseReturnValue:
    """A province: its figure, and its institutions, those with the most missing first."""
    if code not in province_names():
        raise NoSuchProvince
    desk = Desk()
    choice = Choice(Wanted(province_code=code), None, desk.asked.choice.order)
    ring = desk.list_ringing(code)
    return render_template(
        "coordination/province.html",
        desk=desk,
        code=code,
        name=province_names()[code],
        whole=sum_by_province(desk.view, code).get(code, Sum()),
        ring=ring,
        ways=list_ways([line.id for line in ring], now=desk.now),
        ways_in=ways_in,
        **_page_of_lines(desk, choice),
        words=desk.states,
        marks=MARKS,
    )


@bp.get("/capaian/instansi/<int:institution_id>")
def institution(institution_id: int) -> ResponseReturnValue:
    """One institution: figure, target, curve, officers, who waits, and its units."""
    desk = Desk()
    line = get_line(desk.view, institution_id)
    days = list_days_of(desk.window.slug, institution_id)
    return render_template(
        "coordination/institution.html",
        desk=desk,
        line=line,
        status=state_of(line, desk.window.starts_on, desk.today),
        kind=KINDS[line.kind],
        province=province_names().get(line.province_code),
        people=read_people(institution_id, now=desk.now),
        ways=list_ways([institution_id], now=desk.now)[institution_id],
        ways_in=ways_in,
        words=desk.states,
        marks=MARKS,
        **desk.draw(days, line.goal, desk.until),
    )


@bp.get("/capaian/instansi/<int:institution_id>/unit")
def units(institution_id: int) -> ResponseReturnValue:
    """The units right below an institution, without figures that would tell of few people."""
    desk = Desk()
    line = get_line(desk.view, institution_id)
    found = list_units(institution_id, now=desk.now)
    page, pages = _page_within(desk, len(found))
    return render_template(
        "coordination/units.html",
        desk=desk,
        line=line,
        units=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        unit_count=len(found),
        page=page,
        pages=pages,
    )


@bp.get("/capaian/provinsi.<any(xlsx, csv):format>")
def provinces_as_file(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """The table beside the map as a file."""
    desk = Desk()
    return attached(provinces_file(sum_by_province(desk.view), format, desk.today))


@bp.get("/capaian/instansi.<any(xlsx, csv):format>")
def institutions_as_file(format: str) -> ResponseReturnValue:  # noqa: A002 - as above
    """The institutions that are asked for as a file."""
    desk = Desk()
    lines = list_lines(desk.view, desk.asked.choice)
    return attached(lines_file(lines, desk.window.starts_on, desk.states, format, desk.today))


@bp.get("/capaian/hari.<any(xlsx, csv):format>")
def days_as_file(format: str) -> ResponseReturnValue:  # noqa: A002 - as above
    """Every day as a file, of the nation."""
    desk = Desk()
    return attached(days_file(list_by_day(desk.window.slug), format, desk.today))


@bp.get("/capaian/instansi/<int:institution_id>/hari.<any(xlsx, csv):format>")
def institution_days_as_file(institution_id: int, format: str) -> ResponseReturnValue:  # noqa: A002 - as above
    """Every day as a file, of an institution."""
    desk = Desk()
    get_line(desk.view, institution_id)
    days = list_days_of(desk.window.slug, institution_id)
    return attached(days_file(days, format, desk.today))


def _page_of_lines(desk: Desk, choice: Choice) -> dict[str, object]:
    """The page of a list of institutions that is asked for, each with its state."""
    lines, total = get_page(desk.view, choice, desk.asked.page)
    page, pages = _page_within(desk, total)
    if page != desk.asked.page:
        lines, _ = get_page(desk.view, choice, page)
    states = [state_of(line, desk.window.starts_on, desk.today) for line in lines]
    return {
        "total": total,
        "lines": list(zip(lines, states, strict=True)),
        "page": page,
        "pages": pages,
    }


def _page_within(desk: Desk, total: int) -> tuple[int, int]:
    """The page that is asked for, or the last one, and how many there are."""
    pages = max(1, -(-total // PAGE_SIZE))
    return min(desk.asked.page, pages), pages
