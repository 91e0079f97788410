"""What people who checked certificates found to differ, for the registrars to answer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.accounts.permissions import Permission
from lms.checking.errors import AnswerUnclear, ReportClosed
from lms.checking.reports import close_report, count_open_reports, get_report, list_reports
from lms.clock import utc_now
from lms.http.addresses import public_url
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.web.fields import blame, typed

bp = Blueprint("reports", __name__, url_prefix="/koordinator/sertifikat/laporan")
open_to(bp, Permission.MANAGE_CERTIFICATES)


class AnswerForm(FlaskForm):
    """What came of a report."""

    answer = TextAreaField(
        lazy_gettext("Hasil penelaahan"),
        [
            InputRequired(lazy_gettext("Tulis hasilnya.")),
            Length(10, 1000, lazy_gettext("Tulis hasilnya dalam 10 sampai 1.000 karakter.")),
        ],
        description=lazy_gettext(
            "Dicatat bersama nama Anda, dan dikirim kepada pelapor yang menulis alamat surelnya; "
            "alamat itu lalu dihapus."
        ),
    )


@bp.get("")
def index() -> ResponseReturnValue:
    """Those that wait, the oldest first, then those that were closed."""
    return render_template(
        "register/reports.html", rows=list_reports(), open_count=count_open_reports()
    )


@bp.get("/<int:report_id>")
def show(report_id: int) -> ResponseReturnValue:
    """One report, and its answer or the form for it."""
    return render_template("register/report.html", report=get_report(report_id), form=AnswerForm())


@bp.post("/<int:report_id>")
def close(report_id: int) -> ResponseReturnValue:
    """Answer and close a report; a refusal stands on the form, with what was typed."""
    form, report = AnswerForm(), get_report(report_id)
    if not form.validate():
        return render_template("register/report.html", report=report, form=form), 422
    try:
        close_report(
            report_id,
            typed(form.answer),
            public_url("verification.show", code=report.code),
            current_account().account_id,
            now=utc_now(),
        )
    except (AnswerUnclear, ReportClosed) as refusal:
        blame(form, refusal)
        page = render_template("register/report.html", report=get_report(report_id), form=form)
        return page, status_of(refusal)
    flash(gettext("Laporan dijawab dan ditutup."), "valid")
    return redirect(url_for(".index"))
