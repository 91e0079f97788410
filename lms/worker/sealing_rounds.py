"""A sealing round: the sheets that wait are made, sent in one call behind the code, and kept."""

import logging
from collections.abc import Callable
from typing import Final

from lms.addresses import credential_issuer
from lms.certificates.queries import find_certificate
from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.jobs.kind import Output, Run
from lms.sealing.client import DocumentSealer
from lms.sealing.errors import SealingRefused, SealingUnavailable
from lms.sealing.models import Outcome
from lms.sealing.queries import list_waiting_sheets
from lms.sealing.service import drop_waiting, fail_round, store_sealed, take_code

log = logging.getLogger("sakuham.jobs")

SHEETS_AT_ONCE: Final = 200
"""In one call: some ten megabytes."""

MakeSheet = Callable[[str], bytes | None]


def unsealed_sheet(code: str) -> bytes | None:
    """The sheet of a certificate, for whoever seals it; None where it is out of force."""
    # WeasyPrint is slow to import, and most workers seal nothing.
    from lms.sheets.service import make_pdf

    certificate = find_certificate(code)
    if certificate is None or certificate.state.ended_at is not None:
        return None
    return make_pdf(certificate, credential_issuer(), is_sealed=False)


def seal_waiting(
    sealer: DocumentSealer, run: Run, make_sheet: MakeSheet = unsealed_sheet
) -> Output:
    """Do a round.

    `make_sheet` gives a sheet unsealed by its code, or None where it is to be passed over. Nothing
    is in a transaction while sheets are made and the service works. A round whose worker has died
    after its code was taken is not done again: whether the service has used the code is not known,
    and the sheets wait for another.
    """
    round_id: int = run.arguments["round"]
    with transaction():
        code = take_code(round_id)
    if code is None:
        return _failed(round_id, Outcome.UNAVAILABLE, "")
    with read_only():
        waiting = list_waiting_sheets(SHEETS_AT_ONCE)
        made = {number: make_sheet(code) for number, code in waiting.items()}
    sheets = {number: sheet for number, sheet in made.items() if sheet is not None}
    run.report(0, len(sheets))
    try:
        sealed = sealer.seal(list(sheets.values()), code) if sheets else []
    except SealingRefused as refusal:
        return _failed(round_id, Outcome.REFUSED, str(refusal))
    except SealingUnavailable as failure:
        log.warning("Sealing round %d: %s", round_id, failure)
        return _failed(round_id, Outcome.UNAVAILABLE, "")
    with transaction():
        drop_waiting([number for number in made if number not in sheets])
        store_sealed(round_id, dict(zip(sheets, sealed, strict=True)), now=utc_now())
    return Output({"sealed": len(sealed)})


def _failed(round_id: int, outcome: Outcome, message: str) -> Output:
    with transaction():
        fail_round(round_id, outcome, message, now=utc_now())
    return Output({"sealed": 0})
