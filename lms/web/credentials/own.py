"""The credential of one's own certificate, to take along: as a badge and as a file."""

import json
from collections.abc import Mapping
from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.addresses import credential_issuer
from lms.certificates.codes import parse_code, show_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.facts import CertificateFacts
from lms.certificates.queries import RegisteredCertificate, get_own_certificate
from lms.credentials.drawing import draw_badge
from lms.credentials.errors import NoCredential
from lms.credentials.service import get_signed_document, jwt_of
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.printing.fonts import BUILT_FONTS

bp = Blueprint("badges", __name__, url_prefix="/sertifikat")
open_to(bp)

_TYPES: Final[Mapping[str, str]] = {
    "json": "application/ld+json",
    "png": "image/png",
    "svg": "image/svg+xml",
}


@bp.get("/<code>.json")
def document(code: str) -> ResponseReturnValue:
    """The credential as JSON-LD with a proof within."""
    certificate = _own(code)
    signed = get_signed_document(certificate, credential_issuer())
    text = json.dumps(signed, ensure_ascii=False, indent=1)
    return text, _headers("kredensial", certificate.facts, "json")


@bp.get("/<code>/lencana.svg")
def drawing(code: str) -> ResponseReturnValue:
    """The badge as a drawing that carries the credential."""
    from lms.credentials.badges import bake_svg

    certificate = _own(code)
    token = _token(certificate)
    facts = certificate.facts
    return bake_svg(_draw(facts), token), _headers("lencana", facts, "svg")


@bp.get("/<code>/lencana.png")
def picture(code: str) -> ResponseReturnValue:
    """The badge as a picture that carries the credential."""
    # It sets the picture with WeasyPrint, which is slow to import.
    from lms.credentials.badges import bake_png, paint

    certificate = _own(code)
    token = _token(certificate)
    facts = certificate.facts
    painted = paint(_draw(facts), fonts=BUILT_FONTS)
    return bake_png(painted, token), _headers("lencana", facts, "png")


def _own(code: str) -> RegisteredCertificate:
    parsed = parse_code(code)
    if not parsed.is_valid:
        raise NoSuchCertificate
    return get_own_certificate(current_account().account_id, parsed.normalised)


def _draw(facts: CertificateFacts) -> str:
    return draw_badge(facts.title, facts.theme, facts.credit_hours, fonts=BUILT_FONTS)


def _token(certificate: RegisteredCertificate) -> str:
    token = jwt_of(certificate, credential_issuer())
    if token is None:
        raise NoCredential
    return token


def _headers(kind: str, facts: CertificateFacts, ending: str) -> dict[str, str]:
    parts = [kind, (facts.pocketbook_code or "").lower(), show_code(facts.code)]
    name = f"{'-'.join(filter(None, parts))}.{ending}"
    return {
        "Content-Type": _TYPES[ending],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
