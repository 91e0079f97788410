"""The query of the figure's address: which institutions are looked for, and which page of them."""

from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

from lms.programmes.breakdown import Level, Wanted

LARGEST_PAGE = 10_000
LEVELS = {level.value: level for level in Level}


@dataclass(frozen=True, slots=True)
class InstitutionFilter:
    """A search, a level, a province and a page; anything unknown is left out, not refused."""

    wanted: Wanted
    page: int

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> Self:
        """Read the query of the page's address."""
        province, page = fields.get("provinsi", "")[:2], fields.get("halaman", "1")[:6]
        wanted = Wanted(
            fields.get("cari", "").strip()[:100],
            LEVELS.get(fields.get("jenis", "")),
            province if province.isascii() and province.isdecimal() else "",
        )
        is_page = page.isascii() and page.isdecimal()
        return cls(wanted, min(max(int(page), 1), LARGEST_PAGE) if is_page else 1)

    @property
    def query(self) -> dict[str, str]:
        """What keeps the same institutions in another address."""
        level = self.wanted.level
        asked = {
            "cari": self.wanted.search,
            "jenis": level.value if level else "",
            "provinsi": self.wanted.province_code,
        }
        return {name: value for name, value in asked.items() if value}
