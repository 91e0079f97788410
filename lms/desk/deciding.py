"""Decides about all people of a list, and takes it back, as jobs."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from lms.accounts.queries import get_principal
from lms.db import read_only
from lms.institutions.decisions.matching import list_matching
from lms.institutions.decisions.service import carry_out, undo_all
from lms.institutions.reach import same_scope
from lms.institutions.scope import Scope
from lms.jobs.kind import Output, Run
from lms.progress.staff import StaffFilter, iterate

DECISION: Final = "staff_decision"
UNDOING: Final = "staff_undoing"
"""The kinds of job."""

Clock = Callable[[], datetime]


def decide_about_many(run: Run, *, clock: Clock) -> Output:
    """Confirm or decline all whom a filter leaves, or confirm who is as the asker's lists say.

    Raises NoInstitution or NotInScope where the asker does not answer for just these any more.
    """
    with read_only():
        scope = scope_of_run(run)
        if run.arguments.get("is_matching"):
            ids = list_matching(scope, run.arguments["institution_id"])
        else:
            wanted = StaffFilter.read(run.arguments["filter"])
            ids = [row.posting_id for row in iterate(scope, wanted, now=clock())]
    for done in carry_out(scope, run.arguments["decision_id"], ids, clock=clock):
        run.report(done, len(ids))
    return Output({"rows": len(ids)})


def undo_about_many(run: Run, *, clock: Clock) -> Output:
    """Take a decision about many people back; raises as the deciding does."""
    with read_only():
        scope = scope_of_run(run)
    number = 0
    for undone in undo_all(scope, run.arguments["decision_id"], now=clock()):
        number += undone.people_count
        run.report(number, number)
    return Output({"rows": number})


def scope_of_run(run: Run) -> Scope:
    """For whom the asker of a job answers, as they did when they asked.

    Raises NoInstitution, and NotInScope where they answer for others now.
    """
    assert run.asker_id is not None  # noqa: S101 - only people decide
    return same_scope(get_principal(run.asker_id), run.scope)
