"""The modules of staff lists: their order, and each one's place among the bits of rows."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from lms.db import asked_once, current_connection
from lms.pocketbooks.models import Module, Pocketbook
from lms.progress.models import ModuleOrdinal
from lms.progress.rules import MOST_MODULES


@dataclass(frozen=True, slots=True)
class ListedModule:
    """A module as a column of a list; `ordinal` is None for one that rows have no room for."""

    module_id: int
    slug: str
    code: str
    title: str
    ordinal: int | None


_MODULES = (
    select(Module.id, Pocketbook.slug, Pocketbook.code, Pocketbook.title, ModuleOrdinal.ordinal)
    .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
    .outerjoin(ModuleOrdinal, ModuleOrdinal.module_id == Module.id)
    .order_by(Pocketbook.code, Module.id)
)


@asked_once
def list_modules() -> tuple[ListedModule, ...]:
    """Every module, in the order of columns: by the pocketbooks' codes."""
    return tuple(ListedModule(*row) for row in current_connection().execute(_MODULES))


def number_modules() -> None:
    """Give each module without a place the next one, while there are any."""
    connection = current_connection()
    new = (
        select(Module.id)
        .outerjoin(ModuleOrdinal, ModuleOrdinal.module_id == Module.id)
        .where(ModuleOrdinal.module_id.is_(None))
        .order_by(Module.id)
    )
    following = select(func.coalesce(func.max(ModuleOrdinal.ordinal) + 1, 0))
    first = connection.execute(following).scalar_one()
    rows = [
        {"module_id": module_id, "ordinal": first + place}
        for place, module_id in enumerate(connection.execute(new).scalars())
        if first + place < MOST_MODULES
    ]
    if rows:
        connection.execute(insert(ModuleOrdinal), rows)
