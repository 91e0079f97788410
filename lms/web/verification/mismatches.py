"""Reports by whoever holds something else than what a check says."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.certificates.queries import RegisteredCertificate
from lms.checking.errors import ContactUnclear, ReportedOften, ReportUnclear
from lms.checking.reports import report_mismatch
from lms.clock import utc_now
from lms.http.doors import open_to_all
from lms.http.errors import TooOften, status_of
from lms.http.rate_limits import count_action
from lms.web.fields import blame, typed
from lms.web.verification.answers import PRIVATE, Answer, too_often
from lms.web.verification.braking import CHECKS, CHECKS_OF_AN_OFFICER, brake, get_checked
from lms.web.verification.forms import MismatchForm

bp = Blueprint("mismatches", __name__)
open_to_all(bp)

REPORTS: Final = "5 per hour"


@bp.get("/v/<code>/lapor")
def form(code: str) -> ResponseReturnValue:
    """A form for whoever holds something else than what the check says."""
    brake(CHECKS, CHECKS_OF_AN_OFFICER, "verification.mismatch")
    return _page(get_checked(code), MismatchForm())


@bp.post("/v/<code>/lapor")
def report(code: str) -> ResponseReturnValue:
    """Keep a report for the registrars; a refusal stands on the form, with what was typed."""
    brake(CHECKS, CHECKS_OF_AN_OFFICER, "verification.mismatch")
    certificate = get_checked(code)
    form = MismatchForm()
    if not form.validate():
        return _page(certificate, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        count_action(REPORTS, "mismatch report")
    except TooOften as refusal:
        blame(form, refusal)
        return too_often(_page(certificate, form)[0], refusal)
    if not typed(form.site):  # people do not see that field
        try:
            report_mismatch(
                certificate.facts.code, typed(form.words), typed(form.contact), now=utc_now()
            )
        except (ReportUnclear, ContactUnclear, ReportedOften) as refusal:
            blame(form, refusal)
            return _page(certificate, form, status_of(refusal))
    flash(gettext("Laporan Anda kami terima dan akan ditelaah. Terima kasih."), "valid")
    return redirect(url_for("verification.show", code=certificate.facts.code))


def _page(
    certificate: RegisteredCertificate, form: MismatchForm, status: HTTPStatus = HTTPStatus.OK
) -> Answer:
    page = render_template(
        "verification/mismatch.html",
        form=form,
        code=certificate.facts.code,
        number=certificate.facts.number,
    )
    return page, status, PRIVATE
