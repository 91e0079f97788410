"""A row of a result: what was found, as far as the asker may see it, as plain values to be kept.

Who has a code may know what the verification page tells everybody; an officer sees the whole NIP
of their own people, and why one of theirs was revoked, and a registrar everybody's. A number can be
guessed, and ten thousand of them would read out the register: of somebody else's certificate that
was named by its number, the name is shown only to who has written it beside it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final, Self

from lms.accounts.numbers import mask_number
from lms.certificates.codes import mask_name
from lms.certificates.queries import RegisteredCertificate
from lms.checking.bulk.comparing import is_same_hours, is_same_name, is_same_number
from lms.checking.verdicts import Difference, Finding, Seal, Verdict
from lms.days import local_day

NOTHING_NAMED: Final = "nothing"
"""In the place of a verdict, where a row names no certificate."""

BELOW_THE_LIST: Final = "below the list"
"""The problem of a row whose words stand below the list, such as who has signed it."""

UNREADABLE: Final = "unreadable"
"""In the place of a verdict, where a file could not be checked."""

# The troubled ones first; within each the order of the sheet.
ORDER: Final = (
    Verdict.ALTERED.value,
    Verdict.DIFFERENT.value,
    Verdict.REVOKED.value,
    Verdict.UNKNOWN.value,
    Verdict.FOREIGN.value,
    UNREADABLE,
    Verdict.REPLACED.value,
    Verdict.EXPIRED.value,
    NOTHING_NAMED,
    Verdict.VALID.value,
)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose data the asker may see: `own` are their people, and whether each is confirmed."""

    is_registrar: bool
    has_list: bool
    own: Mapping[int, bool]

    def sees_all_of(self, account_id: int) -> bool:
        """Whether the asker may see the whole of a person's number."""
        return self.is_registrar or self.own.get(account_id, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a row of the sheet says itself; empty where it has no such column, or nothing in it."""

    name: str = ""
    employee_number: str = ""
    credit_hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for one row, ready to be kept as JSON.

    problem: why what stands there names nothing, by `ParsedCode.problem`, with the place of a
    wrong character; BELOW_THE_LIST; or a sentence about a file. listed: whether the person is on
    the asker's list: "yes", "waiting" or "no"; None for who has no list. same_as: the row that
    names the same one. differences: of each fact, what the row or file says and what the register
    says.
    """

    name: str | None = None
    employee_number: str | None = None
    institution: str | None = None
    credit_hours: int | None = None
    title: str | None = None
    completed_on: str | None = None
    number: str | None = None
    code: str | None = None
    listed: str | None = None
    ended_on: str | None = None
    reason: str | None = None
    replaced_by: str | None = None
    is_confirmed: bool | None = None
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    problem: str | None = None
    position: int | None = None
    seal: str | None = None
    is_as_made: bool = False
    has_program: bool = False
    is_picture: bool = False
    same_as: int | str | None = None

    def to_json(self) -> dict[str, Any]:
        """To be kept; what is not said is left out."""
        nothing = asdict(Found())
        return {key: value for key, value in asdict(self).items() if value != nothing[key]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """As it was kept."""
        differences = [tuple(each) for each in kept.get("differences", [])]
        return cls(**{**kept, "differences": differences})

    @property
    def finished_on(self) -> date | None:
        """The day of completion."""
        return date.fromisoformat(self.completed_on) if self.completed_on else None


def result_of(
    finding: Finding, sight: Sight, typed: Typed, same_as: int | str | None = None
) -> tuple[str, Found]:
    """The verdict on a row, and what the asker may see of what was found."""
    certificate = finding.certificate
    if certificate is None:
        parsed = finding.parsed
        place = parsed.suspicious[0] + 1 if parsed and parsed.suspicious else None
        return finding.verdict.value, Found(
            problem=parsed.problem if parsed else None, position=place, **_of_file(finding)
        )
    facts, state = certificate.facts, certificate.state
    sees_all = sight.sees_all_of(certificate.account_id)
    is_named = bool(typed.name) and is_same_name(typed.name, facts.holder_name)
    keeps_back = finding.is_by_number and not (sees_all or is_named)
    name = mask_name(facts.holder_name) if keeps_back else facts.holder_name
    differences = _differences(certificate, typed, name, is_whole=sees_all)
    differences += [_of_sheet(each, certificate, sees_all=sees_all) for each in finding.differences]
    verdict = finding.verdict
    if differences and verdict is Verdict.VALID:
        verdict = Verdict.DIFFERENT
    number = facts.employee_number
    return verdict.value, Found(
        name=name,
        employee_number=number if sees_all else facts.masked_number,
        institution=facts.institution_name,
        credit_hours=facts.credit_hours,
        title=facts.title,
        completed_on=facts.completed_on.isoformat(),
        number=facts.number,
        code=None if finding.is_by_number and not sees_all else facts.code,
        listed=_listed(certificate, sight),
        ended_on=local_day(state.ended_at).isoformat() if state.ended_at else None,
        reason=state.reason if sees_all else None,
        replaced_by=None if finding.is_by_number and not sees_all else state.replaced_by_code,
        is_confirmed=state.is_confirmed,
        differences=differences,
        same_as=same_as,
        **_of_file(finding),
    )


def _differences(
    certificate: RegisteredCertificate, typed: Typed, name: str, *, is_whole: bool
) -> list[tuple[str, str, str]]:
    """What a row says otherwise than the certificate that it names."""
    facts = certificate.facts
    number = facts.employee_number
    found = []
    if typed.name and not is_same_name(typed.name, facts.holder_name):
        found.append(("holder_name", typed.name[:200], name))
    if typed.employee_number and not is_same_number(
        typed.employee_number, number, is_whole=is_whole
    ):
        shown = (number if is_whole else facts.masked_number) or "–"
        found.append(("employee_number", typed.employee_number[:60], shown))
    if typed.credit_hours and not is_same_hours(typed.credit_hours, facts.credit_hours):
        found.append(("credit_hours", typed.credit_hours[:40], str(facts.credit_hours)))
    return found


def _of_sheet(
    difference: Difference, certificate: RegisteredCertificate, *, sees_all: bool
) -> tuple[str, str, str]:
    """What a file says otherwise; the whole number only to who may see it."""
    registered = difference.registered
    number = certificate.facts.employee_number
    if difference.fact == "employee_number" and number:
        registered = number if sees_all else mask_number(number)
    return difference.fact, difference.printed, registered


def _listed(certificate: RegisteredCertificate, sight: Sight) -> str | None:
    if not sight.has_list:
        return None
    is_confirmed = sight.own.get(certificate.account_id)
    if is_confirmed is None:
        return "no"
    return "yes" if is_confirmed else "waiting"


def _of_file(finding: Finding) -> dict[str, Any]:
    document = finding.document
    if document is None:
        return {}
    # Of what is none of ours it matters not that nobody has sealed it.
    is_bare = document.seal is Seal.NONE and finding.certificate is None
    return {
        "seal": None if is_bare else document.seal.value,
        "is_as_made": document.is_as_made,
        "has_program": document.has_program,
        "is_picture": document.is_picture,
    }
