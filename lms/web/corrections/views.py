"""Corrections: holders and officers ask for them; officers and registrars decide."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.certificates.codes import parse_code
from lms.certificates.correction_requests import (
    AskedCorrection,
    Reach,
    ask_correction,
    ask_staff_correction,
    decline_request,
    get_request,
    list_open_requests,
    list_own_requests,
    withdraw_request,
)
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.numbers import NumberPattern
from lms.certificates.queries import get_own_certificate, get_staff_certificate
from lms.certificates.service import grant_request
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Conflict, Invalid
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.institutions.queries import find_workplace
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.web.certificates.format import format_facts
from lms.web.corrections.comparing import compare
from lms.web.corrections.forms import FACTS, DeclineForm, ReplaceForm, WishForm
from lms.web.fields import blame, typed

own = Blueprint("corrections", __name__, url_prefix="/sertifikat")
open_to(own)
staff = Blueprint("staff_corrections", __name__, url_prefix="/kepegawaian/perbaikan")
open_to(staff, Permission.MANAGE_STAFF)
register = Blueprint("register_corrections", __name__, url_prefix="/koordinator/permintaan")
open_to(register, Permission.MANAGE_CERTIFICATES)


@own.get("/<code>/perbaikan")
def ask(code: str) -> ResponseReturnValue:
    """What is wrong on one's own certificate; and what became of what was asked."""
    return _own_page(_read(code), WishForm(formdata=None))


@own.post("/<code>/perbaikan", endpoint="send")
def send(code: str) -> ResponseReturnValue:
    """Ask for a correction; a refusal stands on the form, with what was typed."""
    form, wanted = WishForm(), _read(code)
    if not form.validate():
        return _own_page(wanted, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        ask_correction(current_account().account_id, wanted, form.read(), now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _own_page(wanted, form), status_of(refusal)
    flash(gettext("Permintaan Anda tercatat. Kabarnya tampil di halaman ini."), "valid")
    return redirect(url_for(".ask", code=wanted))


@own.post("/<code>/perbaikan/tarik")
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's own request back."""
    wanted = _read(code)
    withdraw_request(current_account().account_id, wanted, now=utc_now())
    flash(gettext("Permintaan Anda ditarik."), "neutral")
    return redirect(url_for(".ask", code=wanted))


@staff.get("", endpoint="list")
def list_of_staff() -> ResponseReturnValue:
    """The requests about one's own people that wait."""
    return _list_page(_scope())


@staff.get("/sertifikat/<code>", endpoint="ask")
def ask_for_staff(code: str) -> ResponseReturnValue:
    """What is wrong on the certificate of one of one's own people."""
    return _staff_page(_read(code), WishForm(formdata=None))


@staff.post("/sertifikat/<code>", endpoint="send")
def send_for_staff(code: str) -> ResponseReturnValue:
    """Ask for it; the next page shows what a replacement would print."""
    form, wanted = WishForm(), _read(code)
    if not form.validate():
        return _staff_page(wanted, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        request_id = ask_staff_correction(_scope(), wanted, form.read(), now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _staff_page(wanted, form), status_of(refusal)
    flash(gettext("Permintaan tercatat."), "valid")
    return redirect(url_for(".show", request_id=request_id))


@staff.get("/<int:request_id>", endpoint="show")
def show_to_officer(request_id: int) -> ResponseReturnValue:
    """A request, and what a replacement would print."""
    return _decision_page(_scope(), request_id, _replacing(), _declining())


@staff.post("/<int:request_id>/ganti", endpoint="grant")
def grant_as_officer(request_id: int) -> ResponseReturnValue:
    """Confirm it: the certificate is replaced as the preview showed."""
    return _grant(_scope(), request_id)


@staff.post("/<int:request_id>/tolak", endpoint="decline")
def decline_as_officer(request_id: int) -> ResponseReturnValue:
    """Say that the certificate stays, and why."""
    return _decline(_scope(), request_id)


@register.get("", endpoint="list")
def list_of_all() -> ResponseReturnValue:
    """Every request that waits."""
    return _list_page(None)


@register.get("/<int:request_id>", endpoint="show")
def show_to_registrar(request_id: int) -> ResponseReturnValue:
    """As above, for the registrars."""
    return _decision_page(None, request_id, _replacing(), _declining())


@register.post("/<int:request_id>/ganti", endpoint="grant")
def grant_as_registrar(request_id: int) -> ResponseReturnValue:
    """As above, for the registrars."""
    return _grant(None, request_id)


@register.post("/<int:request_id>/tolak", endpoint="decline")
def decline_as_registrar(request_id: int) -> ResponseReturnValue:
    """As above, for the registrars."""
    return _decline(None, request_id)


def _own_page(code: str, form: WishForm) -> str:
    account_id = current_account().account_id
    certificate = get_own_certificate(account_id, code)
    workplace = find_workplace(account_id)
    return render_template(
        "corrections/ask.html",
        words=format_facts(certificate),
        state=certificate.state,
        code=code,
        requests=list_own_requests(account_id, code),
        fact_words=FACTS,
        form=form,
        institution_name=workplace.institution_name if workplace else None,
        is_confirmed=certificate.state.is_confirmed,
    )


def _staff_page(code: str, form: WishForm) -> str:
    certificate = get_staff_certificate(_scope(), code)
    return render_template(
        "corrections/ask_for_staff.html",
        words=format_facts(certificate),
        state=certificate.state,
        code=code,
        form=form,
    )


def _list_page(reach: Reach) -> str:
    requests = list_open_requests(reach)
    is_registrar = reach is None
    yours: list[AskedCorrection] = []
    others: list[AskedCorrection] = []
    for each in requests:
        is_theirs = each.may_be_decided(reach) and not (is_registrar and each.is_for_officers)
        (yours if is_theirs else others).append(each)
    return render_template(
        "corrections/list.html",
        yours=yours,
        others=others,
        fact_words=FACTS,
        is_registrar=is_registrar,
        show="register_corrections.show" if is_registrar else "staff_corrections.show",
    )


def _decision_page(
    reach: Reach, request_id: int, replacing: ReplaceForm, declining: DeclineForm
) -> str:
    asked, now = get_request(reach, request_id), utc_now()
    comparison = compare(asked.code, today=local_day(now)) if asked.is_open else None
    if comparison is not None:
        replacing.seen.data = comparison.fingerprint
    return render_template(
        "corrections/decide.html",
        asked=asked,
        fact_words=FACTS,
        may_decide=asked.is_open and asked.may_be_decided(reach),
        comparison=comparison,
        replacing=replacing,
        declining=declining,
        is_registrar=reach is None,
        section="register_corrections" if reach is None else "staff_corrections",
    )


def _grant(reach: Reach, request_id: int) -> ResponseReturnValue:
    form = ReplaceForm()
    if not form.validate():
        page = _decision_page(reach, request_id, form, _declining())
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    pattern = NumberPattern(current_app.config["SAKUHAM"].certificate_number_pattern)
    try:
        grant_request(
            reach,
            request_id,
            typed(form.reason),
            pattern,
            current_account().account_id,
            seen=typed(form.seen),
            now=utc_now(),
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _decision_page(reach, request_id, form, _declining()), status_of(refusal)
    flash(gettext("Sertifikat pengganti terbit, dan pemiliknya diberi tahu."), "valid")
    return redirect(_list_url(reach))


def _decline(reach: Reach, request_id: int) -> ResponseReturnValue:
    form = DeclineForm()
    if not form.validate():
        page = _decision_page(reach, request_id, _replacing(), form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        decline_request(
            reach, request_id, typed(form.reason), current_account().account_id, now=utc_now()
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _decision_page(reach, request_id, _replacing(), form), status_of(refusal)
    flash(gettext("Permintaan ditolak, dan yang meminta diberi tahu."), "neutral")
    return redirect(_list_url(reach))


def _replacing() -> ReplaceForm:
    return ReplaceForm(formdata=None, reason=gettext("Diperbaiki sesuai data yang benar."))


def _declining() -> DeclineForm:
    return DeclineForm(formdata=None)


def _list_url(reach: Reach) -> str:
    return url_for("register_corrections.list" if reach is None else "staff_corrections.list")


def _scope() -> Scope:
    return scope_of(current_account())


def _read(code: str) -> str:
    parsed = parse_code(code)
    if not parsed.is_valid:
        raise NoSuchCertificate
    return parsed.normalised
