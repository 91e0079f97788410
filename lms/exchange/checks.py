"""Whether what another system has of certificates is true, as far as its institution may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lms.certificates.codes import find_code_in_link, parse_code
from lms.checking.bulk.queries import sight_of
from lms.checking.bulk.results import Found, Typed, result_of
from lms.checking.references import check_references
from lms.institutions.scope import Scope

AT_ONCE: Final = 1_000
"""So many are checked in one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What another system has of a certificate, and what it says of its holder, if anything."""

    reference: str
    name: str = ""
    employee_number: str = ""
    credit_hours: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked, the verdict on it, and what the asker may see of what was found."""

    reference: str
    verdict: str
    found: Found


def check_all(scope: Scope, asked: Sequence[Asked], *, today: date) -> list[Answered]:
    """Check many, in their order, as a sheet of them is checked: by the same rules and verdicts.

    Who has a code is told what the verification page tells everybody. Of other institutions' people
    whose certificate was named by its number, which can be guessed, the name is kept back.
    """
    findings = check_references([each.reference for each in asked], today=today)
    sight = sight_of(
        scope,
        {it.certificate.account_id for it in findings if it.certificate is not None},
        is_registrar=False,
    )
    answers = []
    for each, finding in zip(asked, findings, strict=True):
        typed = Typed(
            name=each.name,
            employee_number=each.employee_number,
            credit_hours=each.credit_hours,
        )
        answers.append(Answered(each.reference, *result_of(finding, sight, typed)))
    return answers


def count_guessable(asked: Sequence[Asked]) -> int:
    """How many are named by no code: numbers follow one another, and are not to be walked."""
    return sum(not parse_code(find_code_in_link(each.reference)).is_valid for each in asked)
