"""What exports are made by: beside the requests, or at once where there are few people."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NoReturn

from flask_babel import force_locale, gettext

from lms.addresses import credential_issuer
from lms.clock import utc_now
from lms.days import local_day
from lms.exports.asked import Asked
from lms.exports.columns import Table
from lms.exports.errors import ExportOfBefore
from lms.exports.reading import Portion, read_portions
from lms.exports.runs import Outset, Wish, begin, leave_notes
from lms.exports.sheets import Part, choose_part, write_pdf, write_zip
from lms.jobs.kind import File, Output, Run
from lms.progress.staff import Count
from lms.tables.writer import Cell
from lms.web.exports.files import MEDIA_TYPES, Export, export_name, moment_in_wib

EXPORT: Final = "export"
SHEETS: Final = "export_sheets"
FORMER_LIST: Final = "staff_list"
FORMER_SHEETS: Final = "sheets"
"""What was asked for until 0.6: such jobs may still wait when a newer version takes over."""
# Longer lists are made beside the requests.
LARGEST_AT_ONCE: Final = 2_000


def is_large(number: Count) -> bool:
    """Whether a list of so many people is made beside the requests."""
    return number.is_more or number.number > LARGEST_AT_ONCE


def refuse_former(_run: Run) -> NoReturn:
    """Tell who asked before an update to ask once more; raises ExportOfBefore."""
    raise ExportOfBefore


def make_export(organiser: str, run: Run) -> Output:
    """The export that an officer asked for, in the language in which they did.

    Marks what it has as delivered, where that was asked for, and notes how far it was taken: at the
    end, so that what never was given counts as new the next time. Raises NoInstitution and
    NotInScope where the asker does not answer any more for all whom they asked about, and
    NoSuchLayout.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for exports
    wish, now = Wish.read(run.arguments), utc_now()
    outset = begin(run.asker_id, run.scope, wish, now=now)
    given: list[int] = []
    portions = _told(_portions(run.asker_id, run.scope, wish, outset, now), run, outset, given)
    with force_locale(run.arguments["language"]):
        file, export = _write(outset, wish, portions, organiser, now)
    try:
        leave_notes(run.asker_id, wish, given, outset, now=now)
    except BaseException:
        if not isinstance(file.content, bytes):
            file.content.close()
        raise
    rows = {"rows": export.people_count, "certificates": export.certificate_count}
    return Output(rows, file)


def make_at_once(
    asker_id: int, keys: frozenset[int], wish: Wish, organiser: str, now: datetime
) -> File:
    """The same of few people, in the language of the request; nothing is noted or marked."""
    outset = begin(asker_id, keys, wish, now=now)
    portions = _portions(asker_id, keys, wish, outset, now)
    return _write(outset, wish, portions, organiser, now)[0]


def _portions(
    asker_id: int, keys: frozenset[int], wish: Wish, outset: Outset, now: datetime
) -> Iterator[Portion]:
    """The list; with its certificates, where the file has them."""
    return read_portions(
        asker_id,
        keys,
        wish.asked,
        since=wish.since,
        with_certificates=outset.has_certificates(wish),
        now=now,
    )


def _write(
    outset: Outset, wish: Wish, portions: Iterable[Portion], organiser: str, now: datetime
) -> tuple[File, Export]:
    export = Export(outset.layout, outset.modules, organiser, now)
    if wish.file_format == "xlsx":
        content = export.workbook(portions, _notes(outset, wish, now))
    else:
        content = export.csv(portions, wish.table)
    what = gettext("pegawai") if wish.table is Table.PEOPLE else gettext("sertifikat")
    name = export_name(what, outset.institution_name, now, wish.file_format)
    return File(name, MEDIA_TYPES[wish.file_format], content), export


def _notes(outset: Outset, wish: Wish, now: datetime) -> list[Sequence[Cell]]:
    """What whoever opens the file should know: of whom it is, when it was made, and its terms."""
    return [
        (gettext("Instansi"), ", ".join(outset.institution_names)),
        (gettext("Dibuat"), moment_in_wib(now)),
        (gettext("Daftar"), wish.words or gettext("Semua pegawai")),
        (gettext("Susunan kolom"), gettext(outset.layout.name)),
        (
            gettext("Kemajuan"),
            gettext(
                "Selesai: memegang sedikitnya satu sertifikat yang berlaku. Sedang berjalan: sudah "
                "menyelesaikan sebuah bab."
            ),
        ),
        (
            gettext("Sertifikat"),
            gettext("Hanya yang baru atau berubah sejak ekspor terakhir dalam susunan ini.")
            if wish.since is not None
            else gettext("Yang berlaku atau kedaluwarsa; yang dicabut atau diganti tidak."),
        ),
        (
            gettext("Penggunaan"),
            gettext("Berkas ini memuat data pribadi. Simpan dan teruskan seperlunya saja."),
        ),
    ]


def _told(
    portions: Iterable[Portion], run: Run, outset: Outset, given: list[int]
) -> Iterator[Portion]:
    """The same portions; the asker sees how far it is, and which certificates it has is kept."""
    done = 0
    for portion in portions:
        run.report(done, max(outset.total, done))
        yield portion
        done += len(portion.people)
        given += [
            each.certificate_id
            for certificates in portion.certificates.values()
            for each in certificates
        ]


def make_sheets(run: Run) -> Output:
    """All certificates of a list as the officer asked for them; raises what `choose_part` does."""
    assert run.asker_id is not None  # noqa: S101 - only people ask for certificates
    now, form = utc_now(), run.arguments["form"]
    part = choose_part(
        run.asker_id,
        run.scope,
        Asked.read(run.arguments["asked"]),
        form=form,
        number=run.arguments["part"],
        day=local_day(now),
        now=now,
    )
    asked = (run.asker_id, run.scope, part, credential_issuer(), run.report)
    file, number = write_zip(*asked) if form == "zip" else write_pdf(*asked, _cover(part, now))
    place = f"-bagian-{part.number}-dari-{part.part_count}" if part.part_count > 1 else ""
    name = export_name(f"sertifikat{place}", "", now, form)
    media_type = "application/zip" if form == "zip" else "application/pdf"
    return Output({"sheets": number, "of": part.total}, File(name, media_type, file))


def _cover(part: Part, now: datetime) -> dict[str, object]:
    """What the first page says of the copies; as certificates, it is in Indonesian."""
    lines = [
        (
            f"{len(part.codes)} dari {part.total} sertifikat yang berlaku, bagian {part.number} "
            f"dari {part.part_count}, keadaan {moment_in_wib(now)}."
        ),
        (
            "Halaman-halaman berikut adalah salinan cetak tanpa segel elektronik: segel hanya "
            "berlaku bagi berkas aslinya dan tidak dapat ikut digabung."
        ),
        (
            "Keaslian setiap sertifikat diperiksa dengan kode QR atau kode verifikasi yang "
            "tercetak padanya. Berkas asli yang bersegel diunduh satu per satu atau sebagai ZIP."
        ),
        "Berkas ini memuat data pribadi. Cetak dan teruskan seperlunya saja.",
    ]
    title = "Salinan sertifikat pegawai"
    return {"title": title, "lines": lines, "foot": f"SakuHAM, {moment_in_wib(now)}"}
