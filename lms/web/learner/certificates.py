"""A certificate for its holder: the picture, the file, and what the HR office asks for."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from lms.accounts.kinds import Role
from lms.accounts.queries import SignedIn
from lms.certificates.codes import read_code, show_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.facts import Facts
from lms.certificates.picture import draw_certificate
from lms.certificates.queries import (
    CertificateView,
    get_any_certificate,
    get_own_certificate,
    get_staff_certificate,
)
from lms.http.addresses import public_url
from lms.http.identity import current_account, open_to
from lms.institutions.queries import scope_of
from lms.typesetting.fonts import BUILT_FONTS
from lms.web.looks import look_of
from lms.web.presentation import ZONES, show_date

bp = Blueprint("certificates", __name__, url_prefix="/sertifikat")
open_to(bp)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """The certificate as a picture, with everything one does with it."""
    certificate = get_own_certificate(current_account().account_id, _read(code))
    facts = facts_of(certificate)
    return render_template(
        "learner/certificate.html",
        certificate=certificate.public,
        employee_number=certificate.employee_number,
        verify_url=facts.verify_url,
        picture_svg=_picture(facts),
        hr_fields=_hr_fields(certificate),
    )


@bp.get("/<code>.pdf")
def pdf(code: str) -> ResponseReturnValue:
    """The certificate as a file: for its holder, their HR officer, and the register's keepers."""
    # WeasyPrint is slow to import: commands need not wait for it, and servers are warmed up.
    from lms.certificates.printing import print_certificate

    certificate = _visible(current_account(), _read(code))
    facts = facts_of(certificate)
    content = print_certificate(facts, look_of(facts.theme), fonts=BUILT_FONTS)
    name = f"sertifikat-{facts.pocketbook_code.lower()}-{show_code(facts.code)}.pdf"
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return content, headers


def _picture(facts: Facts) -> Markup:
    picture = draw_certificate(facts, look_of(facts.theme), fonts=BUILT_FONTS)
    return Markup(picture)  # noqa: S704 - drawn by our own code, which escapes every value


def facts_of(certificate: CertificateView) -> Facts:
    """What is printed, from the frozen row and from nothing else."""
    public = certificate.public
    return Facts(
        code=public.code,
        number=public.number,
        holder_name=public.holder_name,
        employee_number=certificate.employee_number,
        is_confirmed=certificate.was_confirmed,
        institution_name=public.institution_name,
        title=public.title,
        pocketbook_code=certificate.pocketbook_code,
        theme=public.theme,
        edition_name=public.edition_name,
        release_sha256=public.release_sha256,
        credit_hours=public.credit_hours,
        completed_on=public.completed_on,
        # The day of the quiz is the institution's, which in the east begins two hours earlier.
        issued_on=max(public.completed_on, public.issued_at.astimezone(ZONES["WIB"]).date()),
        verify_url=public_url("verification.show", code=public.code),
        issuer_name=current_app.config["SAKUHAM"].issuer_name,
        template_version=certificate.template_version,
    )


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


def _hr_fields(certificate: CertificateView) -> list[tuple[str, str, str]]:
    """The six fields that an HR office enters, in its order: label, value, language of a name."""
    public = certificate.public
    return [
        (gettext("Nama pelatihan"), public.title, "id"),
        (gettext("Penyelenggara"), current_app.config["SAKUHAM"].issuer_name, "id"),
        (gettext("Nomor sertifikat"), public.number, ""),
        (gettext("Jumlah jam (JP)"), str(public.credit_hours), ""),
        (gettext("Tahun"), str(public.completed_on.year), ""),
        (gettext("Tanggal selesai"), show_date(public.completed_on), ""),
    ]
