"""Words for roles, for where they are held, and for what became of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_babel import gettext

from lms.errors import N_
from lms.institutions.granting.queries import RoleChange
from lms.web.account.personal_data import WORDS
from lms.web.formatting import show_date

ROLES: Final = WORDS
"""Among others the words for every role."""

CHANGES: Final[Mapping[str, str]] = {
    "role.granted": N_("Diberikan"),
    "role.changed": N_("Hari terakhir diubah"),
    "role.withdrawn": N_("Ditarik"),
    "role.ended": N_("Berakhir"),
    "role.passed_on": N_("Ikut ke instansi penerus"),
}


def lines_of(changes: list[RoleChange]) -> list[tuple[RoleChange, str, str]]:
    """Each change with its word, and with the last day or the reason that it names."""
    return [
        (each, CHANGES.get(each.action, each.action), _beside(each.details)) for each in changes
    ]


def _beside(details: Mapping[str, Any]) -> str:
    reason = details.get("reason")
    if reason:
        return str(reason)
    until = details.get("ends_on")
    if not until:
        return str(gettext("tanpa hari terakhir"))
    return str(gettext("sampai dengan %(day)s", day=show_date(date.fromisoformat(until))))
