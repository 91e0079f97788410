"""An HR officer's people one by one: what happened to them, how they sign in, second accounts."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from lms.accounts.permissions import Permission
from lms.accounts.rules import read_email
from lms.addresses import link_address
from lms.certificates.own_certificates import list_own_certificates
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Conflict, Invalid, NotAllowed
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.finding import Within
from lms.institutions.people.addresses import set_staff_address
from lms.institutions.people.codes import Chosen
from lms.institutions.people.facts import (
    move_out,
    move_unit,
    note_death,
    retire,
    undo_fact,
)
from lms.institutions.people.history import list_facts
from lms.institutions.people.invitations import invite as invite_people
from lms.institutions.people.invitations import list_batches
from lms.institutions.people.invitations import stop as stop_batch
from lms.institutions.people.merging import list_merges, merge_staff, separate_staff
from lms.institutions.people.queries import PersonView, get_person, list_numbers
from lms.institutions.queries import list_scope_names
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.jobs.service import enqueue
from lms.personnel.queries import find_entries
from lms.web.fields import blame, typed
from lms.web.people.forms import (
    DIED,
    OUT,
    RETIRED,
    UNIT,
    AddressForm,
    CodesForm,
    FactForm,
    InvitationForm,
    MergeForm,
    ReasonForm,
)
from lms.web.people.jobs import CODES, DUPLICATES
from lms.web.people.pairs import MOST_COMPARED_AT_ONCE, find_pairs
from lms.web.personnel.words import service_name
from lms.web.places.fields import OwnUnitForm

bp = Blueprint("people", __name__, url_prefix="/kepegawaian")
open_to(bp, Permission.MANAGE_STAFF)

MOST_CHOSEN = 2_000
CODES_PREFIX, INVITATION_PREFIX = "kode-", "undangan-"


@bp.get("/<int:posting_id>")
def show(posting_id: int) -> ResponseReturnValue:
    """One person: their facts, how they sign in, their history, and what can be noted."""
    return _person_page(_scope(), posting_id, FactForm(formdata=None), AddressForm(formdata=None))


@bp.post("/<int:posting_id>/catat")
def note(posting_id: int) -> ResponseReturnValue:
    """Note that a person has moved, retired or died."""
    scope, form, now = _scope(), FactForm(), utc_now()
    person = get_person(scope, posting_id, now=now)
    _offer(form, scope, person)
    if form.validate_on_submit():
        try:
            _note(scope, person, form, now=now)
        except (Invalid, Conflict, NotAllowed) as refusal:
            blame(form, refusal)
        else:
            flash(gettext("Tercatat untuk %(name)s.", name=person.name), "valid")
            return redirect(url_for(".show", posting_id=posting_id))
    return _person_page(scope, posting_id, form, AddressForm(formdata=None)), 422


def _note(scope: Scope, person: PersonView, form: FactForm, *, now: datetime) -> None:
    day = form.day.data
    assert day is not None  # noqa: S101 - the form requires it
    match form.kind.data:
        case kind if kind == UNIT:
            assert form.unit_id is not None  # noqa: S101 - the form has found it
            move_unit(scope, person.posting_id, form.unit_id, day, now=now)
        case kind if kind == OUT:
            place = form.chosen_place
            assert place is not None  # noqa: S101 - the form has found it
            move_out(scope, person.posting_id, place.institution_id, day, now=now)
        case kind if kind == RETIRED:
            retire(scope, person.posting_id, day, now=now)
        case kind if kind == DIED:
            note_death(scope, person.posting_id, day, now=now)


@bp.post("/<int:posting_id>/surel")
@at_most("60 per hour")
def set_address(posting_id: int) -> ResponseReturnValue:
    """Set the address of who has not activated their account, and mail them the way in."""
    scope, form = _scope(), AddressForm()
    if form.validate_on_submit():
        email = read_email(typed(form.email))
        try:
            set_staff_address(scope, posting_id, email, link_address, now=utc_now())
        except (Invalid, NotAllowed) as refusal:
            blame(form, refusal)
        else:
            flash(gettext("Surelnya diganti, dan tautan aktivasi dikirim ke sana."), "valid")
            return redirect(url_for(".show", posting_id=posting_id))
    return _person_page(scope, posting_id, FactForm(formdata=None), form), 422


@bp.post("/catatan/<int:fact_id>/batal")
def undo(fact_id: int) -> ResponseReturnValue:
    """Take back what was noted of a person."""
    fact = undo_fact(_scope(), fact_id, now=utc_now())
    flash(gettext("Catatan itu dibatalkan; keadaannya kembali seperti semula."), "valid")
    return redirect(url_for(".show", posting_id=fact.posting_id))


def _person_page(scope: Scope, posting_id: int, form: FactForm, address_form: AddressForm) -> str:
    now = utc_now()
    person = get_person(scope, posting_id, now=now)
    if form.scope is None:
        _offer(form, scope, person)
    certificates = (
        list_own_certificates(person.account_id, today=local_day(now)) if person.is_present else []
    )
    return render_template(
        "people/show.html",
        person=person,
        form=form,
        address_form=address_form,
        facts=list_facts(scope, person.account_id),
        numbers=list_numbers(person.account_id),
        certificates=certificates,
        entries=find_entries([each.code for each in certificates]),
        state_service=service_name() or gettext("negara"),
    )


def _offer(form: FactForm, scope: Scope, person: PersonView) -> None:
    form.offer(scope, Within(frozenset({person.institution_id})))


@bp.get("/aktivasi")
def activation() -> ResponseReturnValue:
    """How people without a password get in: codes on paper, and invitations by mail."""
    return _activation_page(_scope())


def _activation_page(
    scope: Scope, codes: CodesForm | None = None, invitation: InvitationForm | None = None
) -> str:
    if codes is None:
        codes = CodesForm(formdata=None, prefix=CODES_PREFIX)
        codes.offer(scope)
    if invitation is None:
        invitation = InvitationForm(formdata=None, prefix=INVITATION_PREFIX)
        invitation.offer(scope)
    return render_template(
        "people/activation.html",
        institution_name=", ".join(list_scope_names(scope)),
        codes=codes,
        invitation=invitation,
        batches=list_batches(current_account().account_id),
    )


@bp.post("/aktivasi/kode")
@at_most("60 per hour")
def make_codes() -> ResponseReturnValue:
    """Have a sheet of codes made, as a job."""
    scope, form = _scope(), CodesForm(prefix=CODES_PREFIX)
    form.offer(scope)
    if not form.validate():
        return _activation_page(scope, codes=form), 422
    chosen = _chosen(form)
    enqueue(
        CODES,
        {
            "posting_ids": list(chosen.posting_ids),
            "unit_id": chosen.unit_id,
            "language": str(get_locale()),
        },
        asker_id=scope.officer_id,
        scope=scope.keys,
        now=utc_now(),
    )
    flash(
        gettext(
            "Lembar kode aktivasi sedang disiapkan. Kode yang lama tidak berlaku lagi begitu "
            "lembar ini jadi."
        ),
        "neutral",
    )
    return redirect(url_for("jobs.list"))


@bp.post("/aktivasi/undang")
@at_most("60 per hour")
def invite() -> ResponseReturnValue:
    """Invite people by mail, so many a minute."""
    scope, form = _scope(), InvitationForm(prefix=INVITATION_PREFIX)
    form.offer(scope)
    if not form.validate():
        return _activation_page(scope, invitation=form), 422
    invite_people(scope, _chosen(form), now=utc_now())
    flash(gettext("Undangan dikirim berangsur-angsur. Anda boleh menutup halaman ini."), "valid")
    return redirect(url_for(".activation"))


@bp.post("/aktivasi/<int:batch_id>/henti")
def stop(batch_id: int) -> ResponseReturnValue:
    """Mail nobody more of a batch."""
    stop_batch(current_account().account_id, batch_id, now=utc_now())
    flash(gettext("Pengiriman dihentikan. Yang sudah terkirim tetap berlaku."), "neutral")
    return redirect(url_for(".activation"))


def _chosen(form: OwnUnitForm) -> Chosen:
    """Single people, a unit, or everybody, as the form says."""
    ids = request.form.getlist("pegawai", type=int)[:MOST_CHOSEN]
    return Chosen(tuple(ids), form.unit_id)


@bp.get("/ganda")
def duplicates() -> ResponseReturnValue:
    """Accounts that may be one person's, and those that were merged."""
    return _duplicates_page()


def _duplicates_page(key: str = "", refused: ReasonForm | None = None) -> str:
    """The page; `refused` stands where the pair or the merge of this key has its form."""
    scope = _scope()
    known = find_pairs(scope, MOST_COMPARED_AT_ONCE)
    forms: dict[str, ReasonForm] = {}
    names: dict[str, str] = {}
    for pair in known.pairs:
        of_pair = _pair_key(pair.kept.posting_id, pair.other.posting_id)
        forms[of_pair] = MergeForm(of_pair, formdata=None)
        names[of_pair] = pair.kept.name
    merges = list_merges(scope)
    for merge in merges:
        of_merge = _merge_key(merge.merge_id)
        forms[of_merge] = ReasonForm(of_merge, formdata=None)
        names[of_merge] = merge.kept_name
    if refused is not None and key in forms:
        forms[key] = refused
    elif refused is not None:
        # Nothing of it is on the page any more, and no link may lead there.
        for field in refused:
            field.errors = ()
        refused.form_errors.append(
            gettext("Pasangan itu tidak ada lagi di halaman ini. Periksa lagi daftarnya.")
        )
    return render_template(
        "people/duplicates.html",
        pairs=known.pairs,
        is_large=known.is_large,
        is_searched=known.is_searched,
        merges=merges,
        forms=forms,
        pair_key=_pair_key,
        merge_key=_merge_key,
        refused=refused,
        refused_name=names.get(key, ""),
    )


def _pair_key(kept: int | str, other: int | str) -> str:
    """What tells the form of a pair from the others of the page."""
    return f"{kept}-{other}"


def _merge_key(merge_id: int) -> str:
    return f"pisah-{merge_id}"


@bp.post("/ganda/cari")
@at_most("20 per hour")
def search_duplicates() -> ResponseReturnValue:
    """Have all people of a large institution compared, as a job."""
    scope = _scope()
    enqueue(DUPLICATES, {}, asker_id=scope.officer_id, scope=scope.keys, now=utc_now())
    flash(
        gettext("Pencarian akun ganda berjalan. Kembalilah ke halaman ini sesudah selesai."),
        "neutral",
    )
    return redirect(url_for("jobs.list"))


@bp.post("/ganda/gabung")
def merge() -> ResponseReturnValue:
    """Find that two accounts are one person's."""
    kept, other = request.form.get("kept", ""), request.form.get("other", "")
    key = _pair_key(kept, other)
    form = MergeForm(key)
    if form.validate_on_submit():
        try:
            merge_staff(
                _scope(),
                int(kept[:12]) if kept.isdecimal() else 0,
                int(other[:12]) if other.isdecimal() else 0,
                typed(form.reason),
                now=utc_now(),
                is_sure=form.is_sure.data,
            )
        except (Invalid, Conflict, NotAllowed) as refusal:
            blame(form, refusal)
        else:
            flash(gettext("Kedua akun digabung. Sertifikatnya tetap seperti terbitnya."), "valid")
            return redirect(url_for(".duplicates"))
    return _duplicates_page(key, form), 422


@bp.post("/ganda/<int:merge_id>/pisahkan")
def separate(merge_id: int) -> ResponseReturnValue:
    """Part two accounts that were merged."""
    key = _merge_key(merge_id)
    form = ReasonForm(key)
    if form.validate_on_submit():
        try:
            separate_staff(_scope(), merge_id, typed(form.reason), now=utc_now())
        except Invalid as refusal:
            blame(form, refusal)
        else:
            flash(gettext("Kedua akun dipisahkan lagi, masing-masing seperti semula."), "valid")
            return redirect(url_for(".duplicates"))
    return _duplicates_page(key, form), 422


def _scope() -> Scope:
    return scope_of(current_account())
