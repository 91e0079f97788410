"""Making a report beside the requests, as its asker has it in *Pekerjaan saya*."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from lms.accents import fold
from lms.db import transaction
from lms.evidence.models import ReportForm
from lms.evidence.printing import print_report
from lms.evidence.service import Evidence, bring_together, note_made
from lms.evidence.words import subject_name
from lms.evidence.workbook import write_report
from lms.jobs.kind import File, Output, Run

MEDIA_TYPES: Final = {
    ReportForm.PDF: "application/pdf",
    ReportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STEPS: Final = 3
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 36


def make_report(
    log_address: Callable[[], str], run: Run, *, clock: Callable[[], datetime]
) -> Output:
    """The report that a job asks for; raises what `bring_together` does.

    `log_address` gives where the public log can be checked.
    """
    report_id = int(run.arguments["report_id"])
    run.report(0, STEPS)
    evidence = bring_together(report_id, now=clock())
    run.report(1, STEPS)
    if evidence.form is ReportForm.PDF:
        content = print_report(evidence, log_address())
        file = File(_name(evidence), MEDIA_TYPES[evidence.form], content)
    else:
        workbook = write_report(evidence, log_address(), made_at=evidence.term.at)
        file = File(_name(evidence), MEDIA_TYPES[evidence.form], workbook)
    run.report(2, STEPS)
    with transaction():
        note_made(report_id, evidence, now=clock())
    return Output({"digest": evidence.digest}, file)


def _name(evidence: Evidence) -> str:
    where = _NOT_IN_NAMES.sub("-", fold(subject_name(evidence)).lower()).strip("-")[:_LONGEST]
    month = f"{evidence.term.month:%Y-%m}"
    return f"laporan-bukti-{where.strip('-')}-{month}.{evidence.form.value}"
