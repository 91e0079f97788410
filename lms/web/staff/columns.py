"""The columns of a staff list: which there are, and which an officer sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext

from lms.errors import N_
from lms.progress.modules import ListedModule
from lms.progress.staff import StaffRow

UNIT, KIND, SEEN, HOURS, ACCOUNT, STATUS, MAIL = (
    *("unit", "jenis", "aktivitas", "jp", "akun", "status", "surel"),
)
WORDS: Final = {
    UNIT: N_("Unit kerja"),
    KIND: N_("Jenis"),
    STATUS: N_("Status"),
    SEEN: N_("Aktivitas terakhir"),
    HOURS: N_("JP tahun ini"),
    ACCOUNT: N_("Akun"),
    MAIL: N_("Surel"),
}
"""The columns that can be left out, in their order; after them a column a module."""

MODULE: Final = "modul-"
FIRST: Final = (UNIT, KIND, SEEN, HOURS, ACCOUNT)
"""What everybody begins with, beside the modules."""


@dataclass(frozen=True, slots=True)
class ModuleColumn:
    """A module as a column: its name among the columns, and what stands above it."""

    column: str
    module_id: int
    slug: str
    code: str
    title: str


def module_columns(modules: Sequence[ListedModule]) -> list[ModuleColumn]:
    """The modules as columns, in their order."""
    return [
        ModuleColumn(MODULE + each.slug, each.module_id, each.slug, each.code, each.title)
        for each in modules
    ]


def known_columns(modules: Sequence[ListedModule]) -> list[str]:
    """Every column that can be chosen."""
    return [*WORDS, *(MODULE + module.slug for module in modules)]


def shown_columns(
    chosen: Sequence[str] | None, modules: Sequence[ListedModule], rows: Sequence[StaffRow]
) -> list[str]:
    """The columns of somebody's list, in their order.

    Of who has chosen none, what nobody on the page has gets no column.
    """
    if chosen is None:
        empty = {
            name
            for name, has in (
                (UNIT, any(row.unit_id for row in rows)),
                (SEEN, any(row.last_activity_at for row in rows)),
                (KIND, any(row.kind for row in rows)),
                (HOURS, any(row.credit_hours for row in rows)),
            )
            if not has
        }
        first = [name for name in FIRST if name not in empty]
        return [*first, *(MODULE + module.slug for module in modules)]
    return [column for column in known_columns(modules) if column in set(chosen)]


def list_column_words(modules: Sequence[ListedModule]) -> dict[str, str]:
    """Every column that can be chosen, in words."""
    words = {name: gettext(word) for name, word in WORDS.items()}
    return words | {MODULE + module.slug: module.code for module in modules}
