"""The register of certificates: find one, see what became of it, revoke or replace it."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.certificates.enums import RevocationGround
from lms.certificates.numbers import NumberPattern
from lms.certificates.queries import get_any_certificate
from lms.certificates.register import get_correction, list_history, search_certificates
from lms.certificates.service import replace_certificate, revoke_certificate
from lms.clock import utc_now
from lms.errors import Conflict, Invalid
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.web.certificates.format import format_facts
from lms.web.fields import blame, typed
from lms.web.register.forms import GROUNDS, ReplaceForm, RevokeForm

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
        seals_elsewhere=bool(current_app.config["SAKUHAM"].sealing_service_url),
    )


@bp.get("/<code>")
def certificate(code: str) -> ResponseReturnValue:
    """One certificate with its history."""
    return _page(code, RevokeForm(), ReplaceForm())


@bp.post("/<code>/cabut")
def revoke(code: str) -> ResponseReturnValue:
    """Take a certificate out of force; a refusal stands on the form, with what was typed."""
    form = RevokeForm()
    if not form.validate():
        return _page(code, form, ReplaceForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY
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
        return _page(code, form, ReplaceForm(formdata=None)), status_of(refusal)
    flash(gettext("Sertifikat dicabut. Halaman verifikasi sudah menyatakannya."), "valid")
    return redirect(url_for(".certificate", code=code))


@bp.post("/<code>/ganti")
def replace(code: str) -> ResponseReturnValue:
    """Issue a corrected certificate instead; a refusal stands on the form, as above."""
    form = ReplaceForm()
    if not form.validate():
        return _page(code, RevokeForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY
    pattern = NumberPattern(current_app.config["SAKUHAM"].certificate_number_pattern)
    try:
        new_code = replace_certificate(
            code, typed(form.reason), pattern, current_account().account_id, now=utc_now()
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(code, RevokeForm(formdata=None), form), status_of(refusal)
    flash(gettext("Sertifikat pengganti terbit. Kode lama menunjuk ke kode baru ini."), "valid")
    return redirect(url_for(".certificate", code=new_code))


def _page(code: str, revoking: RevokeForm, replacing: ReplaceForm) -> str:
    found = get_any_certificate(code)
    revoking.name_grounds(found.facts.cause_kind)
    return render_template(
        "register/certificate.html",
        certificate=found,
        words=format_facts(found),
        history=list_history(code),
        grounds=GROUNDS[found.facts.cause_kind],
        correction=get_correction(code),
        revoking=revoking,
        replacing=replacing,
    )
