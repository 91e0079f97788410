"""What an officer does with people of the list: one, those chosen, or all that a filter leaves."""

from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.desk.deciding import DECISION, UNDOING, write_filter
from lms.http.doors import open_to
from lms.http.rate_limits import at_most
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.decisions.service import (
    AT_ONCE,
    begin_decision,
    begin_undoing,
    confirm_staff,
    decide,
    decline_staff,
    is_small,
    undo_some,
)
from lms.institutions.scope import Scope
from lms.jobs.service import enqueue
from lms.progress.staff import count, list_staff
from lms.web.staff.asked import Asked
from lms.web.staff.section import list_url, own_scope, read_asked

bp = Blueprint("staff_decisions", __name__, url_prefix="/kepegawaian")
open_to(bp, Permission.MANAGE_STAFF)

PAGE, ALL = "halaman", "semua"
ASSIGN: Final = "tugaskan"
MOST_ASSIGNED: Final = 200
"""So many fit into the address of a new assignment; more are asked by their unit."""

_DEEDS: Final = {"konfirmasi": DecisionKind.CONFIRMED, "tolak": DecisionKind.DECLINED}


@bp.post("/<int:posting_id>/konfirmasi")
def confirm(posting_id: int) -> ResponseReturnValue:
    """Vouch for a person who registered themselves."""
    scope = own_scope()
    name = confirm_staff(scope, posting_id, now=utc_now())
    flash(gettext("%(name)s terkonfirmasi.", name=name), "valid")
    return redirect(list_url(read_asked(scope).values))


@bp.post("/<int:posting_id>/tolak")
def decline(posting_id: int) -> ResponseReturnValue:
    """Say that a person does not work here."""
    scope = own_scope()
    name = decline_staff(scope, posting_id, now=utc_now())
    flash(gettext("%(name)s dikeluarkan dari daftar.", name=name), "neutral")
    return redirect(list_url(read_asked(scope).values))


@bp.post("/tindakan")
@at_most("240 per hour")
def act() -> ResponseReturnValue:
    """Confirm, decline or assign: those ticked, those on the page, or all that the list has."""
    scope = own_scope()
    asked = read_asked(scope)
    if request.form.get("tindakan") == ASSIGN:
        return _assign(scope, asked)
    kind = _DEEDS.get(request.form.get("tindakan", ""), DecisionKind.CONFIRMED)
    if request.form.get("lingkup") == ALL:
        return _decide_all(scope, asked, kind)
    ids = chosen_ids()
    if not ids:
        flash(gettext("Belum ada yang dipilih. Centang dahulu orangnya."), "warning")
        return redirect(list_url(asked.values))
    decision = decide(scope, kind, ids, now=utc_now())
    _say(kind, decision.people_count, decision.passed_count)
    return redirect(list_url(asked.values))


def chosen_ids() -> list[int]:
    """The postings that a form is about: those ticked, or all on its page."""
    fields = request.form
    if fields.get("lingkup") == PAGE:
        texts = fields.get("halaman", "").split(",")
    else:
        texts = fields.getlist("pegawai")
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
    return list(dict.fromkeys(ids))[:AT_ONCE]


def _assign(scope: Scope, asked: Asked) -> ResponseReturnValue:
    """A new assignment for those chosen, or for the unit of a list that asks nothing else."""
    ids = chosen_ids()
    if request.form.get("lingkup") == ALL:
        if not set(asked.asked_of_people) - {"unit"}:
            return redirect(url_for("assignments.new", unit=asked.filter.unit_id))
        if count(scope, asked.filter, now=utc_now()).number > MOST_ASSIGNED:
            flash(
                gettext(
                    "Paling banyak %(most)s orang ditugasi sekaligus dari saringan. Tugaskan per "
                    "unit kerja, atau persempit saringannya.",
                    most=MOST_ASSIGNED,
                ),
                "warning",
            )
            return redirect(list_url(asked.values))
        rows = list_staff(scope, asked.filter, now=utc_now(), size=MOST_ASSIGNED).rows
        ids = [row.posting_id for row in rows]
    if not ids:
        flash(gettext("Belum ada yang dipilih. Centang dahulu orangnya."), "warning")
        return redirect(list_url(asked.values))
    return redirect(url_for("assignments.new", orang=ids))


def _decide_all(scope: Scope, asked: Asked, kind: DecisionKind) -> ResponseReturnValue:
    """Everybody who waits, of the list as it is filtered; many of them as a job."""
    now, waiting = utc_now(), asked.waiting()
    number = count(scope, waiting.filter, now=now).number
    if number <= AT_ONCE:
        rows = list_staff(scope, waiting.filter, now=now, size=AT_ONCE).rows
        decision = decide(scope, kind, [row.posting_id for row in rows], now=now)
        _say(kind, decision.people_count, decision.passed_count)
        return redirect(list_url(asked.values))
    assert scope.officer_id is not None  # noqa: S101 - somebody has signed in
    decision = begin_decision(scope.officer_id, kind, now=now)
    arguments = {"decision_id": decision.id, "filter": write_filter(waiting.filter)}
    enqueue(DECISION, arguments, asker_id=scope.officer_id, scope=scope.keys, now=now)
    flash(
        gettext("%(count)s orang sedang diproses. Halaman ini boleh ditutup.", count=number),
        "neutral",
    )
    return redirect(list_url(asked.values))


@bp.post("/keputusan/<int:decision_id>/urungkan")
def undo(decision_id: int) -> ResponseReturnValue:
    """Take a decision back while nobody was told of it."""
    scope, now = own_scope(), utc_now()
    decision = begin_undoing(scope, decision_id, now=now)
    if not is_small(decision):
        arguments = {"decision_id": decision.id}
        enqueue(UNDOING, arguments, asker_id=scope.officer_id, scope=scope.keys, now=now)
        flash(gettext("Keputusan itu sedang diurungkan."), "neutral")
        return redirect(url_for("staff.list"))
    undone = undo_some(scope, decision, now=now)
    sentence = ngettext(
        "Diurungkan: %(num)s orang kembali seperti semula.",
        "Diurungkan: %(num)s orang kembali seperti semula.",
        undone.people_count,
    )
    if undone.left_count:
        sentence += " " + ngettext(
            "%(num)s orang dibiarkan, karena datanya sudah berubah lagi.",
            "%(num)s orang dibiarkan, karena datanya sudah berubah lagi.",
            undone.left_count,
        )
    flash(sentence, "neutral")
    return redirect(url_for("staff.list", konfirmasi="belum"))


def _say(kind: DecisionKind, people_count: int, passed_count: int) -> None:
    if kind is DecisionKind.CONFIRMED:
        sentence = ngettext(
            "%(num)s orang terkonfirmasi.", "%(num)s orang terkonfirmasi.", people_count
        )
    else:
        sentence = ngettext(
            "%(num)s orang dikeluarkan dari daftar.",
            "%(num)s orang dikeluarkan dari daftar.",
            people_count,
        )
    if passed_count:
        sentence += " " + ngettext(
            "%(num)s orang dilewati: sudah diputuskan sebelumnya, bukan pegawai Anda, atau Anda "
            "sendiri.",
            "%(num)s orang dilewati: sudah diputuskan sebelumnya, bukan pegawai Anda, atau Anda "
            "sendiri.",
            passed_count,
        )
    flash(sentence, "valid" if people_count else "neutral")
