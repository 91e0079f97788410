"""The day of a certificate, and what one would say if it were issued anew: from values."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

NATIONAL_ZONE = "Asia/Jakarta"


def local_day(moment: datetime, time_zone: str | None) -> date:
    """The day that a moment falls on where a person works; in the capital if that is not known."""
    return moment.astimezone(ZoneInfo(time_zone or NATIONAL_ZONE)).date()


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """What a certificate says of its holder, and may have to be corrected."""

    holder_name: str
    employee_number: str | None
    institution_id: int | None
    institution_name: str | None


def correct(printed: HolderFacts, present: HolderFacts, *, may_move: bool) -> HolderFacts:
    """What a replacement of a certificate says of its holder, from what is known of them now.

    Name and number are the present ones. The institution is where the person was certified, and
    stays, unless the certificate may move to the present one: that is for those whom the present
    institution vouches for and the printed one does not.
    """
    place = present if may_move else printed
    return HolderFacts(
        holder_name=present.holder_name,
        employee_number=present.employee_number,
        institution_id=place.institution_id,
        institution_name=place.institution_name,
    )
