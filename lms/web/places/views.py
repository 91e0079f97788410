"""Institutions and units that fit what is being typed, for the script of the field."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from lms.http.doors import open_to_all
from lms.http.rate_limits import at_most
from lms.institutions.choosing import get_index

bp = Blueprint("places", __name__, url_prefix="/instansi")
open_to_all(bp)

LEAST_LETTERS = 2
LONGEST = 200


@bp.get("/cari")
@at_most("300 per minute")
def search() -> ResponseReturnValue:
    """A few that fit, the likest first; of one institution's units alone where it is named."""
    written = request.args.get("q", "").strip()[:LONGEST]
    within = request.args.get("instansi", "").partition("-")[0][:9]
    found = []
    if len(written) >= LEAST_LETTERS:
        is_one = within.isascii() and within.isdigit()
        found = get_index().find(written, within=int(within) if is_one else None)
    places = [
        {
            "key": place.key,
            "label": place.name if within else place.label,
            "name": place.name,
            "under": place.institution_name if place.unit_id else "",
        }
        for place in found
    ]
    answer = jsonify(places=places)
    answer.headers["Cache-Control"] = "no-store"
    return answer
