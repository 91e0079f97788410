"""A certificate for its holder: the picture, the file, and what the HR office asks for."""

from urllib.parse import quote

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.accounts.enums import Role
from lms.accounts.queries import SignedIn
from lms.certificates.codes import read_code, show_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.facts import Facts, Mark
from lms.certificates.picture import draw_certificate
from lms.certificates.queries import (
    CertificateView,
    get_any_certificate,
    get_own_certificate,
    get_staff_certificate,
)
from lms.certificates.theme import theme_of
from lms.http.addresses import public_url
from lms.http.principal import current_account, open_to
from lms.institutions.queries import scope_of
from lms.printing.fonts import BUILT_FONTS
from lms.web.certificates.format import words_of
from lms.web.formatting import ZONES
from lms.web.page_cache import kept

bp = Blueprint("certificates", __name__, url_prefix="/sertifikat")
open_to(bp)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """The certificate as a picture, with everything one does with it."""
    certificate = get_own_certificate(current_account().account_id, _read(code))
    facts = facts_of(certificate)
    public = certificate.public
    shown = words_of(public, certificate.employee_number) | {
        "picture": _picture(facts, mark_of(certificate)),
        "issuer": facts.issuer_name,
        "year": str(facts.completed_on.year),
        "completed_in_digits": f"{facts.completed_on:%d-%m-%Y}",
        "verify_url": facts.verify_url,
        "share_text": quote(f"{public.title} {facts.verify_url}", safe=""),
        "pdf_url": url_for(".pdf", code=public.code),
        "check_url": url_for("verification.show", code=public.code),
        "end_reason": certificate.end_reason or "",
        "learn_url": url_for("learning.overview"),
    }
    return kept(
        "certificates/certificate.html",
        shown,
        status=public.status,
        is_confirmed=public.is_confirmed,
        is_reopened=certificate.is_reopened,
    )


@bp.get("/<code>.pdf")
def pdf(code: str) -> ResponseReturnValue:
    """The certificate as a file: for its holder, their HR officer, and the register's keepers."""
    # WeasyPrint is slow to import: commands need not wait for it, and servers are warmed up.
    from lms.certificates.printing import print_certificate

    certificate = _visible(current_account(), _read(code))
    facts = facts_of(certificate)
    content = print_certificate(
        facts, theme_of(facts.theme), fonts=BUILT_FONTS, mark=mark_of(certificate)
    )
    name = f"sertifikat-{facts.pocketbook_code.lower()}-{show_code(facts.code)}.pdf"
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return content, headers


def draw_own_certificate(account_id: int, code: str) -> Markup:
    """One's own certificate as a picture, with its stamp if it is out of force."""
    certificate = get_own_certificate(account_id, code)
    return _picture(facts_of(certificate), mark_of(certificate))


def _picture(facts: Facts, mark: Mark | None) -> Markup:
    picture = draw_certificate(facts, theme_of(facts.theme), fonts=BUILT_FONTS, mark=mark)
    return Markup(picture)  # noqa: S704 - drawn by our own code, which escapes every value


def facts_of(certificate: CertificateView) -> Facts:
    """What is printed, from the frozen row and from nothing else."""
    public = certificate.public
    return Facts(
        code=public.code,
        number=public.number,
        holder_name=public.holder_name,
        employee_number=certificate.employee_number,
        institution_name=public.institution_name,
        title=public.title,
        pocketbook_code=certificate.pocketbook_code,
        theme=public.theme,
        edition_name=public.edition_name,
        release_sha256=public.release_sha256,
        credit_hours=public.credit_hours,
        completed_on=public.completed_on,
        issued_on=public.issued_on,
        verify_url=public_url("verification.show", code=public.code),
        issuer_name=current_app.config["SAKUHAM"].issuer_name,
        template_version=certificate.template_version,
    )


def mark_of(certificate: CertificateView) -> Mark | None:
    """What is stamped across the sheet: nothing while the certificate is in force."""
    public = certificate.public
    if public.ended_at is None:
        return None
    word = {"revoked": "Dicabut", "replaced": "Diganti"}[public.status]
    return Mark(word, public.ended_at.astimezone(ZONES["WIB"]).date())


def _visible(visitor: SignedIn, code: str) -> CertificateView:
    """The certificate if the asker may have the whole of it; else there is none."""
    if visitor.holds(Role.COORDINATOR, Role.ADMIN):
        return get_any_certificate(code)
    try:
        return get_own_certificate(visitor.account_id, code)
    except NoSuchCertificate:
        if not visitor.holds(Role.HR_OFFICER):
            raise
        return get_staff_certificate(scope_of(visitor), code)


def _read(code: str) -> str:
    reading = read_code(code)
    if not reading.is_valid:
        raise NoSuchCertificate
    return reading.normalised
