"""Roles nationally, for coordinators and administrators, and of one's institutions, for officers.

Both sections have the same pages: a list, the form that grants, and one grant. What somebody may do
there is decided by one rule (`lms/institutions/granting/rules.py`) and not by the section.
"""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.addresses import colleagues_address
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Conflict, Invalid, NotAllowed
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.finding import Within
from lms.institutions.granting.errors import NotToOneself, NotYoursToGrant
from lms.institutions.granting.queries import (
    PAGE_SIZE,
    WantedGrants,
    count_ending_soon,
    count_without_officers,
    find_granter,
    get_grant,
    list_grants,
    list_officers_of,
    list_role_changes,
    list_without_officers,
)
from lms.institutions.granting.rules import AT_INSTITUTIONS, GRANTS, Granter, may_withdraw
from lms.institutions.granting.service import (
    Wish,
    change_end,
    find_candidate,
    give_role,
    withdraw_role,
)
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import scope_of
from lms.institutions.registry.queries import list_named
from lms.institutions.scope import Scope
from lms.web.fields import blame, key_of
from lms.web.roles.forms import (
    EndForm,
    NationalGrantForm,
    StaffGrantForm,
    WithdrawForm,
    carried,
)
from lms.web.roles.wording import ROLES, lines_of

national = Blueprint("national_roles", __name__, url_prefix="/koordinator/peran")
open_to(national, Permission.OVERSEE_ROLES)
staff = Blueprint("staff_roles", __name__, url_prefix="/kepegawaian/petugas")
open_to(staff, Permission.MANAGE_STAFF)


@national.get("", endpoint="list")
def show_grants() -> ResponseReturnValue:
    """Who holds which role in the country: of one role, of an institution, or ending soon."""
    now = utc_now()
    role = next((each for each in GRANTS if each.value == request.args.get("peran")), None)
    wanted = WantedGrants(
        role,
        key_of(request.args, "instansi"),
        ends_soon=request.args.get("segera") == "ya",
        after=key_of(request.args, "setelah"),
    )
    given = {
        "peran": role.value if role else "",
        "instansi": str(wanted.institution_id or ""),
        "segera": "ya" if wanted.ends_soon else "",
    }
    named = list_named([wanted.institution_id]) if wanted.institution_id else []
    return render_template(
        "roles/list.html",
        page=list_grants(wanted, now=now),
        wanted=wanted,
        institution=named[0][1] if named else "",
        arguments={name: value for name, value in given.items() if value},
        roles=list(GRANTS),
        words=ROLES,
        ending=count_ending_soon(now=now),
        without=count_without_officers(now=now),
    )


@national.get("/tanpa-pengelola")
def without_officers() -> ResponseReturnValue:
    """The institutions for which nobody answers."""
    after = request.args.get("setelah", "")[:200]
    rows = list_without_officers(after, now=utc_now())
    return render_template(
        "roles/without.html",
        rows=rows[:PAGE_SIZE],
        next=rows[PAGE_SIZE - 1][1] if len(rows) > PAGE_SIZE else "",
        is_first=not after,
    )


@national.route("/beri", methods=["GET", "POST"])
@at_most("60 per hour", methods={"POST"})
def grant() -> ResponseReturnValue:
    """Grant a role; who it is for is shown first."""
    granter, form = _granter(), NationalGrantForm()
    form.offer_roles(granter.roles())
    if request.method == "GET":
        _begin_with(form)
    if form.validate_on_submit():
        role = form.read_role(granter.roles())
        wish = Wish(form.read_identifier(), role, form.read_grant_place(), form.ends_on.data)
        place = form.chosen_unit or form.chosen_place
        answer = _grant(form, wish, place.label if place else "")
        if answer is not None:
            return answer
    page = render_template("roles/grant.html", form=form, section="national_roles")
    return page, 422 if form.errors else 200


@staff.get("", endpoint="list")
def show_officers() -> ResponseReturnValue:
    """The officers of one's institutions, and of their units."""
    scope, granter, now = _scope(), _granter(), utc_now()
    assert scope is not None  # noqa: S101 - it is an officer's section
    today = local_day(now)
    return render_template(
        "roles/own.html",
        rows=[
            (line, may_withdraw(granter, line.held, today=today))
            for line in list_officers_of(scope, now=now)
        ],
        institution_names=[name for _, name in list_scope_institutions(scope)],
        may_grant=bool(granter.institution_ids()),
    )


@staff.route("/beri", methods=["GET", "POST"], endpoint="grant")
@at_most("60 per hour", methods={"POST"})
def grant_for_staff() -> ResponseReturnValue:
    """Let somebody of one's staff answer for a unit, or for a while for all."""
    granter, form = _granter(), StaffGrantForm()
    own = Scope(granter.account_id, granter.institution_ids())
    if not own.institution_ids:
        raise NotYoursToGrant
    form.offer(own, Within(own.institution_ids, is_whole=True))
    if form.validate_on_submit():
        (role,) = AT_INSTITUTIONS
        wish = Wish(form.read_identifier(), role, form.read_place(), form.ends_on.data)
        answer = _grant(form, wish, form.chosen_unit.label if form.chosen_unit else "")
        if answer is not None:
            return answer
    page = render_template("roles/grant.html", form=form, section="staff_roles")
    return page, 422 if form.errors else 200


def _grant(
    form: NationalGrantForm | StaffGrantForm, wish: Wish, place: str
) -> ResponseReturnValue | None:
    """Show whom a wish means, or grant it once that was agreed to; None where it is refused."""
    asker, now = current_account().account_id, utc_now()
    try:
        candidate = find_candidate(asker, wish, now=now)
        if key_of(request.form, "candidate") != candidate.account_id:
            return render_template(
                "roles/confirm.html",
                candidate=candidate,
                wish=wish,
                role=ROLES[wish.role],
                place=place,
                fields=carried(request.form),
                section=request.blueprint,
            )
        granted = give_role(asker, candidate.account_id, wish, now=now, address=colleagues_address)
    except (Invalid, Conflict, NotToOneself) as refusal:
        _blame(form, refusal)
        return None
    flash(gettext("%(name)s memegang peran itu sekarang.", name=candidate.name), "valid")
    return redirect(url_for(".show", grant_id=granted.id))


def show(grant_id: int) -> ResponseReturnValue:
    """One grant: whose, where, until when, what became of it, and what can be done."""
    return _page(grant_id)


def set_end(grant_id: int) -> ResponseReturnValue:
    """Give a grant another last day."""
    get_grant(grant_id, _scope(), now=utc_now())
    form = EndForm(prefix="akhir-")
    if not form.validate():
        return _page(grant_id, ending=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        change_end(current_account().account_id, grant_id, form.ends_on.data, now=utc_now())
    except (Invalid, Conflict, NotToOneself) as refusal:
        blame(form, refusal)
        return _page(grant_id, ending=form), status_of(refusal)
    flash(gettext("Hari terakhirnya tersimpan."), "valid")
    return redirect(url_for(".show", grant_id=grant_id))


def withdraw(grant_id: int) -> ResponseReturnValue:
    """Take a role back."""
    line = get_grant(grant_id, _scope(), now=utc_now())
    form = WithdrawForm(prefix="tarik-")
    if not form.validate():
        return _page(grant_id, withdrawing=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        withdraw_role(current_account().account_id, grant_id, form.reason.data or "", now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(grant_id, withdrawing=form), status_of(refusal)
    flash(gettext("Peran %(name)s ditarik.", name=line.name), "valid")
    return redirect(url_for(".list"))


for section in (national, staff):
    section.add_url_rule("/<int:grant_id>", "show", show)
    section.add_url_rule("/<int:grant_id>/hari-terakhir", "set_end", set_end, methods=["POST"])
    section.add_url_rule("/<int:grant_id>/tarik", "withdraw", withdraw, methods=["POST"])


def _page(
    grant_id: int, *, ending: EndForm | None = None, withdrawing: WithdrawForm | None = None
) -> str:
    now = utc_now()
    line = get_grant(grant_id, _scope(), now=now)
    shown = ending or EndForm(formdata=None, prefix="akhir-")
    if ending is None:
        shown.ends_on.data = line.ends_on
    return render_template(
        "roles/show.html",
        line=line,
        role=ROLES[line.role],
        history=lines_of(list_role_changes(line)),
        may_change=may_withdraw(_granter(), line.held, today=local_day(now)),
        is_own=line.account_id == current_account().account_id,
        ending=shown,
        withdrawing=withdrawing or WithdrawForm(formdata=None, prefix="tarik-"),
        form=ending or withdrawing or shown,
        section=request.blueprint,
    )


def _begin_with(form: NationalGrantForm) -> None:
    """Begin with the institution whose page led here."""
    at = key_of(request.args, "instansi")
    for key, name in list_named([at]) if at else []:
        form.role.data = next(iter(AT_INSTITUTIONS)).value
        form.institution.data = form.institution_for.data = name
        form.institution_key.data = str(key)


def _blame(
    form: NationalGrantForm | StaffGrantForm, refusal: Invalid | Conflict | NotAllowed
) -> None:
    """Put what is wrong with the place beside the field that an officer's form has for it."""
    if isinstance(refusal, Invalid) and refusal.field not in form:
        refusal.field = "unit"
    blame(form, refusal)


def _granter() -> Granter:
    return find_granter(current_account().account_id, now=utc_now())


def _scope() -> Scope | None:
    """For whom an officer answers; None in the national section, which knows all."""
    return None if request.blueprint == national.name else scope_of(current_account())
