"""Verification: is a certificate in force? For anybody who has its code, its number or its file."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.certificates.codes import parse_code, show_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.queries import (
    RegisteredCertificate,
    find_certificate,
    get_staff_certificate,
)
from lms.checking.documents import check_inspected, trusted_roots
from lms.checking.errors import UnreadableDocument
from lms.checking.inspection import Inspection, Inspector
from lms.checking.verdicts import Finding, Verdict, verdict_of
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import N_
from lms.http.csrf import changes_nothing
from lms.http.doors import open_to_all
from lms.http.errors import TooOften
from lms.http.headers import headers
from lms.http.i18n import translate
from lms.http.unit_of_work import let_others_write
from lms.institutions.errors import NoInstitution
from lms.institutions.reach import scope_of
from lms.web.certificates.format import format_for_a_number, format_for_anybody
from lms.web.certificates.views import draw_registered
from lms.web.formatting import show_moment
from lms.web.page_cache import render_cached
from lms.web.sharing.views import format_for_sharing
from lms.web.transparency.words import format_place
from lms.web.verification.answers import PRIVATE, Answer, too_often
from lms.web.verification.braking import (
    CHECKS,
    CHECKS_OF_AN_OFFICER,
    FILES,
    FILES_OF_AN_OFFICER,
    LINES,
    LINES_OF_AN_OFFICER,
    brake,
    check_typed,
    find_officer,
    note_guesses,
)
from lms.web.verification.remaking import remake_unsealed
from lms.web.verification.words import compared, emblem_of, hint_of, line_of, seen_of

bp = Blueprint("verification", __name__)
open_to_all(bp)
headers(bp, may_scan=True, is_packed_quickly=True)

LONGEST: Final = 400
MOST_LINES: Final = 50

_TOO_MANY: Final = N_(
    "Paling banyak %(most)s baris sekali periksa di sini; ini %(count)s baris. Bagi menjadi "
    "beberapa kali, atau gunakan pemeriksaan massal untuk pengelola kepegawaian."
)


@bp.get("/verifikasi")
def form() -> ResponseReturnValue:
    """Type a code, a number, or paste a link; a mistyped code is told with its wrong character."""
    if "kode" not in request.args:
        return render_cached("verification/verification.html")
    brake(CHECKS, CHECKS_OF_AN_OFFICER, "verification.form")
    text = request.args["kode"].strip()[:LONGEST]
    if not text:
        return _refused(text, gettext("Tulis kode atau nomor sertifikat."))
    return _answered(text, check_typed([text])[0])


@bp.post("/verifikasi")
def check() -> ResponseReturnValue:
    """The same of several lines, or of a file; one line leads on to its own address."""
    file = request.files.get("berkas")
    if file is not None and file.filename:
        return _check_file(file.read())
    # What a QR code holds behind # names its holder: it is not led on to where logs keep addresses.
    lines = [
        line.strip().partition("#")[0][:LONGEST]
        for line in request.form.get("kode", "").splitlines()
    ]
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        sentence = gettext(_TOO_MANY, most=MOST_LINES, count=len(lines))
        return _refused("\n".join(lines), sentence)
    if not lines:
        return _refused("", gettext("Tulis kode atau nomor sertifikat, atau pilih berkasnya."))
    if len(lines) == 1:
        return redirect(url_for(".form", kode=lines[0]), HTTPStatus.SEE_OTHER)
    try:
        brake(LINES, LINES_OF_AN_OFFICER, "verification.lines", times=len(lines))
        findings = check_typed(lines)
    except TooOften as refusal:
        return too_often(_refused("\n".join(lines), translate(refusal.sentence))[0], refusal)
    note_guesses(sum(_is_a_guess(finding) for finding in findings), at_once=False)
    page = render_template(
        "verification/list.html",
        lines=[line_of(finding) for finding in findings],
        typed="\n".join(lines),
        checked_at=show_moment(utc_now()),
    )
    return page, PRIVATE


changes_nothing(bp, check)


@bp.get("/v/<code>")
@bp.get("/V/<code>", endpoint="show_scanned")
def show(code: str) -> ResponseReturnValue:
    """What the QR code opens: the verdict, and the facts that anybody may know."""
    brake(CHECKS, CHECKS_OF_AN_OFFICER, "verification.show")
    parsed = parse_code(code)
    if not parsed.is_valid:
        return redirect(url_for(".form", kode=code[:40]))
    found = find_certificate(parsed.normalised)
    if found is None:
        note_guesses(1, at_once=True)
        return _unknown(show_code(parsed.normalised))
    return _shown(found)


def _answered(text: str, finding: Finding) -> ResponseReturnValue:
    """The answer to one reference."""
    if finding.certificate is not None:
        if finding.is_by_number:
            return _shown_by_number(finding)
        return redirect(url_for(".show", code=finding.certificate.facts.code))
    if _is_a_guess(finding):
        note_guesses(1, at_once=True)
    if finding.parsed is None:
        return _unknown(text, finding.verdict)
    parsed = finding.parsed
    marked: dict[str, object] = {}
    if parsed.suspicious:
        marked = {"suspicious": parsed.suspicious[0], "normalised": parsed.normalised}
    return _refused(text, hint_of(parsed), **marked)


def _check_file(content: bytes) -> ResponseReturnValue:
    """The answer to one PDF."""
    brake(FILES, FILES_OF_AN_OFFICER, "verification.file")
    roots = trusted_roots()
    let_others_write()  # looking into a file takes up to some seconds
    try:
        seen = _inspect(content, roots)
    except UnreadableDocument as refusal:
        return _refused("", translate(refusal.sentence), is_about_file=True)
    finding = check_inspected(
        seen,
        content,
        remake=remake_unsealed,
        today=_today(),
        knows=lambda certificate: _officer_sees(certificate) in {"all", "own"},
    )
    if finding.certificate is None and finding.verdict is Verdict.UNKNOWN:
        note_guesses(1, at_once=False)
    certificate = finding.certificate
    page = render_template(
        "verification/document.html",
        verdict_on=finding.verdict.value,
        standing=certificate and verdict_of(certificate, _today()).value,
        words=certificate and format_for_anybody(certificate),
        code=certificate and certificate.facts.code,
        is_confirmed=certificate is not None and certificate.state.is_confirmed,
        objectives=certificate.objectives if certificate else (),
        seen=seen_of(finding),
        differences=compared(finding),
        picture=certificate and draw_registered(certificate),
        emblem=emblem_of(certificate) if certificate else "",
        checked_at=show_moment(utc_now()),
    )
    return page, PRIVATE


def _inspect(content: bytes, roots: Sequence[bytes]) -> Inspection:
    with Inspector(roots) as inspector:
        return inspector.inspect(content)


def _refused(text: str, message: str, **marked: object) -> Answer:
    slots = {"typed": text, "message": message}
    page = render_template("verification/verification.html", slots=slots, **marked)
    return page, HTTPStatus.UNPROCESSABLE_ENTITY, PRIVATE


def _unknown(text: str, verdict: Verdict = Verdict.UNKNOWN) -> ResponseReturnValue:
    page = render_cached(
        "verification/verification.html", {"typed": text}, verdict_on=verdict.value
    )
    return page, HTTPStatus.NOT_FOUND, PRIVATE


def _shown(certificate: RegisteredCertificate) -> ResponseReturnValue:
    """The verdict and the facts, at this moment."""
    code = certificate.facts.code
    slots = (
        format_for_anybody(certificate)
        | format_place(certificate.certificate_id)
        | format_for_sharing(certificate)
        | {
            "checked_at": show_moment(utc_now()),
            "picture": draw_registered(certificate, code_url=url_for("check_files.qr", code=code)),
            "plain_code": code,
        }
    )
    if emblem := emblem_of(certificate):
        slots["emblem"] = emblem
    officer_sees = _officer_sees(certificate)
    if officer_sees in {"all", "own"}:
        slots["whole_number"] = certificate.facts.employee_number or ""
    if officer_sees == "all":
        slots["register_url"] = url_for("register.certificate", code=code)
    return _verdict_page(certificate, slots, officer_sees=officer_sees)


def _shown_by_number(finding: Finding) -> ResponseReturnValue:
    if finding.certificate is None:
        raise NoSuchCertificate
    slots = format_for_a_number(finding.certificate) | {"checked_at": show_moment(utc_now())}
    return _verdict_page(finding.certificate, slots, is_by_number=True)


def _verdict_page(
    certificate: RegisteredCertificate,
    slots: dict[str, str],
    *,
    is_by_number: bool = False,
    officer_sees: str = "",
) -> ResponseReturnValue:
    page = render_cached(
        "verification/verdict.html",
        slots,
        verdict_on=verdict_of(certificate, _today()).value,
        is_confirmed=certificate.state.is_confirmed,
        objectives=certificate.objectives,
        is_by_number=is_by_number,
        officer_sees=officer_sees,
    )
    return page, PRIVATE


def _officer_sees(certificate: RegisteredCertificate) -> str:
    """What an officer is told besides: "all" a registrar, "own" of their own people, or "other"."""
    officer = find_officer()
    if officer is None:
        return ""
    if officer.may(Permission.MANAGE_CERTIFICATES):
        return "all"
    try:
        get_staff_certificate(scope_of(officer), certificate.facts.code)
    except (NoSuchCertificate, NoInstitution):
        return "other"
    return "own"


def _is_a_guess(finding: Finding) -> bool:
    """Whether it was a true code or like a number, and nobody has it; not what is mistyped."""
    return finding.verdict is Verdict.UNKNOWN and finding.parsed is None


def _today() -> date:
    return local_day(utc_now())
