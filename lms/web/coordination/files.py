"""The coordinator's tables as files, for whoever reckons with them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from flask_babel import gettext

from lms.coordination.rules import Line, State, Sum, state_of
from lms.jobs.kind import File
from lms.tables.writer import Cell
from lms.web.coordination.words import province_names
from lms.web.programmes.files import table_file


def provinces_file(sums: Mapping[str, Sum], file_format: str, day: date) -> File:
    """A line a province, and one of what governs everywhere; `day` is the one it is made on."""
    headings = [
        gettext("Kode"),
        gettext("Provinsi"),
        gettext("Instansi"),
        gettext("Tercapai"),
        gettext("Sasaran"),
        gettext("Persen tercapai"),
        gettext("Instansi belum ada"),
        gettext("Instansi berhenti"),
        gettext("Instansi tanpa pengelola"),
        gettext("Terakhir bertambah"),
        gettext("JP tercapai"),
        gettext("Sasaran JP"),
    ]
    rows: list[list[Cell]] = [
        [
            code,
            name,
            found.institutions,
            found.count,
            found.aim or None,
            _rounded(found.percent),
            found.number_of(State.NONE),
            found.number_of(State.STOPPED),
            found.without_officer,
            found.last_on,
            found.credit_hours,
            found.target_hours,
        ]
        for code, name in [*province_names().items(), ("", gettext("Instansi pusat"))]
        for found in [sums.get(code, Sum())]
    ]
    return table_file(f"koordinasi-provinsi-{day.isoformat()}", file_format, headings, rows)


def lines_file(
    lines: Iterable[Line],
    begun_on: date,
    states: Collection[State],
    file_format: str,
    day: date,
) -> File:
    """A line an institution, in the order of the list; `states` are those that it can have."""
    headings = [
        gettext("Instansi"),
        gettext("Jenis"),
        gettext("Kode wilayah"),
        gettext("Tercapai"),
        gettext("Sasaran"),
        gettext("Persen tercapai"),
        gettext("Belum tercapai"),
        gettext("Keadaan"),
        gettext("Terakhir bertambah"),
        gettext("Pengelola"),
        gettext("JP tercapai"),
        gettext("Sasaran JP"),
    ]
    rows: list[list[Cell]] = [
        [
            line.name,
            line.kind.value,
            line.region_code,
            line.count,
            line.goal,
            _rounded(line.percent),
            line.missing,
            state.value if (state := state_of(line, begun_on, day)) in states else None,
            line.last_on,
            line.officer_count,
            line.credit_hours,
            line.target_hours,
        ]
        for line in lines
    ]
    return table_file(f"koordinasi-instansi-{day.isoformat()}", file_format, headings, rows)


def _rounded(percent: float | None) -> float | None:
    return None if percent is None else round(percent, 1)
