"""A certificate for its holder: the picture, the file, and what the HR office asks for."""

from urllib.parse import quote

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from lms.accounts.one_person import find_kept
from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.addresses import credential_issuer
from lms.certificates.codes import parse_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.facts import Imprint
from lms.certificates.imprints import make_imprint
from lms.certificates.picture import draw_certificate
from lms.certificates.queries import (
    RegisteredCertificate,
    get_any_certificate,
    get_own_certificate,
    get_staff_certificate,
)
from lms.certificates.register import list_history
from lms.certificates.service import note_whole_number
from lms.certificates.theme import theme_of
from lms.clock import utc_now
from lms.credentials.drawing import draw_medal
from lms.credentials.service import find_number_key, has_credential
from lms.days import local_day
from lms.http.addresses import public_url
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.unit_of_work import store_at_once
from lms.institutions.reach import scope_of
from lms.personnel.queries import Entry, find_entries
from lms.printing.fonts import BUILT_FONTS
from lms.sheets.pictures import make_picture
from lms.sheets.service import file_name, make_pdf, mark_of
from lms.web.certificates.format import format_facts
from lms.web.formatting import show_moment
from lms.web.page_cache import render_cached
from lms.web.personnel.words import service_name
from lms.web.transparency.words import format_place

bp = Blueprint("certificates", __name__, url_prefix="/sertifikat")
open_to(bp)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """The certificate as a picture, with everything one does with it."""
    certificate = get_own_certificate(current_account().account_id, _read(code))
    facts, state, imprint = certificate.facts, certificate.state, _imprint(certificate)
    slots = format_facts(certificate) | {
        "picture": _picture(certificate),
        "issuer": imprint.issuer_name,
        "year": str(facts.completed_on.year),
        "completed_in_digits": f"{facts.completed_on:%d-%m-%Y}",
        "verify_url": imprint.verify_url,
        "share_text": quote(f"{facts.title} {imprint.verify_url}", safe=""),
        "pdf_url": url_for(".pdf", code=facts.code),
        "whole_pdf_url": url_for(".pdf", code=facts.code, nip="lengkap"),
        "png_url": url_for(".picture", code=facts.code),
        "card_url": url_for("sharing.card", code=facts.code),
        "check_url": url_for("verification.show", code=facts.code),
        "end_reason": state.reason or "",
        **_follower_slot(state.followed_by_code),
        "learn_url": url_for("learning.overview"),
        "correction_url": url_for("corrections.ask", code=facts.code),
        "log_proof_url": url_for("log.proof", code=facts.code),
        "log_opening_url": url_for("opening.opening", code=facts.code),
        **format_place(certificate.certificate_id),
        **_badge_slots(certificate),
    }
    record = find_entries([facts.code]).get(facts.code)
    if record is not None:
        slots |= _record_slots(record)
    history = list_history(facts.code)
    has_history = len(history) > 1
    if has_history:
        page = render_template("certificates/_history.html", entries=history)
        slots["history"] = Markup(page)  # noqa: S704 - a template of ours, which escapes
    return render_cached(
        "certificates/certificate.html",
        slots,
        status=certificate.status_on(local_day(utc_now())),
        is_confirmed=state.is_confirmed,
        objectives=certificate.objectives,
        is_reopened=state.is_reopened,
        ground=state.ground,
        has_history=has_history,
        has_badge="badge_png_url" in slots,
        record="" if record is None else record.state.value,
        record_trouble="" if record is None or not record.trouble else record.trouble.value,
    )


@bp.get("/<code>.pdf")
def pdf(code: str) -> ResponseReturnValue:
    """The certificate as a file: for its holder, their HR officer, and the registrars.

    The holder's number is printed whole where that is asked for; of an officer it is noted.
    """
    visitor = current_account()
    certificate = _visible(visitor, _read(code))
    shows_whole_number = request.args.get("nip") == "lengkap"
    if shows_whole_number and find_kept(certificate.account_id) != visitor.account_id:
        store_at_once(
            lambda: note_whole_number(certificate.certificate_id, visitor.account_id, now=utc_now())
        )
    content = make_pdf(certificate, credential_issuer(), shows_whole_number=shows_whole_number)
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="{file_name(certificate.facts)}"',
        "Cache-Control": "private, no-store",
    }
    return content, headers


@bp.get("/<code>.png")
def picture(code: str) -> ResponseReturnValue:
    """The sheet as a picture, for whoever may have it as a file."""
    certificate = _visible(current_account(), _read(code))
    name = file_name(certificate.facts).removesuffix(".pdf")
    headers = {
        "Content-Type": "image/png",
        "Content-Disposition": f'inline; filename="{name}.png"',
        "Cache-Control": "private, no-store",
    }
    return make_picture(certificate, credential_issuer()), headers


def _badge_slots(certificate: RegisteredCertificate) -> dict[str, str]:
    """Its medal, and where the files of its credential are; nothing where there is none."""
    if not has_credential(certificate):
        return {}
    code, number_key = certificate.facts.code, find_number_key(certificate)
    return {
        "medal": Markup(draw_medal(certificate.facts.theme)),  # noqa: S704 - a drawing of ours
        "badge_png_url": url_for("badges.picture", code=code),
        "badge_svg_url": url_for("badges.drawing", code=code),
        "badge_json_url": url_for("badges.document", code=code),
        **({"number_key": number_key} if number_key else {}),
    }


def _record_slots(record: Entry) -> dict[str, str]:
    """What the state's record is called, and how the certificate is called there."""
    return {
        "record_service": service_name() or gettext("negara"),
        **({"record_receipt": record.receipt_id} if record.receipt_id else {}),
        **({"recorded_at": show_moment(record.recorded_at)} if record.recorded_at else {}),
    }


def _follower_slot(code: str | None) -> dict[str, str]:
    """Where the certificate is that came after it; nothing where none did."""
    return {} if code is None else {"follower_url": url_for(".show", code=code)}


def draw_own_certificate(account_id: int, code: str) -> Markup:
    """One's own certificate as a picture, with its stamp if it is out of force."""
    return _picture(get_own_certificate(account_id, code))


def draw_registered(certificate: RegisteredCertificate, *, code_url: str = "") -> Markup:
    """A certificate as a picture, for whoever has its code: the holder's number is masked.

    With `code_url` its QR code is fetched from there: drawing it takes longer than all the rest.
    """
    return _picture(certificate, code_url)


def signed_code(certificate: RegisteredCertificate) -> str:
    """What the QR code on a certificate holds."""
    imprint = _imprint(certificate)
    return imprint.qr_content or imprint.verify_url


def _picture(certificate: RegisteredCertificate, code_url: str = "") -> Markup:
    facts = certificate.facts
    picture = draw_certificate(
        facts,
        _imprint(certificate, has_code=not code_url),
        theme_of(facts.theme),
        fonts=BUILT_FONTS,
        objectives=certificate.objectives,
        mark=mark_of(certificate.state),
        code_url=code_url,
    )
    return Markup(picture)  # noqa: S704 - drawn by our own code, which escapes every value


def _imprint(certificate: RegisteredCertificate, *, has_code: bool = True) -> Imprint:
    return make_imprint(
        certificate,
        issuer_name=current_app.config["SAKUHAM"].issuer_name,
        verify_url=public_url("verification.show", code=certificate.facts.code),
        has_code=has_code,
    )


def _visible(visitor: Principal, code: str) -> RegisteredCertificate:
    """The certificate if the asker may have the whole of it; else there is none."""
    if visitor.may(Permission.MANAGE_CERTIFICATES):
        return get_any_certificate(code)
    try:
        return get_own_certificate(visitor.account_id, code)
    except NoSuchCertificate:
        if not visitor.may(Permission.MANAGE_STAFF):
            raise
        return get_staff_certificate(scope_of(visitor), code)


def _read(code: str) -> str:
    parsed = parse_code(code)
    if not parsed.is_valid:
        raise NoSuchCertificate
    return parsed.normalised
