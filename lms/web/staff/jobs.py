"""What takes longer than a page may: the staff list of many people, and all their sheets."""

from collections.abc import Iterator, Sequence

from flask_babel import force_locale

from lms.addresses import credential_issuer
from lms.clock import utc_now
from lms.days import local_day
from lms.jobs.kind import Output, Run
from lms.reporting.staff_list import StaffRow, read_staff_of
from lms.sheets.archive import archive_sheets
from lms.web.staff.export import staff_file

STAFF_LIST = "staff_list"
# Longer lists are made beside the requests.
LARGEST_AT_ONCE = 2_000
ROWS_BETWEEN = 1_000


def make_staff_list(issuer: str, run: Run) -> Output:
    """The list that an officer asked for, in the language in which they did.

    Raises NoInstitution or NotInScope where they do not answer any more for all whom they asked
    about.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for lists
    rows = read_staff_of(
        run.asker_id,
        run.scope,
        run.arguments["search"],
        run.arguments["status"],
        today=local_day(utc_now()),
    )
    with force_locale(run.arguments["language"]):
        file = staff_file(_told(rows, run), run.arguments["format"], issuer, local_day(utc_now()))
    return Output({"rows": len(rows)}, file)


def make_archive(run: Run) -> Output:
    """The sheets of an officer's people as a ZIP; raises what `archive_sheets` does."""
    return archive_sheets(run, credential_issuer(), today=local_day(utc_now()))


def _told(rows: Sequence[StaffRow], run: Run) -> Iterator[StaffRow]:
    """The same rows; as they go, the asker sees how many are written."""
    for number, row in enumerate(rows):
        if number % ROWS_BETWEEN == 0:
            run.report(number, len(rows))
        yield row
