"""What the coordinator's pages say: states, names of provinces, and ways to reach somebody."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from lms.coordination.rules import State
from lms.errors import N_
from lms.institutions.registry.seeding import list_provinces

STATES: Final = {
    State.MOVING: N_("Bergerak"),
    State.STOPPED: N_("Berhenti"),
    State.NONE: N_("Belum ada"),
    State.REACHED: N_("Tercapai"),
}
LASTING: Final = {state: STATES[state] for state in (State.NONE, State.REACHED)}
"""Of a programme that is over: nothing of it moves or stops any more."""
MARKS: Final = {
    State.MOVING: "neutral",
    State.STOPPED: "warning",
    State.NONE: "danger",
    State.REACHED: "valid",
}
"""The look of a state, beside its word."""

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PHONE: Final = re.compile(r"\+?\d[\d ()./-]{5,18}\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to an office as a link."""

    href: str
    label: str


@cache
def province_names() -> dict[str, str]:
    """The name of each province by its code."""
    return {region.code: region.name for region in list_provinces()}


def ways_in(told: str | None) -> list[Way]:
    """The addresses and telephone numbers in what an institution has said of its HR office."""
    text = told or ""
    mails = [Way(f"mailto:{found}", found) for found in _MAIL.findall(text)]
    phones = [
        Way(f"tel:{_dialled(found)}", found) for found in _PHONE.findall(_MAIL.sub(" ", text))
    ]
    return [*phones, *mails]


def _dialled(number: str) -> str:
    """Digits as a telephone takes them; ours are given the country's."""
    digits = re.sub(r"\D", "", number)
    if number.startswith("+"):
        return f"+{digits}"
    return f"+62{digits[1:]}" if digits.startswith("0") else digits
