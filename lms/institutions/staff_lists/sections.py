"""Units that no column names: they stand above their people, or on the tab of their worksheet."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lms.tables.guessing import plain_heading
from lms.tables.lines import plain_cell
from lms.tables.sheets import place_of

WORKSHEET: Final = "worksheet"
SECTIONS: Final = "sections"
"""Where units stand that have no column."""

_UNIT: Final = re.compile(
    r"(?:dinas|badan|bagian|bidang|sub ?bagian|subbag|sub ?bidang|subbid|seksi|sekretariat"
    r"|inspektorat|kecamatan|kelurahan|kantor|puskesmas|uptd?|rsud|rumah sakit|satuan polisi"
    r"|satpol|biro|direktorat|deputi|pusat|balai|unit|bkd|bkpsdm|bpkad|bappeda\w*|sdn?|smpn?|sman?"
    r"|smkn?|mtsn?|tk|paud)\b"
)
_LABEL: Final = re.compile(
    r"(?:nama )?(?:unit(?: kerja| organisasi)?|unor|opd|skpd|satker|satuan kerja"
    r"|perangkat daerah)\s*[:=]\s*",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"\(?(?:[ivxl]+|[a-z]|\d{1,3})[.)]*", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\(?(?:[ivxl]+|[a-z]|\d{1,3})[.)]\s*(?=\w{2})", re.IGNORECASE)
# Of a unit's name there is no such thing; of a person's number, a total, or a day there is.
_FIGURES: Final = re.compile(r"\d{4}|:")
_LONGEST: Final = 200


def unit_above(cells: Sequence[str], is_known: Callable[[str], bool] = lambda _: False) -> str:
    """The unit that a line names for those below it; empty for any other line.

    Besides an ordinal it has one cell, which begins as names of units do, or is one that is known.
    """
    filled = [text for text in (" ".join(plain_cell(cell).split()) for cell in cells) if text]
    if len(filled) == 2 and _ORDINAL.fullmatch(filled[0]):
        filled = filled[1:]
    if len(set(filled)) != 1 or len(filled[0]) > _LONGEST:
        return ""
    text = _LABEL.sub("", _NUMBERED.sub("", filled[0], count=1), count=1)
    if is_known(text):
        return text
    return text if _UNIT.match(plain_heading(text)) and not _FIGURES.search(text) else ""


@dataclass(slots=True)
class UnitCells:
    """Gives the lines of a list the unit that no cell of theirs names, as one cell more.

    place: the number of that cell, from 0; names: of the worksheets, by place from 0, where their
    names are the units; is_known: whether an institution has a unit that is called so.
    """

    place: int
    names: Mapping[int, str] | None
    is_known: Callable[[str], bool]
    _worksheet: int = 0
    _unit: str = ""

    def is_section(self, number: int, cells: Sequence[str]) -> bool:
        """Whether a line names the unit of those below it; to be asked of each line in turn."""
        worksheet, _ = place_of(number)
        if worksheet != self._worksheet:
            self._worksheet, self._unit = worksheet, ""
        if self.names is not None:
            self._unit = self.names.get(worksheet - 1) or next(iter(self.names.values()), "")
            return False
        unit = unit_above(cells, self.is_known)
        self._unit = unit or self._unit
        return bool(unit)

    def add(self, cells: list[str], text: str | None = None) -> None:
        """Put a text, or else the unit, into its place, behind all other cells."""
        del cells[self.place :]
        cells.extend("" for _ in range(self.place - len(cells)))
        cells.append(self._unit if text is None else text)
