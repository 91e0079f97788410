"""An officer's desk beside the list: the figure, what is new, lists by name, columns."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.days import local_day
from lms.desk.errors import TooManyFilters, UnfitFilterName
from lms.desk.figures import list_shares, read_share
from lms.desk.saved_filters import (
    delete_filter,
    list_filters,
    rename_filter,
    save_filter,
    set_columns,
    set_default,
)
from lms.desk.visits import MOST_SHOWN, find_visit, list_arrived, list_left
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.institutions.queries import list_scope_institutions
from lms.progress.modules import list_modules
from lms.web.staff.asked import Asked
from lms.web.staff.columns import known_columns
from lms.web.staff.lists import fields_of, figure_text
from lms.web.staff.section import list_url, own_scope, read_asked

bp = Blueprint("desk", __name__, url_prefix="/kepegawaian")
open_to(bp, Permission.MANAGE_STAFF)


@bp.get("/angka")
def figure() -> ResponseReturnValue:
    """The one figure, with its sentence to be copied, and that of each unit below."""
    scope, now = own_scope(), utc_now()
    asked = read_asked(scope)
    institutions = list_scope_institutions(scope)
    name = _place_name(asked, dict(institutions))
    share = read_share(scope, asked.filter, now=now)
    return render_template(
        "staff/figure.html",
        asked=asked,
        institutions=institutions,
        name=name,
        share=share,
        shares=list_shares(scope, asked.filter, now=now),
        text=figure_text(share, name, now),
        may_report=bool(current_account().institutions_for(Permission.REPORT_ON_OWN)),
        now=now,
    )


@bp.get("/kabar")
def news() -> ResponseReturnValue:
    """Who came on the list and who left it since the last visit, or since a day."""
    scope = own_scope()
    asked = read_asked(scope)
    desk = find_visit(current_account().account_id)
    since = asked.filter.finished_from or local_day(desk.since_at if desk else utc_now())
    return render_template(
        "staff/news.html",
        since=since,
        arrived=list_arrived(scope, since, asked.filter),
        left=list_left(scope, since, asked.filter),
        most_shown=MOST_SHOWN,
    )


@bp.get("/daftar-tersimpan")
def saved() -> ResponseReturnValue:
    """The lists that I keep by name."""
    return _saved_page()


@bp.post("/daftar-tersimpan")
def save() -> ResponseReturnValue:
    """Keep the list as it is filtered and sorted by a name."""
    scope = own_scope()
    asked = read_asked(scope)
    account_id = current_account().account_id
    try:
        kept = save_filter(account_id, request.form.get("nama", ""), asked.query, now=utc_now())
    except (UnfitFilterName, TooManyFilters) as refusal:
        flash(translate(refusal.sentence), "warning")
    else:
        flash(gettext("Daftar “%(name)s” tersimpan.", name=kept.name), "valid")
    return redirect(list_url(asked.values))


@bp.post("/daftar-tersimpan/<int:filter_id>")
def change(filter_id: int) -> ResponseReturnValue:
    """Rename a list, forget it, or begin with it."""
    account_id, deed = current_account().account_id, request.form.get("tindakan")
    if deed == "hapus":
        name = delete_filter(account_id, filter_id)
        flash(gettext("Daftar “%(name)s” dihapus.", name=name), "neutral")
    elif deed == "utama":
        set_default(account_id, filter_id)
    elif deed == "bukan-utama":
        set_default(account_id, None)
    else:
        try:
            rename_filter(account_id, filter_id, request.form.get("nama", ""))
        except UnfitFilterName as refusal:
            return _saved_page(filter_id, translate(refusal.sentence)), 422
    return redirect(url_for(".saved"))


@bp.post("/kolom")
def columns() -> ResponseReturnValue:
    """Choose which columns the list has; none ticked are those that everybody begins with."""
    asked = read_asked(own_scope())
    known = set(known_columns(list_modules()))
    chosen = [name for name in request.form.getlist("kolom") if name in known]
    set_columns(current_account().account_id, chosen or None, now=utc_now())
    return redirect(list_url(asked.values))


def _saved_page(wrong_id: int | None = None, error: str = "") -> str:
    kept = list_filters(current_account().account_id)
    return render_template(
        "staff/saved.html",
        filters=[(each, fields_of(each.query).to_dict()) for each in kept],
        wrong_id=wrong_id,
        error=error,
        typed=request.form.get("nama", ""),
    )


def _place_name(asked: Asked, names: dict[int, str]) -> str:
    if asked.filter.institution_id is None:
        return ", ".join(names.values())
    return names[asked.filter.institution_id]
