"""Rounds of the state's record: what the log says, what is due, and the nightly comparison."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from config import Settings
from lms.addresses import credential_issuer
from lms.certificates.queries import find_certificate
from lms.clock import utc_now
from lms.db import read_only, transaction
from lms.jobs.kind import Run
from lms.personnel.client import HttpPersonnelService, PersonnelService, ServiceSettings
from lms.personnel.comparing import compare
from lms.personnel.gathering import gather, has_unread
from lms.personnel.sending import has_due, send_some
from lms.worker.handlers import find_night

log = logging.getLogger("sakuham.jobs")

Found = Iterable[Mapping[str, Any]]
_ONE: Found = [{}]
_NONE: Found = []


def service_of(settings: Settings) -> HttpPersonnelService:
    """The service that the settings name."""
    return HttpPersonnelService(
        ServiceSettings(
            address=settings.personnel_service_url,
            token_address=settings.personnel_token_url,
            client_id=settings.personnel_client_id,
            client_secret=settings.personnel_client_secret,
            sign_on_address=settings.personnel_sign_on_url,
            sign_on_client=settings.personnel_sign_on_client,
            sign_on_user=settings.personnel_sign_on_user,
            sign_on_password=settings.personnel_sign_on_password,
            training_kind=settings.personnel_training_kind,
            certificate_kind=settings.personnel_certificate_kind,
            document_kind=settings.personnel_document_kind,
        )
    )


def sheet_of(code: str) -> bytes | None:
    """The sheet of a certificate as its holder shares it; None where it is out of force."""
    # WeasyPrint is slow to import, and most workers print nothing.
    from lms.sheets.service import make_pdf

    with read_only():
        certificate = find_certificate(code)
        if certificate is None or certificate.state.ended_at is not None:
            return None
        return make_pdf(certificate, credential_issuer())


def find_records(settings: Settings, now: datetime) -> Found:
    """Whether the log has anything new for institutions that send, or anything is due."""
    if not settings.personnel_service_url:
        return _NONE
    return _ONE if has_unread() or has_due(now=now) else _NONE


def keep_records(settings: Settings, service: PersonnelService, _run: Run) -> None:
    """Read the log to its end, and send what is due.

    Raises ServiceAway and NotLetIn where the service does not do its part. Without settings nothing
    is sent, also where the job was left over from when there were some.
    """
    if not settings.personnel_service_url:
        return
    is_more = True
    while is_more:
        with transaction():
            is_more = gather(now=utc_now())
    sent = send_some(service, sheet_of, settings.issuer_name, utc_now)
    if sent:
        log.info("%s records were seen to", sent)


def find_comparison(settings: Settings, now: datetime) -> Found:
    """Whether it is the hour at which records are compared with the service's."""
    return find_night(now) if settings.personnel_service_url else _NONE


def compare_records(settings: Settings, service: PersonnelService, _run: Run) -> None:
    """Compare and repair; raises as above."""
    if settings.personnel_service_url:
        compare(service, settings.issuer_name, utc_now)
