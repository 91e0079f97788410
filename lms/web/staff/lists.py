"""What a staff list's page shows beside its rows: words of filters, chips, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import parse_qsl

from flask import url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from lms.desk.figures import OfferedUnit, Share
from lms.desk.waiting import count_waiting
from lms.institutions.scope import Scope
from lms.progress.modules import ListedModule
from lms.progress.staff import Status
from lms.web.formatting import show_date, show_number
from lms.web.staff.asked import Asked
from lms.web.staff.section import list_url


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the address of the list without it."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of something wait for the officer, and where."""

    count: int
    words: str
    url: str


def status_words() -> Mapping[str, str]:
    """How far somebody is."""
    return {
        Status.FINISHED.value: gettext("Selesai"),
        Status.STARTED.value: gettext("Sedang berjalan"),
        Status.NOT_STARTED.value: gettext("Belum dimulai"),
    }


def group_words() -> Mapping[str, str]:
    """People of whom an officer is told apart, by the word of the address."""
    return {
        "pindahan": gettext("Pindah masuk 30 hari terakhir"),
        "surel-gagal": gettext("Surelnya tidak sampai"),
    }


def list_chips(
    asked: Asked, modules: Sequence[ListedModule], units: Sequence[OfferedUnit]
) -> list[Chip]:
    """The filters that are set, in the order of the form."""
    values, words = asked.values, dict[str, str]()
    unit_names = {str(unit.unit_id): unit.name for unit in units}
    codes = {module.slug: module.code for module in modules}
    if "unit" in values:
        words["unit"] = unit_names.get(values["unit"], gettext("Unit lain"))
    if "cari" in values:
        words["cari"] = gettext("Mengandung “%(words)s”", words=values["cari"])
    if "status" in values:
        words["status"] = status_words()[values["status"]]
    if "modul" in values:
        words["modul"] = f"{codes[values['modul']]}: {status_words()[values['kemajuan']]}"
    if "jenis" in values:
        words["jenis"] = values["jenis"].upper()
    if "konfirmasi" in values:
        words["konfirmasi"] = (
            gettext("Terkonfirmasi")
            if values["konfirmasi"] == "ya"
            else gettext("Menunggu konfirmasi")
        )
    if "akun" in values:
        words["akun"] = (
            gettext("Akun aktif") if values["akun"] == "ya" else gettext("Akun belum aktif")
        )
    for name, sentence in (
        ("sejak", gettext("Selesai sejak %(day)s")),
        ("sampai", gettext("Selesai sampai %(day)s")),
    ):
        if name in values:
            words[name] = sentence % {"day": show_date(date.fromisoformat(values[name]))}
    if "jp" in values:
        words["jp"] = gettext("JP tahun ini di bawah kewajiban")
    if "kelompok" in values:
        words["kelompok"] = group_words()[values["kelompok"]]
    if asked.filter.posting_ids:
        number = len(asked.filter.posting_ids)
        words["orang"] = ngettext("%(num)s orang terpilih", "%(num)s orang terpilih", number)
    return [Chip(each, _list_url(asked, name)) for name, each in words.items()]


def _list_url(asked: Asked, name: str) -> str:
    return list_url(asked.without(*(("modul", "kemajuan") if name == "modul" else (name,))))


def list_waiting(
    scope: Scope, asked: Asked, share: Share, pair_count: int, now: datetime
) -> list[Waiting]:
    """What waits for the officer; nothing is said of what does not.

    pair_count: of how many pairs of accounts it is known that they may be one person's.
    """
    place = {name: asked.values[name] for name in ("instansi", "unit") if name in asked.values}
    counts = count_waiting(scope, asked.filter, now=now)
    found = [
        Waiting(
            share.waiting,
            gettext("orang menunggu konfirmasi Anda"),
            list_url({"konfirmasi": "belum", **place}),
        ),
        Waiting(
            counts.moved_in,
            gettext("orang pindah masuk dalam 30 hari terakhir"),
            list_url({"kelompok": "pindahan", **place}),
        ),
        Waiting(
            counts.unreached,
            gettext("orang yang surelnya tidak sampai"),
            list_url({"kelompok": "surel-gagal", **place}),
        ),
        Waiting(
            pair_count,
            gettext("pasang akun yang mungkin milik satu orang"),
            url_for("people.duplicates"),
        ),
        Waiting(
            counts.doubts,
            gettext("konfirmasi yang diragukan dan menunggu jawaban"),
            url_for("staff_doubts.list"),
        ),
        Waiting(
            counts.samples,
            gettext("konfirmasi dalam sampel acak"),
            url_for("staff_samples.list"),
        ),
        Waiting(
            counts.corrections,
            gettext("permintaan perbaikan sertifikat"),
            url_for("staff_corrections.list"),
        ),
        Waiting(
            counts.overdue,
            gettext("penugasan lewat tenggat"),
            url_for("assignments.list"),
        ),
    ]
    return [each for each in found if each.count]


def figure_text(share: Share, name: str, now: datetime) -> str:
    """The figure as a sentence for a message, with its day."""
    sentence: str = gettext(
        "%(name)s per %(day)s: %(finished)s dari %(total)s pegawai terkonfirmasi "
        "(%(percent)s) memegang sertifikat SakuHAM yang berlaku.",
        name=name,
        day=show_date(now),
        finished=show_number(share.finished),
        total=show_number(share.total),
        percent=f"{share.percent}%",
    )
    return sentence


def fields_of(query: str) -> MultiDict[str, str]:
    """The fields of a list that was saved."""
    return MultiDict(parse_qsl(query))
