"""An HR officer's own people: the list, adding, correcting, and where they ask."""

from datetime import datetime
from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.errors import NumberTaken
from lms.accounts.permissions import Permission
from lms.accounts.rules import read_email
from lms.addresses import link_address
from lms.clock import utc_now
from lms.days import local_day
from lms.desk.figures import Share, list_offered_units, read_share
from lms.desk.saved_filters import list_filters
from lms.desk.visits import find_visit, is_to_be_noted, note_visit, read_news
from lms.errors import N_, Conflict, NotAllowed, Refusal
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.http.unit_of_work import store_at_once
from lms.institutions.claims import find_contradiction
from lms.institutions.contests import contest_number, find_contest
from lms.institutions.decisions.service import UNDO_FOR, find_recent_decision, list_confirmed
from lms.institutions.errors import HeldAddress, HeldNumber, OwnPosting
from lms.institutions.queries import (
    get_institution,
    get_institution_name,
    list_contacts,
    list_scope_institutions,
    list_scope_names,
)
from lms.institutions.scope import Scope
from lms.institutions.service import correct_staff
from lms.institutions.service import set_contact as store_contact
from lms.institutions.staff_additions import Outcome, add_staff
from lms.progress.duties import list_yearly_hours
from lms.progress.modules import list_modules
from lms.progress.staff import Count, count, get_person, list_staff
from lms.web.exports.jobs import is_large
from lms.web.fields import CorrectionForm, typed
from lms.web.people.pairs import MOST_COMPARED_BESIDE, find_pairs
from lms.web.personnel.words import service_name
from lms.web.staff.asked import MOST_CHOSEN, Asked
from lms.web.staff.columns import list_column_words, module_columns, shown_columns
from lms.web.staff.forms import ContactForm, StaffForm
from lms.web.staff.lists import (
    Waiting,
    fields_of,
    figure_text,
    list_chips,
    list_waiting,
    status_words,
)
from lms.web.staff.rows import share as share_of_rows
from lms.web.staff.section import list_url, own_scope, read_asked

bp = Blueprint("staff", __name__, url_prefix="/kepegawaian")
open_to(bp, Permission.MANAGE_STAFF)

_ADDED = {
    Outcome.ADDED: N_("%(name)s ada dalam daftar. Tautan aktivasi dikirim ke %(email)s."),
    Outcome.CONFIRMED: N_("%(name)s ada dalam daftar dan terkonfirmasi, dengan surel %(email)s."),
    Outcome.CORRECTED: N_(
        "%(name)s ada dalam daftar dan terkonfirmasi, dengan data yang Anda tulis."
    ),
    Outcome.KNOWN: N_(
        "%(name)s sudah ada dalam daftar Anda dengan surel %(email)s; tidak ada yang diubah. Nama "
        "dan nomornya dapat Anda perbaiki lewat Ubah data."
    ),
}

_WITHOUT_MAIL = N_(
    "%(name)s ada dalam daftar, tanpa surel. Buatlah kode aktivasi baginya lewat Aktivasi akun "
    "pegawai."
)


@bp.get("", endpoint="list")
def show_staff() -> ResponseReturnValue:
    """What waits, what is new, the figure; then the list."""
    scope, now = own_scope(), utc_now()
    officer_id = current_account().account_id
    filters = list_filters(officer_id)
    default = None
    if not request.args:
        default = next((each for each in filters if each.is_default), None)
    asked = read_asked(scope, request.args if default is None else fields_of(default.query))
    is_first = not asked.asked_of_people and not asked.after and not asked.before
    modules, units = list_modules(), list_offered_units(scope, asked.filter, now=now)
    institutions = list_scope_institutions(scope)
    name = _name(asked, institutions)
    share = read_share(scope, asked.filter, now=now)
    total = count(scope, asked.filter, now=now)
    page = list_staff(
        scope, asked.filter, asked.sort, now=now, after=asked.after, before=asked.before
    )
    desk = find_visit(officer_id)
    if is_first and request.method == "GET" and is_to_be_noted(desk, now=now):
        store_at_once(lambda: note_visit(officer_id, now=now))
        desk = find_visit(officer_id)
    decision = find_recent_decision(scope, now=now)
    just_confirmed = None
    if asked.filter.is_confirmed is False and not page.rows:
        just_confirmed = list_confirmed(decision, MOST_CHOSEN)
    return render_template(
        "staff/list.html",
        has_state_record=bool(service_name()),
        asked=asked,
        is_first=is_first,
        institution_name=name,
        institutions=institutions,
        modules=module_columns(modules),
        module_options=[(module.slug, f"{module.code} {module.title}") for module in modules],
        units=[(str(unit.unit_id), "– " * unit.depth + unit.name) for unit in units],
        columns=shown_columns(desk.columns if desk else None, modules, page.rows),
        all_columns=list_column_words(modules),
        filters=filters,
        default=default,
        chips=list_chips(asked, modules, units),
        words=status_words(),
        share=share,
        text=figure_text(share, name, now),
        news=read_news(scope, desk.since_at, asked.filter, now=now) if is_first and desk else None,
        waiting=_list_waiting(scope, asked, share, now) if is_first else [],
        decision=decision,
        just_confirmed=just_confirmed,
        confirmed_url=list_url(asked.confirmed(just_confirmed or ()).values),
        undo_minutes=UNDO_FOR.seconds // 60,
        shared=share_of_rows(list_yearly_hours(local_day(now))),
        page=page,
        total=total,
        waiting_total=_count_waiting(scope, asked, share, now),
        is_large=is_large(total),
    )


def _list_waiting(scope: Scope, asked: Asked, share: Share, now: datetime) -> list[Waiting]:
    counted = share.total + share.waiting
    pairs = find_pairs(scope, MOST_COMPARED_BESIDE, at_least=counted).pairs
    return list_waiting(scope, asked, share, len(pairs), now)


def _name(asked: Asked, institutions: list[tuple[int, str]]) -> str:
    names = dict(institutions)
    if asked.filter.institution_id is None:
        return ", ".join(names.values())
    return names[asked.filter.institution_id]


def _count_waiting(scope: Scope, asked: Asked, share: Share, now: datetime) -> Count:
    """How many of the list wait to be confirmed."""
    if not asked.asked_of_people or not share.waiting:
        return Count(share.waiting)
    return count(scope, asked.waiting().filter, now=now)


@bp.route("/tambah", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Put a person on the staff list and mail them the way in.

    Where somebody has registered with other data, or stands on the list with another address, both
    are shown before the officer's are taken. Who has the number elsewhere is told of it by a button
    of its own, which changes nothing.
    """
    scope = own_scope()
    form = StaffForm()
    form.institution.choices = [(name, name) for name in list_scope_names(scope)]
    contradiction, is_elsewhere, asked_at = None, False, None
    if form.validate_on_submit():
        name, number = form.read()
        written = typed(form.email).strip()
        email = read_email(written) if written else None
        if form.is_asked_about.data:
            # Before anything else: the number may have become free, and this button adds nobody.
            is_elsewhere = True
            asked_at = _ask_about(scope, typed(form.institution), number.number)
        elif not form.agreed.data:
            contradiction = find_contradiction(scope, name, email, number.number)
        if contradiction is None and not is_elsewhere:
            try:
                added = add_staff(
                    scope,
                    get_institution(typed(form.institution)),
                    name,
                    email,
                    number,
                    link_address,
                    now=utc_now(),
                    replaces_address=bool(form.agreed.data),
                )
            except (Conflict, NotAllowed) as refusal:
                _blame(form, refusal)
                is_elsewhere = isinstance(refusal, HeldNumber)
                if is_elsewhere:
                    asked_at = find_contest(scope, number.number, now=utc_now())
            else:
                sentence = _ADDED[added.outcome] if added.email else _WITHOUT_MAIL
                flash(gettext(sentence, name=added.name, email=added.email or ""), "valid")
                return redirect(url_for(".list"))
    page = render_template(
        "staff/add.html",
        form=form,
        contradiction=contradiction,
        is_elsewhere=is_elsewhere,
        asked_at=asked_at,
    )
    if contradiction is not None:
        return page, HTTPStatus.CONFLICT
    return page, 422 if form.errors else 200


def _ask_about(scope: Scope, institution_name: str, number: str) -> datetime:
    """Have those asked who have a number that the officer lists too; when this was asked first."""
    now = utc_now()
    contest_number(scope, get_institution(institution_name), number, now=now)
    return find_contest(scope, number, now=now) or now


def _blame(form: StaffForm, refusal: Refusal) -> None:
    """Put a refusal beside what is in the way, or above the form where it may be either."""
    sentence = translate(refusal.sentence)
    if isinstance(refusal, HeldNumber):
        form.employee_number.errors = [sentence]
    elif isinstance(refusal, HeldAddress):
        form.email.errors = [sentence]
    else:
        form.form_errors.append(sentence)


@bp.route("/<int:posting_id>/ubah", methods=["GET", "POST"])
def edit(posting_id: int) -> ResponseReturnValue:
    """Correct a person's name or number, as a certificate will print them from now on."""
    scope = own_scope()
    person = get_person(scope, posting_id, now=utc_now())
    form = CorrectionForm(name=person.name, employee_number=person.employee_number)
    if form.validate_on_submit():
        name, number = form.read()
        try:
            correct_staff(scope, posting_id, name, number, now=utc_now())
        except (NumberTaken, OwnPosting) as refusal:
            form.form_errors.append(translate(refusal.sentence))
        else:
            flash(gettext("Data %(name)s diperbarui.", name=name), "valid")
            return redirect(url_for(".list"))
    page = render_template("staff/edit.html", form=form, person=person)
    return page, 422 if form.errors else 200


@bp.get("/kontak")
def contacts() -> ResponseReturnValue:
    """Where the staff of the asker's institutions reach their HR office."""
    forms = [
        (
            institution_id,
            name,
            ContactForm(formdata=None, prefix=f"i{institution_id}-", contact=now),
        )
        for institution_id, name, now in list_contacts(own_scope())
    ]
    return render_template("staff/contact.html", forms=forms)


@bp.post("/kontak/<int:institution_id>")
def set_contact(institution_id: int) -> ResponseReturnValue:
    """Set one institution's contact; an empty one takes it back."""
    scope = own_scope()
    name = get_institution_name(scope, institution_id)
    form = ContactForm(prefix=f"i{institution_id}-")
    if form.validate_on_submit():
        contact = " ".join(typed(form.contact).split())
        store_contact(scope, institution_id, contact, now=utc_now())
        flash(gettext("Kontak %(name)s tersimpan.", name=name), "valid")
        return redirect(url_for(".contacts"))
    return render_template("staff/contact.html", forms=[(institution_id, name, form)]), 422
