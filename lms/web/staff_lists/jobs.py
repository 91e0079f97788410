"""Staff lists as jobs: the dry run, and putting in force; each leaves a sheet."""

from flask_babel import force_locale

from lms.accounts.queries import get_principal
from lms.clock import utc_now
from lms.db import read_only
from lms.institutions.reach import same_scope
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.queries import get_import
from lms.jobs.kind import Output, Run
from lms.web.staff_lists.files import checked_file, refused_file


def check_staff_list(run: Run) -> Output:
    """Say of each line what it calls for; the sheet has all of them.

    Raises NoInstitution or NotInScope where the asker no longer answers for these people,
    NoSuchImport where the upload was forgotten, and UnfitList.
    """
    scope, import_id = _asker(run), run.arguments["import_id"]
    now = utc_now()
    counts = check_list(import_id, scope, None, run.report, now=now)
    with read_only():
        head = get_import(import_id).head or []
    with force_locale(run.arguments["language"]):
        file = checked_file(import_id, head, sum(counts.values()), now.date())
    return Output({"counts": counts}, file)


def apply_staff_list(run: Run) -> Output:
    """Put a checked list in force, from where it stopped; the sheet has what is to be mended.

    Raises as the check does.
    """
    scope, import_id = _asker(run), run.arguments["import_id"]
    now = utc_now()
    counts = apply_list(import_id, scope, run.report, now=now)
    refused_count = counts.get(Verdict.REFUSED.value, 0)
    if not refused_count:
        return Output({"counts": counts})
    with read_only():
        head = get_import(import_id).head or []
    with force_locale(run.arguments["language"]):
        file = refused_file(import_id, head, refused_count, now.date())
    return Output({"counts": counts}, file)


def _asker(run: Run) -> Scope:
    assert run.asker_id is not None  # noqa: S101 - only people upload lists
    with read_only():
        get_import(run.arguments["import_id"], run.job_id)
        return same_scope(get_principal(run.asker_id), run.scope)
