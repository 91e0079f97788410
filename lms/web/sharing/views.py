"""The card of a certificate, for wherever its holder shares the address of its check."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from lms.certificates.queries import RegisteredCertificate
from lms.http.addresses import public_url
from lms.http.doors import open_to_all
from lms.sheets.pictures import make_card
from lms.web.verification.braking import CHECKS_OF_AN_OFFICER, brake, get_checked

bp = Blueprint("sharing", __name__)
open_to_all(bp)

# Whoever shows an address asks once or twice; a card takes a tenth of a second.
CARDS = "20 per minute"
# It names a person, as the page does that it stands for.
PRIVATE = {
    "Content-Type": "image/png",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


@bp.get("/v/<code>/kartu.png")
def card(code: str) -> ResponseReturnValue:
    """Who has learned what and who says so, as a picture of 1200 by 630 pixels."""
    brake(CARDS, CHECKS_OF_AN_OFFICER, "sharing.card")
    return make_card(get_checked(code), current_app.config["SAKUHAM"].issuer_name), PRIVATE


def format_for_sharing(certificate: RegisteredCertificate) -> dict[str, str]:
    """What the head of its page says to whoever shows the address: no more than the page does.

    In the language of the certificate, as the card: those who will see it are not those who share.
    """
    facts = certificate.facts
    issuer = current_app.config["SAKUHAM"].issuer_name
    return {
        "share_url": public_url("verification.show", code=facts.code),
        "share_title": f"{facts.holder_name} – {facts.title}",
        "share_description": (
            f"Sertifikat dari {issuer}, {facts.credit_hours} JP. "
            "Buka untuk melihat apakah masih berlaku."
        ),
        "card_url": public_url("sharing.card", code=facts.code),
    }
