"""The files of a check: its proof on paper, and the QR code on the certificate's picture."""

import base64

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from lms.certificates.codes import show_code
from lms.checking.verdicts import verdict_of
from lms.clock import utc_now
from lms.days import local_day
from lms.http.addresses import public_url
from lms.http.doors import open_to_all
from lms.printing.fonts import BUILT_FONTS
from lms.printing.qr import qr_png
from lms.transparency.queries import Place, find_place
from lms.web.certificates.views import signed_code
from lms.web.formatting import ZONES, appearance
from lms.web.verification.answers import PRIVATE
from lms.web.verification.braking import (
    CHECKS,
    CHECKS_OF_AN_OFFICER,
    PROOFS,
    brake,
    get_checked,
)

bp = Blueprint("check_files", __name__)
open_to_all(bp)


@bp.get("/v/<code>/qr.png")
def qr(code: str) -> ResponseReturnValue:
    """The QR code on the picture of a certificate, a pixel a module, to be shown enlarged.

    It names the holder, so that no cache keeps it. Of a certificate out of force it is the one that
    stands on the paper: the stamp across it is the picture's.
    """
    brake(CHECKS, CHECKS_OF_AN_OFFICER, "verification.qr")
    return qr_png(signed_code(get_checked(code))), {"Content-Type": "image/png"} | PRIVATE


@bp.get("/v/<code>/bukti.pdf")
def proof(code: str) -> ResponseReturnValue:
    """The check as a page for an office's file, with its moment."""
    # WeasyPrint is slow to import, and most checks need it not.
    from lms.checking.proof import CheckPrint, print_proof

    brake(PROOFS, CHECKS_OF_AN_OFFICER, "verification.proof")
    certificate = get_checked(code)
    now = utc_now()
    place = find_place(certificate.certificate_id)
    content = print_proof(
        certificate,
        verdict_of(certificate, local_day(now)),
        CheckPrint(
            issuer_name=current_app.config["SAKUHAM"].issuer_name,
            verify_url=public_url("verification.show", code=certificate.facts.code),
            time_zone=ZONES[appearance().zone].key,
            place=None if place is None else _place(place),
        ),
        fonts=BUILT_FONTS,
        checked_at=now,
    )
    name = f"bukti-pemeriksaan-{show_code(certificate.facts.code)}.pdf"
    file = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'inline; filename="{name}"',
    }
    return content, file | PRIVATE


def _place(place: Place) -> tuple[int, int, str]:
    root = base64.b64encode(place.checkpoint.root).decode()  # as it stands in the checkpoint
    return place.position, place.checkpoint.size, root
