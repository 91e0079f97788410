"""What the rows of a staff list's page share, worked out once: fifty of them cost most of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import url_for
from flask_babel import gettext

from lms.accounts.enums import EmployeeKind
from lms.progress.duties import YearlyHours

Pattern = str
"""A text with `%s` in the one place that differs from row to row."""

_PLACE: Final = 9_876_543_210
"""A number that stands in no address and no sentence of ours."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Addresses of a person by their posting, of a certificate by its code; sentences of a row.

    hours: the hours of a year, by the kind of civil servant, beside what it is asked for or may
    have at most.
    """

    person_url: Pattern
    edit_url: Pattern
    confirm_url: Pattern
    decline_url: Pattern
    certificate_url: Pattern
    tick: Pattern
    hours: Mapping[EmployeeKind | None, Pattern]


def share(duties: Mapping[EmployeeKind, YearlyHours]) -> Shared:
    """What the rows of a page share, in the reader's language."""
    return Shared(
        person_url=_pattern(url_for("people.show", posting_id=_PLACE)),
        edit_url=_pattern(url_for("staff.edit", posting_id=_PLACE)),
        confirm_url=_pattern(url_for("staff_decisions.confirm", posting_id=_PLACE)),
        decline_url=_pattern(url_for("staff_decisions.decline", posting_id=_PLACE)),
        certificate_url=_pattern(url_for("verification.show", code=_PLACE)),
        tick=_pattern(gettext("Pilih %(name)s", name=_PLACE)),
        hours={kind: _hours(duties.get(kind)) if kind else "%s" for kind in (*EmployeeKind, None)},
    )


def _hours(duty: YearlyHours | None) -> Pattern:
    if duty is None:
        return "%s"
    if duty.is_most:
        return _pattern(gettext("%(hours)s dari batas %(most)s", hours=_PLACE, most=duty.hours))
    return _pattern(gettext("%(hours)s dari %(least)s", hours=_PLACE, least=duty.hours))


def _pattern(text: str) -> Pattern:
    return text.replace("%", "%%").replace(str(_PLACE), "%s", 1)
