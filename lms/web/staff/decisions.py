"""What an officer does with people of the list: one, those chosen, or all that a filter leaves."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.desk.deciding import DECISION, UNDOING
from lms.desk.deeds import INVITING, MOVING, list_postings, move_some
from lms.desk.figures import list_offered_units
from lms.errors import N_
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.rate_limits import at_most
from lms.http.unit_of_work import let_others_write
from lms.institutions.decisions.matching import (
    Match,
    group_waiting,
    list_compared_lists,
    list_matching,
)
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
from lms.institutions.finding import Within
from lms.institutions.people.codes import Chosen
from lms.institutions.people.errors import NobodyChosen
from lms.institutions.people.invitations import invite
from lms.institutions.scope import Scope
from lms.jobs.service import enqueue
from lms.progress.modules import list_modules
from lms.progress.staff import Count, count
from lms.web.formatting import show_number
from lms.web.staff.asked import Asked, read_keys
from lms.web.staff.forms import MoveForm
from lms.web.staff.lists import list_chips
from lms.web.staff.section import list_url, own_scope, read_asked

MOST_COMPARED_SHOWN: Final = 50
_MATCHES: Final = {
    Match.SAME: N_("Cocok: nama, NIP, dan surel sama dengan daftar Anda"),
    Match.NAME_DIFFERS: N_("Nama berbeda"),
    Match.ADDRESS_DIFFERS: N_("Surel berbeda"),
    Match.ADDRESS_MISSING: N_("Daftar Anda tidak memuat surelnya"),
    Match.UNPROVED: N_("Surelnya belum dibuktikan lewat tautan"),
    Match.LEFT: N_("Dalam daftar Anda tertulis sudah keluar"),
    Match.NOT_LISTED: N_("NIP tidak ada dalam daftar Anda"),
    Match.ONESELF: N_("Menyerupai data Anda sendiri"),
}

bp = Blueprint("staff_decisions", __name__, url_prefix="/kepegawaian")
open_to(bp, Permission.MANAGE_STAFF)

PAGE, ALL = "halaman", "semua"
INVITE: Final = "undang"
_DEEDS: Final = {"konfirmasi": DecisionKind.CONFIRMED, "tolak": DecisionKind.DECLINED}
INVITED_AT_ONCE: Final = 500
"""More are invited by a job."""

_PAGES: Final = {
    "tugaskan": "assignments.new",
    "pindah": "staff_decisions.move",
    "ekspor": "exports.show",
}
"""What is done on a page of its own, which is about the list of its address."""


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
    """Do something with those ticked, those on the page, or all that the list has."""
    scope = own_scope()
    asked, deed = read_asked(scope), request.form.get("tindakan", "")
    is_all = request.form.get("lingkup") == ALL
    chosen = asked if is_all else asked.of_chosen(_chosen_ids())
    if not is_all and not chosen.filter.posting_ids:
        flash(gettext("Belum ada yang dipilih. Centang dahulu orangnya."), "warning")
        return redirect(list_url(asked.values))
    if deed in _PAGES:
        fields: dict[str, Any] = {**chosen.values, "daftar": "ya"}
        return redirect(url_for(_PAGES[deed], **fields))
    if deed == INVITE:
        _invite(scope, chosen)
    elif deed in _DEEDS:
        _decide(scope, chosen, _DEEDS[deed], is_all=is_all)
    else:
        flash(gettext("Tidak ada yang dilakukan. Pilih dahulu tindakannya."), "warning")
    return redirect(list_url(asked.values))


def _chosen_ids() -> tuple[int, ...]:
    """The postings that a form is about: those ticked, or all on its page."""
    fields = request.form
    if fields.get("lingkup") == PAGE:
        return read_keys(fields.get("halaman", "").split(","))
    return read_keys(fields.getlist("pegawai"))


def _invite(scope: Scope, chosen: Asked) -> None:
    """Mail a way in to who has none yet; many of them as a job."""
    now = utc_now()
    if count(scope, chosen.filter, now=now).number > INVITED_AT_ONCE:
        _enqueue(INVITING, scope, chosen, {}, now=now)
        return
    ids = list_postings(scope, chosen.filter, INVITED_AT_ONCE, now=now)
    try:
        # Of nobody in particular it would be everybody: then nobody's key is asked for.
        invite(scope, Chosen(tuple(ids) or (0,)), now=now)
    except NobodyChosen as refusal:
        flash(translate(refusal.sentence), "warning")
    else:
        flash(
            gettext(
                "Undangan dikirim berangsur-angsur kepada yang belum aktif dan punya surel. "
                "Lihat atau hentikan di Aktivasi akun pegawai."
            ),
            "valid",
        )


@bp.get("/cocok")
def matching() -> ResponseReturnValue:
    """Who of those who wait is as my newest staff list has them, and who is not, and why."""
    scope = own_scope()
    asked = read_asked(scope)
    lists = list_compared_lists(scope, asked.filter.institution_id)
    groups = group_waiting(scope, lists, MOST_COMPARED_SHOWN)
    return render_template(
        "staff/matching.html",
        asked=asked,
        lists=lists,
        groups=[(gettext(_MATCHES[match]), *found) for match, found in groups.items()],
        same_count=groups[Match.SAME][0] if Match.SAME in groups else 0,
    )


@bp.post("/cocok")
@at_most("60 per hour")
def confirm_matching() -> ResponseReturnValue:
    """Confirm all who are as my newest staff list has them; many of them as a job."""
    scope, now = own_scope(), utc_now()
    asked = read_asked(scope)
    kind, place = DecisionKind.CONFIRMED, asked.filter.institution_id
    let_others_write()  # comparing many takes seconds
    ids = list_matching(scope, place)
    if not ids:
        flash(gettext("Tidak ada yang cocok dalam ketiganya."), "warning")
    elif len(ids) <= AT_ONCE:
        decision = decide(scope, kind, ids, now=now)
        _say(kind, decision.people_count, decision.passed_count)
    else:
        assert scope.officer_id is not None  # noqa: S101 - somebody has signed in
        decision = begin_decision(scope.officer_id, kind, now=now)
        arguments = {"decision_id": decision.id, "is_matching": True, "institution_id": place}
        enqueue(DECISION, arguments, asker_id=scope.officer_id, scope=scope.keys, now=now)
        _say_begun(Count(len(ids)))
    return redirect(list_url(asked.values))


@bp.route("/pindah-unit", methods=["GET", "POST"])
@at_most("240 per hour", methods={"POST"})
def move() -> ResponseReturnValue:
    """Note that the people of a list are in another unit of their institution from a day on."""
    scope, now = own_scope(), utc_now()
    asked = read_asked(scope)
    people = replace(asked.filter, is_confirmed=True)
    number = count(scope, people, now=now)
    form = MoveForm(prefix="ke-")  # `unit` is one of the list's own fields
    wanted = asked.filter.institution_id
    form.offer(scope, Within(scope.all_institution_ids if wanted is None else frozenset({wanted})))
    if form.validate_on_submit():
        unit_id, on = form.read()
        if number.number > AT_ONCE:
            arguments = {"unit_id": unit_id, "on": on.isoformat()}
            _enqueue(MOVING, scope, replace(asked, filter=people), arguments, now=now)
        else:
            ids = list_postings(scope, people, AT_ONCE, now=now)
            moved = move_some(scope, ids, unit_id, on, now=now)
            _say_moved(moved, len(ids) - moved)
        return redirect(list_url(asked.values))
    page = render_template(
        "staff/move.html",
        form=form,
        asked=asked,
        number=number,
        chips=list_chips(asked, list_modules(), list_offered_units(scope, people, now=now)),
    )
    return page, 422 if form.errors else 200


def _say_moved(moved: int, passed: int) -> None:
    sentence = ngettext(
        "%(num)s orang tercatat pindah unit kerja.",
        "%(num)s orang tercatat pindah unit kerja.",
        moved,
    )
    if passed:
        sentence += " " + ngettext(
            "%(num)s orang dilewati: sudah di unit itu, mulai bekerja sesudah tanggal itu, di "
            "instansi lain, atau Anda sendiri.",
            "%(num)s orang dilewati: sudah di unit itu, mulai bekerja sesudah tanggal itu, di "
            "instansi lain, atau Anda sendiri.",
            passed,
        )
    flash(sentence, "valid" if moved else "warning")


def _enqueue(
    kind: str, scope: Scope, asked: Asked, arguments: dict[str, object], *, now: datetime
) -> None:
    """Have something done with all people of a list, as a job."""
    given = {**arguments, "filter": asked.filter.as_json()}
    enqueue(kind, given, asker_id=scope.officer_id, scope=scope.keys, now=now)
    _say_begun(count(scope, asked.filter, now=now))


def _say_begun(people: Count) -> None:
    number = show_number(people.number)
    flash(
        gettext(
            "Lebih dari %(count)s orang sedang diproses. Halaman ini boleh ditutup.", count=number
        )
        if people.is_more
        else gettext("%(count)s orang sedang diproses. Halaman ini boleh ditutup.", count=number),
        "neutral",
    )


def _decide(scope: Scope, chosen: Asked, kind: DecisionKind, *, is_all: bool) -> None:
    """Confirm or decline those who wait; many of them as a job."""
    now, waiting = utc_now(), chosen.waiting()
    if not is_all:
        decision = decide(scope, kind, chosen.filter.posting_ids, now=now)
        _say(kind, decision.people_count, decision.passed_count)
    elif chosen.filter.is_confirmed:  # nobody of that list waits
        _say(kind, 0, 0)
    elif count(scope, waiting.filter, now=now).number <= AT_ONCE:
        ids = list_postings(scope, waiting.filter, AT_ONCE, now=now)
        decision = decide(scope, kind, ids, now=now)
        _say(kind, decision.people_count, decision.passed_count)
    else:
        assert scope.officer_id is not None  # noqa: S101 - somebody has signed in
        decision = begin_decision(scope.officer_id, kind, now=now)
        _enqueue(DECISION, scope, waiting, {"decision_id": decision.id}, now=now)


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
