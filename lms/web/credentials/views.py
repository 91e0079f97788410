"""What verifiers of credentials fetch: our keys as a did:web document, and status lists."""

import json
from typing import Any, Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from lms.addresses import credential_issuer
from lms.clock import utc_now
from lms.credentials.drawing import draw_medal
from lms.credentials.service import get_issuer_document, get_status_document, get_status_jwt
from lms.credentials.status import FRESH
from lms.errors import N_, NotFound
from lms.http.doors import open_to_all
from lms.http.rate_limits import at_most
from lms.printing.fonts import BUILT_FONTS
from lms.rendering.motifs import THEMES

bp = Blueprint("credentials", __name__)
open_to_all(bp)

# A verifier fetches one list for all the credentials it has, and keeps it for minutes.
FETCHES: Final = "60 per minute"
_AS_JWT: Final = "application/vc+jwt"
_AS_JSON: Final = "application/vc"
_CACHE: Final = {
    "Cache-Control": f"public, max-age={FRESH.total_seconds():.0f}",
    "Access-Control-Allow-Origin": "*",  # verifiers run in browsers too, and it is for everybody
}
_LONG: Final = "public, max-age=86400"


@bp.get("/.well-known/did.json")
@at_most(FETCHES)
def did() -> ResponseReturnValue:
    """With which keys credentials are checked."""
    document = get_issuer_document(credential_issuer())
    return _json(document), {"Content-Type": "application/did+json", **_CACHE}


@bp.get("/status/<int:number>")
@at_most(FETCHES)
def status(number: int) -> ResponseReturnValue:
    """A status list: as a VC-JWT, or with a proof within for who asks for JSON."""
    varied = {"Vary": "Accept", **_CACHE}
    wanted = (_AS_JWT, _AS_JSON, "application/ld+json", "application/json")
    media_type = request.accept_mimetypes.best_match(wanted, _AS_JWT)
    if media_type == _AS_JWT:
        content = get_status_jwt(number, credential_issuer(), now=utc_now())
    else:
        media_type = _AS_JSON
        content = _json(get_status_document(number, credential_issuer(), now=utc_now()))
    answer = Response(content, content_type=media_type, headers=varied)
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/lencana/<theme>.png")
@at_most(FETCHES)
def medal(theme: str) -> ResponseReturnValue:
    """The picture of an achievement, as credentials name it: its theme's medal."""
    # It sets the picture with WeasyPrint, which is slow to import.
    from lms.credentials.badges import paint

    if theme not in THEMES:
        raise NotFound(N_("Halaman ini tidak ada."))
    content = paint(draw_medal(theme), fonts=BUILT_FONTS)
    return content, {"Content-Type": "image/png", **_CACHE, "Cache-Control": _LONG}


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
