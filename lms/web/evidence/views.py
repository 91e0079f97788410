"""Reports of evidence: the form, those that were asked for, and the same once more."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.evidence.errors import NotYourReport
from lms.evidence.queries import (
    find_beginning,
    find_subject_name,
    list_institutions_of,
    list_reports,
    search_institutions,
)
from lms.evidence.rules import NATION, Subject, list_terms
from lms.evidence.service import ask_again, ask_report
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.programmes.breakdown import list_provinces
from lms.web.evidence.forms import Choices, ReportWishForm, page_of

own = Blueprint("own_evidence", __name__, url_prefix="/kepegawaian/laporan")
open_to(own, Permission.REPORT_ON_OWN)
national = Blueprint("national_evidence", __name__, url_prefix="/koordinator/laporan")
open_to(national, Permission.REPORT_ON_ALL)


@own.get("")
def show() -> ResponseReturnValue:
    """The form for one's own institutions, and their reports."""
    choices = _own_choices()
    return _page("own_evidence", _empty_form(choices), _keys(choices))


@own.post("")
@at_most("60 per hour")
def ask() -> ResponseReturnValue:
    """Ask for a report of one's own institution."""
    choices = _own_choices()
    return _ask("own_evidence", choices, _keys(choices))


@own.post("/<int:report_id>/lagi")
@at_most("60 per hour")
def again(report_id: int) -> ResponseReturnValue:
    """Ask for the same report once more."""
    return _again(report_id, _keys(_own_choices()))


@national.get("", endpoint="show")
def show_national() -> ResponseReturnValue:
    """The form for the nation, a province or any institution, and all reports."""
    choices = _national_choices(request.args.get("tentang", ""))
    return _page("national_evidence", _empty_form(choices), None)


@national.post("", endpoint="ask")
@at_most("60 per hour")
def ask_national() -> ResponseReturnValue:
    """Ask for a report of whatever was chosen."""
    about = request.form.get("tentang", "")
    return _ask("national_evidence", _national_choices(about), None)


@national.post("/<int:report_id>/lagi", endpoint="again")
@at_most("60 per hour")
def again_national(report_id: int) -> ResponseReturnValue:
    """Ask for the same report once more, whoever asked for it first."""
    return _again(report_id, None)


def _keys(choices: Choices) -> list[str]:
    return [key for key, _ in choices]


def _own_choices() -> Choices:
    """The institutions for all of whose people the asker answers; raises NotYourReport of none."""
    ids = current_account().institutions_for(Permission.REPORT_ON_OWN)
    if not ids:
        raise NotYourReport
    return [(Subject.institution(key).key, name) for key, name in list_institutions_of(ids)]


def _national_choices(about: str) -> Choices:
    """The institution that was looked for, the nation, and the provinces."""
    subject = Subject.read(about[:40])
    name = None
    if subject is not None and subject.institution_id is not None:
        name = find_subject_name(subject)
    return [
        *([(about, name)] if name is not None else []),
        (NATION.key, gettext("Indonesia, semua instansi")),
        *(
            (f"province:{code}", gettext("Pemerintah daerah di %(name)s", name=name))
            for code, name in list_provinces()
        ),
    ]


def _ask(section: str, choices: Choices, subjects: Sequence[str] | None) -> ResponseReturnValue:
    now = utc_now()
    terms = list_terms(find_beginning(), now=now)
    form = ReportWishForm()
    form.offer(choices, terms)
    if not form.validate():
        return _page(section, form, subjects), 422
    ask_report(current_account(), *form.read(terms), now=now)
    flash(gettext("Laporan sedang disiapkan."), "neutral")
    return redirect(url_for("jobs.list"))


def _again(report_id: int, subjects: Sequence[str] | None) -> ResponseReturnValue:
    ask_again(current_account(), report_id, subjects, now=utc_now())
    flash(gettext("Laporan yang sama sedang disiapkan lagi."), "neutral")
    return redirect(url_for("jobs.list"))


def _empty_form(choices: Choices) -> ReportWishForm:
    form = ReportWishForm(formdata=None)
    form.offer(choices, list_terms(find_beginning(), now=utc_now()))
    return form


def _page(section: str, form: ReportWishForm, subjects: Sequence[str] | None) -> str:
    search = ""
    if subjects is None:
        search = " ".join(request.args.get("cari", "").split())[:100]
    person, page = current_account(), page_of(request.args)
    return render_template(
        "evidence/reports.html",
        section=section,
        is_national=subjects is None,
        form=form,
        search=search,
        found=search_institutions(search) if search else [],
        reports=list_reports(person.account_id, subjects, page, now=utc_now()),
    )
