"""Exports as files: a workbook of both tables, or one of them as CSV."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, BinaryIO, Final, cast

from flask_babel import gettext

from lms.accents import fold
from lms.days import local_day, write_day
from lms.exports.columns import Layout, Table
from lms.exports.reading import Portion
from lms.progress.modules import ListedModule
from lms.tables.workbooks import Column, Kind, Sheet, write_workbook
from lms.tables.writer import Cell, write_csv
from lms.web.exports.cells import Holder, certificate_cells, people_cells
from lms.web.formatting import ZONES

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES: Final = {"xlsx": XLSX, "csv": "text/csv"}
_LONGEST: Final = 36
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


class Export:
    """An export in a layout, as things stand at a moment; counts what it has written."""

    def __init__(
        self, layout: Layout, modules: Sequence[ListedModule], organiser: str, now: datetime
    ) -> None:
        self._layout = layout
        self._now = now
        self._people = people_cells(layout.people, modules)
        self._certificates = certificate_cells(layout.certificates, organiser, local_day(now))
        self.people_count = self.certificate_count = 0

    def workbook(self, portions: Iterable[Portion], notes: Sequence[Sequence[Cell]]) -> BinaryIO:
        """Both tables, and a sheet that says what they are; each person is read once.

        The certificates wait in a file meanwhile, since their sheet comes after.
        """
        target = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
        try:
            with TemporaryFile("w+", encoding="utf-8") as spool:
                sheets = self._sheets(portions, spool, notes)
                write_workbook(target, gettext("Ekspor pegawai"), sheets, made_at=self._now)
        except BaseException:
            target.close()
            raise
        return target

    def csv(self, portions: Iterable[Portion], table: Table) -> BinaryIO:
        """One of the tables; a text that a spreadsheet would run has an apostrophe before it."""
        is_of_people = table is Table.PEOPLE
        columns = self._people.columns if is_of_people else self._certificates.columns
        of = self._people_of if is_of_people else self._certificates_of
        rows = (row for portion in portions for row in of(portion))
        target = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
        try:
            for chunk in write_csv([column.heading for column in columns], rows):
                target.write(chunk.encode("utf-8", "replace"))
        except BaseException:
            target.close()
            raise
        return target

    def _sheets(
        self, portions: Iterable[Portion], spool: IO[str], notes: Sequence[Sequence[Cell]]
    ) -> Iterator[Sheet]:
        people = self._spooled(portions, spool)
        if self._layout.people:
            yield Sheet(gettext("Pegawai"), self._people.columns, people)
        else:
            for _ in people:  # their certificates are spooled
                pass
        if self._layout.certificates:
            columns = self._certificates.columns
            yield Sheet(gettext("Sertifikat"), columns, _unspooled(spool, columns))
        about = (Column(gettext("Tentang berkas ini"), width=30), Column(gettext("Isi"), width=90))
        yield Sheet(gettext("Keterangan"), about, notes)

    def _spooled(self, portions: Iterable[Portion], spool: IO[str]) -> Iterator[list[Cell]]:
        for portion in portions:
            spool.write(json.dumps(list(self._certificates_of(portion)), default=date.isoformat))
            spool.write("\n")
            yield from self._people_of(portion)

    def _people_of(self, portion: Portion) -> Iterator[list[Cell]]:
        for person in portion.people:
            self.people_count += 1
            yield self._people.of(person)

    def _certificates_of(self, portion: Portion) -> Iterator[list[Cell]]:
        for person in portion.people:
            for certificate in portion.certificates.get(person.account_id, ()):
                self.certificate_count += 1
                yield self._certificates.of(Holder(person, certificate))


def _unspooled(spool: IO[str], columns: Sequence[Column]) -> Iterator[list[Cell]]:
    """Rows as they were spooled, a line a portion, with days as days again."""
    days = [index for index, column in enumerate(columns) if column.kind is Kind.DAY]
    spool.seek(0)
    for line in spool:
        for cells in json.loads(line):
            for index in days:
                if cells[index] is not None:
                    cells[index] = date.fromisoformat(cells[index])
            yield cells


def export_name(what: str, institution_name: str, now: datetime, extension: str) -> str:
    """What a file is called: what it is, of which institution, and the moment in WIB."""
    where = _NOT_IN_NAMES.sub("-", fold(institution_name).lower()).strip("-")[:_LONGEST].strip("-")
    moment = f"{now.astimezone(ZONES['WIB']):%Y-%m-%d-%H%M}"
    return "-".join(filter(None, (what, where, moment))) + f".{extension}"


def moment_in_wib(now: datetime) -> str:
    """The moment as files say it: `30 November 2026 pukul 14.30 WIB`."""
    local = now.astimezone(ZONES["WIB"])
    return f"{write_day(local)} pukul {local:%H.%M} WIB"
