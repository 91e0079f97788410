"""Every kind of job: which use case does it, how often it is looked for, and in which lane."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from config import Settings
from lms.jobs.kind import Kind, Lane, Output, Run, Turn
from lms.jobs.rules import ASKED_PAUSES, ROUND_PAUSES
from lms.sealing.service import SEALING


def job_kinds(settings: Settings) -> list[Kind]:
    """What is done beside the requests, and how often it is looked for; for workers alone."""
    from lms.addresses import log_address
    from lms.checking.bulk.service import CHECK
    from lms.clock import utc_now
    from lms.desk.deciding import DECISION, UNDOING, decide_about_many, undo_about_many
    from lms.desk.deeds import INVITING, MOVING, invite_many, move_many
    from lms.evidence.making import make_report
    from lms.evidence.service import EVIDENCE
    from lms.institutions.doubts.officer_days import (
        DOUBTING,
        SETTLING,
        settle_officer_day,
    )
    from lms.institutions.registry.relocation import RELOCATION, relocate
    from lms.institutions.registry.sheets import REGISTRY_SHEET, apply_as_job
    from lms.institutions.staff_lists.service import APPLY as STAFF_APPLY
    from lms.institutions.staff_lists.service import CHECK as STAFF_CHECK
    from lms.programmes.filling import FILLING, fill
    from lms.web.administration.log import EXPORT as AUDIT_EXPORT
    from lms.web.administration.log import export_log
    from lms.web.bulk.jobs import check_many
    from lms.web.exports.jobs import (
        EXPORT,
        FORMER_LIST,
        FORMER_SHEETS,
        SHEETS,
        make_export,
        make_sheets,
        refuse_former,
    )
    from lms.web.people.jobs import CODES, DUPLICATES, make_code_sheet, search_duplicates
    from lms.web.sealing.views import sealer_of
    from lms.web.staff_lists.jobs import apply_staff_list, check_staff_list
    from lms.worker import (
        confirmation_rounds,
        objective_rounds,
        personnel_rounds,
        progress_rounds,
        webhook_rounds,
    )
    from lms.worker import handlers as do
    from lms.worker.sealing_rounds import seal_waiting

    personnel = personnel_rounds.service_of(settings)
    second, moment = timedelta(seconds=1), timedelta(seconds=5)
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

    return [
        _round("requests", do.answer, Turn(second, do.find_requests)),
        _round(
            "mail", partial(do.send_mail, settings), Turn(second, partial(do.find_mail, settings))
        ),
        _round("fold", do.fold_tally, Turn(moment, do.find_tails)),
        _round(
            "staff counts",
            progress_rounds.fold_staff_counts,
            Turn(moment, progress_rounds.find_steps),
        ),
        _round(
            "staff lapses", progress_rounds.follow_lapsed, Turn(hour, progress_rounds.find_lapsed)
        ),
        _round(
            "staff reconcile",
            progress_rounds.reconcile_staff,
            Turn(day, do.find_night),
            Lane.SLOW,
        ),
        _round("log", partial(do.sequence, settings), Turn(second, do.find_unlogged)),
        _round(
            "webhooks",
            partial(webhook_rounds.deliver, settings),
            Turn(moment, webhook_rounds.find_undelivered),
        ),
        _round("officers", do.notify_officers, Turn(moment, do.find_officers)),
        _round("decisions", do.tell_decided, Turn(moment, do.find_untold)),
        _round("corrections", do.notify_deciders, Turn(moment, do.find_undecided)),
        _round("lapses", do.open_quizzes, Turn(moment, do.find_lapsed)),
        _round("assignment", do.settle, Turn(moment, do.find_unsettled), Lane.SLOW),
        _round("assignments", do.look_through_assignments, Turn(day, do.find_night)),
        _round("reminders", do.remind, Turn(minute, do.find_reminders)),
        _round("forget", partial(do.forget, settings), Turn(hour, do.find_hour)),
        _round(
            "confirmations",
            confirmation_rounds.survey_confirmations,
            Turn(hour, do.find_hour),
            Lane.SLOW,
        ),
        _round(
            "samples",
            partial(confirmation_rounds.sample_confirmations, settings),
            Turn(hour, partial(confirmation_rounds.find_unsampled, settings)),
            Lane.SLOW,
        ),
        _round(
            "sample reminders",
            confirmation_rounds.follow_samples,
            Turn(hour, confirmation_rounds.find_unanswered),
        ),
        _round("reconcile", do.reconcile_figures, Turn(day, do.find_night), Lane.SLOW),
        Kind(REGISTRY_SHEET, partial(apply_as_job, clock=utc_now), Lane.SLOW, pauses=ASKED_PAUSES),
        Kind(AUDIT_EXPORT, export_log, Lane.SLOW, pauses=ASKED_PAUSES),
        _asked(DECISION, partial(decide_about_many, clock=utc_now)),
        _asked(UNDOING, partial(undo_about_many, clock=utc_now)),
        _asked(DOUBTING, confirmation_rounds.doubt_day),
        _asked(SETTLING, partial(settle_officer_day, clock=utc_now)),
        _asked(INVITING, partial(invite_many, clock=utc_now)),
        _asked(MOVING, partial(move_many, clock=utc_now)),
        Kind(EXPORT, partial(make_export, settings.issuer_name), Lane.SLOW, pauses=ASKED_PAUSES),
        _round(
            "objectives",
            objective_rounds.gather_objectives,
            Turn(hour, objective_rounds.find_ungathered),
            Lane.SLOW,
        ),
        _round(
            "objectives reconcile",
            objective_rounds.reconcile_objectives,
            Turn(day, do.find_night),
            Lane.SLOW,
        ),
        _asked(EVIDENCE, partial(make_report, log_address, clock=utc_now)),
        Kind(SHEETS, make_sheets, Lane.SLOW, pauses=ASKED_PAUSES),
        Kind(
            RELOCATION,
            partial(relocate, clock=utc_now),
            Lane.SLOW,
            pauses=ROUND_PAUSES,
            is_endless=True,
        ),
        Kind(
            FILLING, partial(fill, clock=utc_now), Lane.SLOW, pauses=ROUND_PAUSES, is_endless=True
        ),
        Kind(CODES, make_code_sheet, Lane.SLOW, pauses=ASKED_PAUSES),
        Kind(DUPLICATES, search_duplicates, Lane.SLOW, pauses=ASKED_PAUSES),
        _round("invitations", partial(do.invite_some, settings), Turn(moment, do.find_invited)),
        _round("roles", do.see_to_role_ends, Turn(minute, do.find_ends)),
        _round("facts", do.apply_facts, Turn(hour, do.find_facts)),
        Kind(CHECK, check_many, Lane.SLOW, pauses=ASKED_PAUSES),
        Kind(STAFF_CHECK, check_staff_list, Lane.SLOW, pauses=ASKED_PAUSES),
        # It goes on where it stopped, so that whoever stopped it does no harm.
        Kind(STAFF_APPLY, apply_staff_list, Lane.SLOW, pauses=ROUND_PAUSES, is_endless=True),
        _asked(FORMER_LIST, refuse_former),
        _asked(FORMER_SHEETS, refuse_former),
        Kind(
            "book",
            partial(do.make_book, settings),
            Lane.SLOW,
            Turn(moment, do.find_books),
        ),
        Kind(SEALING, partial(seal_waiting, sealer_of(settings)), Lane.SLOW, pauses=ASKED_PAUSES),
        _round(
            "personnel",
            partial(personnel_rounds.keep_records, settings, personnel),
            Turn(moment, partial(personnel_rounds.find_records, settings)),
            Lane.SLOW,
        ),
        _round(
            "personnel comparison",
            partial(personnel_rounds.compare_records, settings, personnel),
            Turn(day, partial(personnel_rounds.find_comparison, settings)),
            Lane.SLOW,
        ),
        _round("search", do.index, Turn(moment, do.find_unsearched)),
    ]


def _round(name: str, work: Callable[[Run], None], turn: Turn, lane: Lane = Lane.QUICK) -> Kind:
    return Kind(name, work, lane, turn, ROUND_PAUSES, is_endless=True)


def _asked(name: str, work: Callable[[Run], Output]) -> Kind:
    return Kind(name, work, Lane.SLOW, pauses=ASKED_PAUSES)
