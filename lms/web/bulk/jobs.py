"""A bulk check as a job: what was uploaded is checked, and the result becomes a sheet."""

from flask_babel import force_locale

from lms.checking.bulk.results import ORDER
from lms.checking.bulk.work import check_upload
from lms.clock import utc_now
from lms.jobs.kind import Output, Run
from lms.web.bulk.files import documents_head, result_file
from lms.web.verification.remaking import remake_unsealed


def check_many(run: Run) -> Output:
    """Check what an officer has uploaded; the sheet is in the language in which they asked.

    Raises UploadGone, and RoleEnded where their roles are no longer those of when they asked.
    """
    checked_at = utc_now()
    outcome = check_upload(run, remake=remake_unsealed)
    with force_locale(run.arguments["language"]):
        head = documents_head() if outcome.is_of_documents else outcome.head
        file = result_file(
            head,
            outcome.rows,
            width=outcome.width,
            file_format="xlsx",
            checked_at=checked_at,
        )
    verdicts = [row.verdict for row in outcome.rows]
    return Output(
        {
            "counts": {each: verdicts.count(each) for each in ORDER if each in verdicts},
            "checked_at": checked_at.isoformat(),
            "width": outcome.width,
            "head": [[line, [str(cell) for cell in cells]] for line, cells in outcome.head],
        },
        file,
    )
