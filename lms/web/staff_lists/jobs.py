"""Staff lists as jobs: the dry run, and putting in force; each leaves a sheet."""

from flask_babel import force_locale

from lms.addresses import link_address
from lms.clock import utc_now
from lms.days import local_day
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.queries import get_head, get_run_scope, get_tabs
from lms.jobs.kind import Output, Run
from lms.web.staff_lists.files import checked_file, refused_file


def check_staff_list(run: Run) -> Output:
    """Say of each line what it calls for; the sheet has all of them.

    Raises what `get_run_scope` does, and UnfitList.
    """
    scope, import_id = get_run_scope(run), run.arguments["import_id"]
    now = utc_now()
    counts = check_list(import_id, scope, None, run.report, now=now)
    with force_locale(run.arguments["language"]):
        file = checked_file(
            import_id,
            get_head(import_id),
            sum(counts.values()),
            local_day(now),
            get_tabs(import_id),
        )
    return Output({"counts": counts}, file)


def apply_staff_list(run: Run) -> Output:
    """Put a checked list in force, from where it stopped; the sheet has what is to be mended.

    Raises what `get_run_scope` does.
    """
    scope, import_id = get_run_scope(run), run.arguments["import_id"]
    now = utc_now()
    counts = apply_list(import_id, scope, run.report, now=now, address=link_address)
    refused_count = counts.get(Verdict.REFUSED.value, 0)
    if not refused_count:
        return Output({"counts": counts})
    with force_locale(run.arguments["language"]):
        file = refused_file(
            import_id, get_head(import_id), refused_count, local_day(now), get_tabs(import_id)
        )
    return Output({"counts": counts}, file)
