"""What a year asks of each kind of civil servant: all that was set, and another setting."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.enums import EmployeeKind
from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Invalid
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.progress.duties import (
    NoSuchYearlyHours,
    list_current_settings,
    list_settings,
    remove_yearly_hours,
    set_yearly_hours,
)
from lms.web.fields import blame
from lms.web.formatting import show_date
from lms.web.yearly_hours.forms import YearlyHoursForm

bp = Blueprint("yearly_hours", __name__, url_prefix="/koordinator/jp-setahun")
open_to(bp, Permission.SET_YEARLY_HOURS)


@bp.get("")
def index() -> ResponseReturnValue:
    """All that was set, which of it holds today, and a form."""
    form = YearlyHoursForm(formdata=None)
    form.from_day.data = local_day(utc_now())
    return _page(form)


@bp.post("")
def set_hours() -> ResponseReturnValue:
    """Say what holds from a day on; a refusal stands at its field."""
    form = YearlyHoursForm()
    if not form.validate():
        return _page(form), 422
    try:
        setting = form.read()
        set_yearly_hours(setting, actor_id=current_account().account_id, now=utc_now())
    except Invalid as refusal:
        blame(form, refusal)
        return _page(form), 422
    flash(
        gettext(
            "Ketentuan %(kind)s ditetapkan, berlaku mulai %(day)s.",
            kind=setting.kind.value,
            day=show_date(setting.from_day),
        ),
        "valid",
    )
    return redirect(url_for(".index"))


@bp.post("/hapus")
def remove() -> ResponseReturnValue:
    """Take back what was set by mistake."""
    try:
        kind = EmployeeKind(request.form.get("kind", ""))
        from_day = date.fromisoformat(request.form.get("from_day", ""))
    except ValueError as error:
        raise NoSuchYearlyHours from error
    remove_yearly_hours(kind, from_day, actor_id=current_account().account_id, now=utc_now())
    flash(
        gettext(
            "Ketentuan %(kind)s mulai %(day)s dihapus; yang sebelumnya berlaku lagi. Bila keliru, "
            "tetapkan lagi di bawah.",
            kind=kind.value,
            day=show_date(from_day),
        ),
        "neutral",
    )
    return redirect(url_for(".index"))


def _page(form: YearlyHoursForm) -> str:
    return render_template(
        "yearly_hours/index.html",
        form=form,
        settings=list_settings(),
        current=list_current_settings(local_day(utc_now())).values(),
    )
