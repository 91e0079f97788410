"""Verification: is a certificate in force? For anybody who has its code."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates.codes import read_code
from lms.certificates.queries import find_verification
from lms.errors import N_, Sentence
from lms.http.identity import open_to_all
from lms.http.refusals import translate
from lms.web.certificate_words import words_of
from lms.web.limits import at_most
from lms.web.page_cache import kept

bp = Blueprint("verification", __name__)
open_to_all(bp)

# A person checks a handful a minute; at this rate walking 2^50 codes takes longer than the sun has.
CHECKS = "60 per minute"
NO_STORE = {"Cache-Control": "no-store"}

_PROBLEMS = {
    "length": N_(
        "Kode verifikasi terdiri atas 12 huruf dan angka. Periksa yang kurang atau lebih."
    ),
    "character": N_("Ada tanda yang tidak dipakai dalam kode. Periksa karakter ke-%(place)s."),
    "checksum": N_("Kode ini tidak cocok dengan angka periksanya. Cocokkan lagi satu per satu."),
    "suspicious": N_("Kode ini hampir benar. Periksa karakter ke-%(place)s, mungkin salah ketik."),
}


@bp.get("/verifikasi")
@at_most(CHECKS)
def form() -> ResponseReturnValue:
    """Type a code; a mistyped one is told at once, with the character that looks wrong."""
    typed = request.args.get("kode", "")
    if not typed.strip():
        return kept("public/verification.html")
    reading = read_code(typed)
    if reading.is_valid:
        return redirect(url_for(".show", code=reading.normalised))
    place = reading.suspicious[0] if reading.suspicious else None
    problem: str = reading.problem or "checksum"
    if problem == "checksum" and place is not None:
        problem = "suspicious"
    values = {} if place is None else {"place": place + 1}
    message = translate(Sentence(_PROBLEMS[problem], values))
    marked = {} if place is None else {"suspicious": place, "normalised": reading.normalised}
    shown = {"typed": typed, "message": message}
    return render_template("public/verification.html", shown=shown, **marked), 422


@bp.get("/v/<code>")
@at_most(CHECKS)
def show(code: str) -> ResponseReturnValue:
    """What the QR code opens: the verdict, and the facts that anybody may know."""
    reading = read_code(code)
    if not reading.is_valid:
        return redirect(url_for(".form", kode=code[:40]))
    found = find_verification(reading.normalised)
    if found is None:
        shown = {"typed": reading.normalised}
        return kept("public/verification.html", shown, verdict_on="unknown"), 404, NO_STORE
    page = kept(
        "public/verification.html",
        words_of(found, found.masked_number) | {"typed": reading.normalised},
        verdict_on=found.status,
        is_confirmed=found.is_confirmed,
    )
    return page, NO_STORE
