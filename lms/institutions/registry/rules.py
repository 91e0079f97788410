"""Rules of the registry: who may change what, days, places in a tree, names of units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lms.errors import N_, Invalid
from lms.institutions.registry.errors import (
    DayUnfit,
    NoSuchEntry,
    NoSuchUnit,
    TooDeep,
    UnreadableUnitName,
)
from lms.institutions.scope import Scope

# A path has room for more; no public body has half as many levels.
MOST_LEVELS = 20
NAME_LENGTH = 200
PARTS_NAMES = ">"
"""Stands between the names of a path, and so in none of them."""
CODE_LENGTH = 20
MOST_DIGITS = 8
TIME_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
REGION = re.compile(r"\d\d(\.\d\d)?")


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes the registry: a coordinator or an operator all of it, an officer their scope."""

    actor_id: int | None
    scope: Scope | None = None

    def require_whole(self) -> None:
        """Raise NoSuchEntry for who may not change institutions themselves."""
        if self.scope is not None:
            raise NoSuchEntry

    def may_see(self, institution_id: int) -> bool:
        """Whether any part of an institution's tree is the editor's."""
        return self.scope is None or institution_id in self.scope.all_institution_ids

    def may_change(self, institution_id: int, path: str | None) -> bool:
        """Whether the editor may change what stands at a path; None is the top of the tree."""
        return self.scope is None or self.scope.covers_unit(institution_id, path)

    def require(self, institution_id: int, path: str | None) -> None:
        """Raise NoSuchUnit where the editor may not."""
        if not self.may_change(institution_id, path):
            raise NoSuchUnit


def require_day(on: date, *, first: date | None, today: date) -> None:
    """Raise DayUnfit for a day that has not come, or before the thing began."""
    if on > today or (first is not None and on < first):
        raise DayUnfit


def read_code(text: str) -> str:
    """An institution's or a unit's code; raises Invalid."""
    code = text.strip()
    if not 0 < len(code) <= CODE_LENGTH or " " in code or code.startswith("#"):
        raise Invalid(
            "code", N_("Kode berisi 1 sampai 20 karakter tanpa spasi, dan tidak diawali #.")
        )
    return code


def read_region(text: str) -> str | None:
    """A region's code, such as 11 or 11.01; None where there is none. Raises Invalid."""
    code = text.strip()
    if code and not REGION.fullmatch(code):
        raise Invalid("region_code", N_("Tulis kode wilayah Kemendagri, seperti 11 atau 11.01."))
    return code or None


def read_count(text: str, field: str = "head_count") -> int | None:
    """How many, with or without points between thousands; None where nothing is written."""
    digits = re.sub(r"[.\s]", "", text)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MOST_DIGITS:
        raise Invalid(field, N_("Tulis banyaknya dengan angka, misalnya 12.000."))
    return int(digits)


def read_domain(text: str) -> str | None:
    """What the addresses of an institution's people end in; None where it is not known."""
    domain = text.strip().lower().removeprefix("@")
    if domain and (len(domain) > 100 or not DOMAIN.fullmatch(domain)):
        raise Invalid("email_domain", N_("Tulis domain surelnya, seperti contoh.go.id."))
    return domain or None


def read_unit_name(text: str) -> str:
    """A unit's name in one line; raises UnreadableUnitName."""
    name = " ".join(text.split())
    if not 0 < len(name) <= NAME_LENGTH or PARTS_NAMES in name:
        raise UnreadableUnitName
    return name


def levels(path: str) -> int:
    """At which level of its tree the unit of a path stands; the topmost ones at the first."""
    return max(path.count("/") - 1, 0)


def path_above(path: str) -> str | None:
    """The path of the unit above; None above the topmost."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return None if above == "/" else above


def require_levels(count: int) -> None:
    """Raise TooDeep for a tree of so many levels."""
    if count > MOST_LEVELS:
        raise TooDeep(MOST_LEVELS)


def follow(start: int, successors: Mapping[int, int | None]) -> int | None:
    """What a thing has become in the end, by what each that has ended went to.

    None where one of them went to nothing. Whoever is not among them is still there.
    """
    seen, current = set(), start
    while current in successors:
        following = successors[current]
        if following is None or current in seen:
            return None
        seen.add(current)
        current = following
    return current
