"""What stands around the writing of an export: what it needs to know, and what it leaves behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from lms.accounts.queries import get_principal
from lms.db import read_only, transaction
from lms.exports.asked import Asked
from lms.exports.columns import Layout, Table
from lms.exports.layouts import get_layout
from lms.exports.queries import read_log_size
from lms.exports.service import mark_delivered, set_point
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import same_scope
from lms.progress.modules import ListedModule, list_modules
from lms.progress.staff import count

MARKED_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wants to take away, and how.

    `since`: a size of the log; certificates of which nothing has happened since are left out.
    `words` say which list it is, for whoever opens the file. `marks`: what it has is delivered.
    """

    asked: Asked
    layout_key: str
    file_format: str
    table: Table
    words: str = ""
    since: int | None = None
    marks: bool = False

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {
            "asked": self.asked.as_json(),
            "layout": self.layout_key,
            "format": self.file_format,
            "table": self.table.value,
            "words": self.words,
            "since": self.since,
            "marks": self.marks,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what a job has kept."""
        return cls(
            Asked.read(stored["asked"]),
            stored["layout"],
            stored["format"],
            Table(stored["table"]),
            stored["words"],
            stored["since"],
            stored["marks"],
        )


@dataclass(frozen=True, slots=True)
class Outset:
    """What holds as an export begins; `total` is how many people it may have."""

    layout: Layout
    modules: Sequence[ListedModule]
    institution_names: Sequence[str]
    total: int
    log_size: int

    def has_certificates(self, wish: Wish) -> bool:
        """Whether the file has a table of certificates."""
        if wish.file_format == "xlsx":
            return bool(self.layout.certificates)
        return wish.table is Table.CERTIFICATES

    @property
    def institution_name(self) -> str:
        """The institution's name; empty of several."""
        return self.institution_names[0] if len(self.institution_names) == 1 else ""


def begin(asker_id: int, keys: frozenset[int], wish: Wish, *, now: datetime) -> Outset:
    """Look up what an export needs; raises NoInstitution, NotInScope and NoSuchLayout."""
    wanted = wish.asked.filter
    with read_only():
        scope = same_scope(get_principal(asker_id), keys)
        names = [
            name
            for institution_id, name in list_scope_institutions(scope)
            if wanted.institution_id in {None, institution_id}
        ]
        return Outset(
            get_layout(asker_id, wish.layout_key),
            list_modules(),
            names,
            count(scope, wanted, now=now).number,
            read_log_size(),
        )


def leave_notes(
    asker_id: int, wish: Wish, given: Sequence[int], outset: Outset, *, now: datetime
) -> None:
    """Mark what was given, if that was asked for, some at a time, and note how far it was taken.

    Without a table of certificates nothing was taken.
    """
    if not outset.has_certificates(wish):
        return
    marked = given if wish.marks else ()
    for start in range(0, len(marked), MARKED_AT_ONCE):
        with transaction():
            mark_delivered(asker_id, marked[start : start + MARKED_AT_ONCE], now=now)
    with transaction():
        set_point(asker_id, wish.layout_key, outset.log_size, now=now)
