"""The query of a coordinator's address: programme, day, search, state, order and page."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from werkzeug.datastructures import MultiDict

from lms.coordination.lines import Choice, Order
from lms.coordination.rules import State
from lms.programmes.queries import NATIONAL
from lms.web.programmes.forms import InstitutionFilter

STATES = {state.value: state for state in State}
ORDERS = {order.value: order for order in Order}
LATEST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; anything unknown is left out, not refused.

    `typed_until` is the day by which the target is to be reached, as it was typed, and `until` the
    same as a day, if it is one.
    """

    slug: str
    typed_until: str
    until: date | None
    choice: Choice
    page: int

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> Self:
        """Read the query of the page's address."""
        institutions = InstitutionFilter.parse(fields)
        typed = fields.get("sampai", "").strip()[:20]
        choice = Choice(
            institutions.wanted,
            STATES.get(fields.get("keadaan", "")),
            ORDERS.get(fields.get("urut", ""), Order.MISSING),
        )
        slug = fields.get("program", "").strip()[:80] or NATIONAL
        return cls(slug, typed, _read_day(typed), choice, institutions.page)

    @property
    def programme(self) -> dict[str, str]:
        """What keeps the programme in another address."""
        return {} if self.slug == NATIONAL else {"program": self.slug}

    @property
    def kept(self) -> dict[str, str]:
        """What keeps the programme and the day."""
        return self.programme | ({"sampai": self.until.isoformat()} if self.until else {})

    @property
    def query(self) -> dict[str, str]:
        """What keeps the programme and the same institutions in the same order."""
        wanted, state, order = self.choice.wanted, self.choice.state, self.choice.order
        asked = InstitutionFilter(wanted, 1).query
        if state is not None:
            asked["keadaan"] = state.value
        if order is not Order.MISSING:
            asked["urut"] = order.value
        return self.programme | asked


def _read_day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year <= LATEST_YEAR else None
