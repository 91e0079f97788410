"""The institutions of the country, how many people each has, and its units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from sqlalchemy import select, update

from lms.db import current_connection, transaction
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.registry.planting import NewUnit, insert_units
from lms.institutions.registry.seeding import list_regions, seed_regional_offices, seed_regions
from lms.institutions.service import save_institution

MOST_INSTITUTIONS: Final = 595
LARGEST: Final = "CONTOH-A"
"""The institution of a tenth of all people, where the demonstration's officer works too."""

_PEOPLE_OF_A_UNIT: Final = 40
_BRANCHES: Final = 8
_CENTRAL: Final = 43
_THEMES: Final = (
    *("Perencanaan", "Keuangan", "Kepegawaian", "Hukum", "Hubungan Masyarakat", "Pelayanan"),
    *("Pengawasan", "Data dan Informasi", "Umum", "Kesehatan", "Pendidikan", "Perizinan"),
    *("Lingkungan", "Perhubungan", "Sosial", "Ketenagakerjaan", "Arsip", "Kerja Sama"),
)
_RANKS: Final = ("Dinas", "Bidang", "Seksi", "Subseksi")
_CENTRAL_RANKS: Final = ("Direktorat Jenderal", "Direktorat", "Subdirektorat", "Seksi")


@dataclass(frozen=True, slots=True)
class Place:
    """An institution with its units, for so many people; certificates are of that name."""

    institution_id: int
    name: str
    code: str
    people: int
    unit_ids: tuple[int, ...]


def plan_sizes(random: Random, people: int, institutions: int) -> list[int]:
    """How many people each institution has: a tenth in the first, and few in most."""
    largest = people // 10 if institutions > 1 else people
    weights = [random.uniform(0.4, 1.6) / (place + 4) ** 0.5 for place in range(institutions - 1)]
    rest, total = people - largest, sum(weights)
    sizes = [int(rest * weight / total) for weight in weights]
    if sizes:
        sizes[0] += rest - sum(sizes)
    return [largest, *sizes]


def found_institutions(count: int) -> list[str]:
    """Store so many institutions that are not there yet; gives their codes.

    The first is the largest; of the others one in thirteen is a ministry that is invented, and
    the rest are the governments that the registry knows, provinces first.
    """
    central = [f"CONTOH-P{number:02}" for number in range(1, min(_CENTRAL, count // 13) + 1)]
    regions = list(list_regions())[: count - 1 - len(central)]
    with transaction():
        save_institution(
            LARGEST,
            "Kementerian Contoh A",
            InstitutionKind.MINISTRY,
            time_zone="Asia/Jakarta",
            email_domain="contoh-a.example",
        )
        for number, code in enumerate(central, start=1):
            save_institution(
                code,
                f"Lembaga Contoh {number}",
                InstitutionKind.AGENCY,
                time_zone="Asia/Jakarta",
                email_domain=f"{code.lower()}.example",
            )
        seed_regional_offices()
        seed_regions(regions)
    mixed = [*central, *(region.code for region in regions)]
    return [LARGEST, *sorted(mixed, key=lambda code: (code[-1], code))]


def settle(random: Random, code: str, people: int, *, until: date) -> Place:
    """Give an institution its head count and a tree of units; joins the caller's transaction."""
    found = current_connection().execute(
        select(Institution.id, Institution.name, Institution.kind).where(Institution.code == code)
    )
    institution_id, name, kind = found.one()
    head_count = int(people * random.uniform(1.0, 1.25)) + 1
    current_connection().execute(
        update(Institution)
        .where(Institution.id == institution_id)
        .values(head_count=head_count, head_counted_on=until)
    )
    is_regional = kind in {InstitutionKind.PROVINCE, InstitutionKind.REGENCY, InstitutionKind.CITY}
    planned = _plan_units(people // _PEOPLE_OF_A_UNIT, _RANKS if is_regional else _CENTRAL_RANKS)
    units = insert_units(institution_id, planned)
    return Place(
        institution_id, name, code, people, tuple(sorted(key for key, _ in units.values()))
    )


def _plan_units(count: int, ranks: Sequence[str]) -> list[NewUnit]:
    """A tree in which each unit has some below it, to the depth that so many need."""
    planned: list[NewUnit] = []
    for number in range(count):
        above = (number - _BRANCHES) // _BRANCHES if number >= _BRANCHES else None
        depth = 0 if above is None else int(planned[above].token.partition("-")[0]) + 1
        rank = ranks[min(depth, len(ranks) - 1)]
        theme = _THEMES[number % len(_THEMES)]
        planned.append(
            NewUnit(
                f"{depth}-{number}",
                f"{rank} {theme} {number // len(_THEMES) + 1}",
                f"U{number + 1:04}",
                None if above is None else planned[above].token,
            )
        )
    return planned
