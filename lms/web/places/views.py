"""Institutions and units that fit what is being typed, for the script of the field."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from lms.http.doors import open_to_all
from lms.http.rate_limits import at_most
from lms.institutions.choosing import get_index
from lms.institutions.finding import Within

bp = Blueprint("places", __name__, url_prefix="/instansi")
open_to_all(bp)

LEAST_LETTERS = 2
LONGEST = 200


@bp.get("/cari")
@at_most("300 per minute")
def search() -> ResponseReturnValue:
    """A few that fit, the likest first.

    `instansi` has the keys of institutions whose units alone are meant, between commas, or the key
    of a unit of one; with `utuh` these institutions are meant too.
    """
    written = request.args.get("q", "").strip()[:LONGEST]
    within = _read_within(request.args)
    found = get_index().find(written, within=within) if len(written) >= LEAST_LETTERS else []
    is_one = within is not None and within.is_one
    places = [
        {
            "key": place.key,
            "label": place.label_within if is_one else place.label,
            "name": place.name,
            "under": place.under_within if is_one else place.under,
        }
        for place in found
    ]
    answer = jsonify(places=places)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read_within(fields: MultiDict[str, str]) -> Within | None:
    keys = [key.partition("-")[0] for key in fields.get("instansi", "").split(",")]
    ids = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 10]
    return Within(frozenset(ids), "utuh" in fields) if ids else None
