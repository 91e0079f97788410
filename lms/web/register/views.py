"""The register of certificates: find one, see what became of it, revoke, reinstate, replace."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.certificates.correction_requests import count_to_decide
from lms.certificates.enums import RevocationGround
from lms.certificates.numbers import NumberPattern
from lms.certificates.queries import get_any_certificate
from lms.certificates.register import get_correction, list_history, search_certificates
from lms.certificates.service import (
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from lms.checking.reports import count_open_reports, list_reports_of
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import Conflict, Invalid
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.web.certificates.format import format_facts
from lms.web.corrections.comparing import compare
from lms.web.corrections.forms import ReplaceForm
from lms.web.fields import blame, typed
from lms.web.register.forms import GROUNDS, ReinstateForm, RevokeForm

bp = Blueprint("register", __name__, url_prefix="/koordinator/sertifikat")
open_to(bp, Permission.MANAGE_CERTIFICATES)


@bp.get("")
def certificates() -> ResponseReturnValue:
    """Find a certificate by code, number or name; the newest first."""
    search = request.args.get("cari", "").strip()[:200]
    return render_template(
        "register/certificates.html",
        search=search,
        rows=search_certificates(search),
        today=local_day(utc_now()),
        request_count=count_to_decide(None),
        seals_elsewhere=bool(current_app.config["SAKUHAM"].sealing_service_url),
        open_reports=count_open_reports(),
    )


@bp.get("/<code>")
def certificate(code: str) -> ResponseReturnValue:
    """One certificate with its history."""
    return _page(code, RevokeForm(), ReinstateForm())


@bp.post("/<code>/cabut")
def revoke(code: str) -> ResponseReturnValue:
    """Take a certificate out of force; a refusal stands on the form, with what was typed."""
    form = RevokeForm()
    if not form.validate():
        return _page(code, form, ReinstateForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        revoke_certificate(
            code,
            RevocationGround(form.ground.data),
            typed(form.reason),
            current_account().account_id,
            now=utc_now(),
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(code, form, ReinstateForm(formdata=None)), status_of(refusal)
    flash(gettext("Sertifikat dicabut. Halaman verifikasi sudah menyatakannya."), "valid")
    return redirect(url_for(".certificate", code=code))


@bp.get("/<code>/ganti")
def preview(code: str) -> ResponseReturnValue:
    """What a replacement would print, beside what is printed."""
    return _preview_page(code, ReplaceForm(formdata=None))


@bp.post("/<code>/ganti")
def replace(code: str) -> ResponseReturnValue:
    """Issue the replacement that was seen; a refusal stands on the form, as above."""
    form = ReplaceForm()
    if not form.validate():
        return _preview_page(code, form), HTTPStatus.UNPROCESSABLE_ENTITY
    pattern = NumberPattern(current_app.config["SAKUHAM"].certificate_number_pattern)
    try:
        new_code = replace_certificate(
            code,
            typed(form.reason),
            pattern,
            current_account().account_id,
            now=utc_now(),
            seen=typed(form.seen),
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _preview_page(code, form), status_of(refusal)
    flash(gettext("Sertifikat pengganti terbit. Kode lama menunjuk ke kode baru ini."), "valid")
    return redirect(url_for(".certificate", code=new_code))


@bp.post("/<code>/pulihkan")
def reinstate(code: str) -> ResponseReturnValue:
    """Withdraw a revocation; a refusal stands on the form, as above."""
    form = ReinstateForm()
    if not form.validate():
        return _page(code, RevokeForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        reinstate_certificate(code, typed(form.reason), current_account().account_id, now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(code, RevokeForm(formdata=None), form), status_of(refusal)
    flash(gettext("Pencabutan ditarik; sertifikat berlaku kembali."), "valid")
    return redirect(url_for(".certificate", code=code))


def _page(code: str, revoking: RevokeForm, reinstating: ReinstateForm) -> str:
    found = get_any_certificate(code)
    revoking.name_grounds(found.facts.cause_kind)
    return render_template(
        "register/certificate.html",
        certificate=found,
        standing=found.status_on(local_day(utc_now())),
        words=format_facts(found),
        history=list_history(code),
        reports=list_reports_of(code),
        grounds=GROUNDS[found.facts.cause_kind],
        changes=get_correction(code, today=local_day(utc_now())).changes,
        revoking=revoking,
        reinstating=reinstating,
    )


def _preview_page(code: str, form: ReplaceForm) -> str:
    found, comparison = get_any_certificate(code), compare(code, today=local_day(utc_now()))
    form.seen.data = comparison.fingerprint
    return render_template(
        "register/replace.html",
        code=code,
        status=found.state.status,
        comparison=comparison,
        form=form,
    )
