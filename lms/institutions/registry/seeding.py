"""Seeding: the governments of provinces, regencies and cities, and the regional offices."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from lms.db import current_connection, store_once
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.registry.models import RegionalOffice
from lms.institutions.registry.queries import list_regional_offices
from lms.tables.models import iterate_batches

DATA: Final = Path(__file__).with_name("data")
_GOVERNMENTS: Final = {
    "Kabupaten Administrasi": InstitutionKind.ADMINISTRATIVE_REGION,
    "Kota Administrasi": InstitutionKind.ADMINISTRATIVE_REGION,
    "Kabupaten": InstitutionKind.REGENCY,
    "Kota": InstitutionKind.CITY,
}


@dataclass(frozen=True, slots=True)
class Region:
    """A province, a regency or a city, by the code of the ministry of home affairs."""

    code: str
    name: str
    time_zone: str

    @property
    def kind(self) -> InstitutionKind:
        """What governs it; those of Jakarta are parts of the province's administration."""
        if "." not in self.code:
            return InstitutionKind.PROVINCE
        return next(kind for word, kind in _GOVERNMENTS.items() if self.name.startswith(word))

    @property
    def government(self) -> str:
        """What its government is called."""
        if "." not in self.code:
            return f"Pemerintah Provinsi {self.name}"
        if self.kind is InstitutionKind.ADMINISTRATIVE_REGION:
            return self.name
        return f"Pemerintah {self.name}"


def seed_regional_offices() -> int:
    """Store the regional offices that are not there yet; returns how many were stored."""
    connection = current_connection()
    rows = _read("regional_offices.csv")
    return sum(
        store_once(RegionalOffice, {"code": row["code"], "name": row["name"]}, connection)
        for row in rows
    )


def seed_regions(regions: list[Region]) -> list[str]:
    """Store the governments of regions of which neither code nor name is there; returns those.

    What is there stays as it is: somebody may have corrected it.
    """
    offices = {office.code: office.id for office in list_regional_offices()}
    covering = {
        province: offices.get(row["code"])
        for row in _read("regional_offices.csv")
        for province in row["provinces"].split()
    }
    connection = current_connection()
    return [
        region.code
        for region in regions
        if store_once(
            Institution,
            {
                "code": region.code,
                "name": region.government,
                "kind": region.kind,
                "time_zone": region.time_zone,
                "region_code": region.code,
                "regional_office_id": covering.get(region.code[:2]),
            },
            connection,
        )
    ]


def region_batches(size: int) -> list[list[Region]]:
    """All regions, some at a time."""
    return list(iterate_batches(list(list_regions()), size))


@cache
def list_regions() -> tuple[Region, ...]:
    """All provinces, then all regencies and cities, by their codes."""
    return tuple(Region(**row) for row in _read("regions.csv"))


def list_provinces() -> list[Region]:
    """All provinces, by their codes."""
    return [region for region in list_regions() if "." not in region.code]


def _read(name: str) -> list[dict[str, str]]:
    """The rows of a file of ours; its first lines say where they are from."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
