"""Verification: is a certificate in force? For anybody who has its code."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.certificates.codes import find_code_in_link, parse_code
from lms.certificates.queries import (
    RegisteredCertificate,
    find_certificate,
    find_certificate_by_number,
)
from lms.clock import utc_now
from lms.errors import N_, Sentence
from lms.http.doors import open_to_all
from lms.http.headers import headers
from lms.http.i18n import translate
from lms.http.rate_limits import at_most, count_action
from lms.web.certificates.format import format_for_a_number, format_for_anybody
from lms.web.formatting import show_moment
from lms.web.page_cache import render_cached

bp = Blueprint("verification", __name__)
open_to_all(bp)
headers(bp, may_scan=True)

# A person checks a handful a minute; at this rate walking 2^50 codes takes longer than the sun has.
CHECKS = "60 per minute"
# Numbers follow one another, and each one tells something of a person: they are not to be walked.
CHECKS_BY_NUMBER = "50 per hour"
LONGEST = 300
_LIKE_A_NUMBER = re.compile(r"[\w.-]+(?:/[\w.-]+)+")
# A check names a person: no cache stores it, and no search engine finds it.
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}

_PROBLEMS = {
    "length": N_(
        "Kode verifikasi terdiri atas 12 huruf dan angka. Periksa yang kurang atau lebih."
    ),
    "character": N_("Ada tanda yang tidak dipakai dalam kode. Periksa karakter ke-%(number)s."),
    "checksum": N_("Kode ini tidak cocok dengan angka periksanya. Cocokkan lagi satu per satu."),
    "suspicious": N_("Kode ini hampir benar. Periksa karakter ke-%(number)s, mungkin salah ketik."),
}


@bp.get("/verifikasi")
@at_most(CHECKS)
def form() -> ResponseReturnValue:
    """Type a code, a number, or paste a link; a mistyped code is told with its wrong character."""
    if "kode" not in request.args:
        return render_cached("verification/verification.html")
    typed = request.args["kode"].strip()[:LONGEST]
    if not typed:
        return _refused(typed, gettext("Tulis kode atau nomor sertifikat."))
    parsed = parse_code(find_code_in_link(typed))
    if parsed.is_valid:
        return redirect(url_for(".show", code=parsed.normalised))
    if "/" in typed:
        count_action(CHECKS_BY_NUMBER, "verification by number")
    found = find_certificate_by_number(typed)
    if found is not None:
        return _shown(found, format_for_a_number(found), is_by_number=True)
    if _LIKE_A_NUMBER.fullmatch(typed):
        return (
            render_cached("verification/verification.html", {"typed": typed}, verdict_on="unknown"),
            404,
            PRIVATE,
        )
    position = parsed.suspicious[0] if parsed.suspicious else None
    problem: str = parsed.problem or "checksum"
    if problem == "checksum" and position is not None:
        problem = "suspicious"
    values = {} if position is None else {"number": position + 1}
    marked = {} if position is None else {"suspicious": position, "normalised": parsed.normalised}
    return _refused(typed, translate(Sentence(_PROBLEMS[problem], values)), **marked)


@bp.get("/v/<code>")
@bp.get("/V/<code>", endpoint="show_scanned")
@at_most(CHECKS)
def show(code: str) -> ResponseReturnValue:
    """What the QR code opens: the verdict, and the facts that anybody may know."""
    parsed = parse_code(code)
    if not parsed.is_valid:
        return redirect(url_for(".form", kode=code[:40]))
    found = find_certificate(parsed.normalised)
    if found is None:
        slots = {"typed": parsed.normalised}
        return (
            render_cached("verification/verification.html", slots, verdict_on="unknown"),
            404,
            PRIVATE,
        )
    return _shown(found, format_for_anybody(found))


def _refused(typed: str, message: str, **marked: object) -> ResponseReturnValue:
    slots = {"typed": typed, "message": message}
    return render_template("verification/verification.html", slots=slots, **marked), 422, PRIVATE


def _shown(
    found: RegisteredCertificate, words: dict[str, str], *, is_by_number: bool = False
) -> ResponseReturnValue:
    """The verdict and the facts, at this moment."""
    page = render_cached(
        "verification/verification.html",
        words | {"checked_at": show_moment(utc_now())},
        verdict_on=found.state.status,
        is_confirmed=found.state.is_confirmed,
        objectives=found.objectives,
        is_by_number=is_by_number,
    )
    return page, PRIVATE
