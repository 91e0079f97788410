"""How often who may check: by address and network for anybody, by account for officers."""

from collections.abc import Sequence
from typing import Final

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.certificates.codes import parse_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.queries import RegisteredCertificate, find_certificate
from lms.checking.guessing import note_guessing
from lms.checking.references import check_references, is_like_a_number
from lms.checking.verdicts import Finding
from lms.clock import utc_now
from lms.days import local_day
from lms.http.principal import find_visitor
from lms.http.rate_limits import count_action, count_action_of, is_just_reached
from lms.http.unit_of_work import let_others_write, store_at_once

# A person checks a handful a minute; at this rate walking 2^50 codes takes longer than the sun has.
CHECKS: Final = "60 per minute"
# Numbers follow one another, and each one tells something of a person: they are not to be walked.
CHECKS_BY_NUMBER: Final = "50 per hour"
# A list, or a file, is much at once; each file is a process for a second.
LINES: Final = "300 per hour"
FILES: Final = "60 per hour"
PROOFS: Final = "30 per hour"
# Of an officer by account: the address is that of their whole office.
CHECKS_OF_AN_OFFICER: Final = "600 per minute"
LINES_OF_AN_OFFICER: Final = "5000 per hour"
FILES_OF_AN_OFFICER: Final = "600 per hour"

# Who mistypes stops before; what comes beyond is noted once an hour for each address, and in all so
# often that the audit log cannot be filled with it.
GUESSES: Final = "30 per hour"
NOTED_IN_ALL: Final = "20 per hour"


def find_officer() -> Principal | None:
    """The visitor, if checking is their work."""
    visitor = find_visitor()
    if visitor is None:
        return None
    is_officer = visitor.may(Permission.MANAGE_STAFF) or visitor.may(Permission.MANAGE_CERTIFICATES)
    return visitor if is_officer else None


def brake(rate: str, of_an_officer: str, action: str, *, times: int = 1) -> None:
    """Count a check, or several; raises TooOften beyond what the visitor may."""
    officer = find_officer()
    if officer is None:
        count_action(rate, action, times=times)
    else:
        count_action_of(officer.account_id, of_an_officer, action, times=times)


def check_typed(texts: Sequence[str]) -> list[Finding]:
    """Look up what somebody has typed; numbers are counted as such, and beyond what may be refused.

    Raises TooOften. What looks like no number may be one: sites have patterns of their own.
    """
    _brake_numbers(sum(map(is_like_a_number, texts)))
    findings = check_references(texts, today=local_day(utc_now()))
    _brake_numbers(sum(it.is_by_number and not is_like_a_number(it.asked) for it in findings))
    return findings


def _brake_numbers(count: int) -> None:
    if count:
        brake(CHECKS_BY_NUMBER, LINES_OF_AN_OFFICER, "verification by number", times=count)


def get_checked(code: str) -> RegisteredCertificate:
    """The certificate of a true code, for a request that stores nothing before.

    Raises NoSuchCertificate; a true code that nobody has is counted as a guess.
    """
    parsed = parse_code(code)
    if not parsed.is_valid:
        raise NoSuchCertificate
    found = find_certificate(parsed.normalised)
    if found is None:
        note_guesses(1, at_once=True)
        raise NoSuchCertificate
    return found


def note_guesses(count: int, *, at_once: bool) -> None:
    """Count checks that found nothing; when they become many the audit log says so.

    `at_once`: in a transaction of its own, where the request's own stores nothing.
    """
    if not count or not is_just_reached(GUESSES, "guesses", times=count, in_all=NOTED_IN_ALL):
        return

    def note() -> None:
        note_guessing(GUESSES, now=utc_now())

    if at_once:
        let_others_write()
        store_at_once(note)
    else:
        note()
