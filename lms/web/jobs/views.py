"""A person's own jobs: how far they are, what they left, and how they are stopped."""

from collections.abc import Iterator
from itertools import count

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.administration.audit_log import LOG_KEY
from lms.checking.bulk.queries import answers_for
from lms.checking.bulk.service import CHECK
from lms.clock import utc_now
from lms.desk.deciding import DECISION, UNDOING
from lms.desk.deeds import INVITING, MOVING
from lms.errors import N_
from lms.evidence.service import EVIDENCE
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.http.streaming import stream_answer
from lms.institutions.doubts.officer_days import DOUBTING, SETTLING
from lms.institutions.registry.sheets import REGISTRY_SHEET
from lms.institutions.staff_lists.service import APPLY as STAFF_APPLY
from lms.institutions.staff_lists.service import CHECK as STAFF_CHECK
from lms.jobs.files import PART_SIZE
from lms.jobs.queries import get_own_file, list_own_jobs, read_part, size_of_file
from lms.jobs.service import cancel as cancel_job
from lms.jobs.service import retry as retry_job
from lms.load.queries import find_reduced
from lms.load.rules import Level
from lms.sealing.service import SEALING
from lms.web.administration.log import EXPORT as AUDIT_EXPORT
from lms.web.exports.jobs import EXPORT, FORMER_LIST, FORMER_SHEETS, SHEETS
from lms.web.people.jobs import CODES, DUPLICATES

bp = Blueprint("jobs", __name__, url_prefix="/pekerjaan")
open_to(bp)

TITLES = {
    AUDIT_EXPORT: N_("Log audit"),
    FORMER_LIST: N_("Daftar pegawai"),
    CODES: N_("Lembar kode aktivasi"),
    DUPLICATES: N_("Pencarian akun ganda"),
    DECISION: N_("Konfirmasi pegawai"),
    UNDOING: N_("Konfirmasi yang diurungkan"),
    DOUBTING: N_("Konfirmasi yang diragukan"),
    SETTLING: N_("Jawaban atas konfirmasi yang diragukan"),
    INVITING: N_("Undangan kepada pegawai"),
    MOVING: N_("Pegawai pindah unit kerja"),
    SEALING: N_("Segel sertifikat"),
    CHECK: N_("Pemeriksaan banyak sertifikat"),
    FORMER_SHEETS: N_("Sertifikat pegawai"),
    EXPORT: N_("Ekspor pegawai"),
    SHEETS: N_("Sertifikat sebuah daftar"),
    EVIDENCE: N_("Laporan bukti"),
    STAFF_CHECK: N_("Pemeriksaan daftar pegawai"),
    STAFF_APPLY: N_("Penerapan daftar pegawai"),
    REGISTRY_SHEET: N_("Impor instansi atau unit kerja"),
}


@bp.get("", endpoint="list")
def show_jobs() -> ResponseReturnValue:
    """What I have asked for, the newest first."""
    jobs = list_own_jobs(current_account().account_id, now=utc_now())
    return render_template(
        "jobs/list.html",
        jobs=jobs,
        titles=TITLES,
        open_count=sum(job.is_open for job in jobs),
        must_wait=any(job.is_open for job in jobs)
        and find_reduced(now=utc_now()).level >= Level.EXPORTS_WAIT,
    )


@bp.get("/<int:job_id>/berkas")
def download(job_id: int) -> ResponseReturnValue:
    """The file that a job of mine has left, until it expires or is no longer mine to see."""
    person = current_account()
    file = get_own_file(person.account_id, job_id, now=utc_now(), scope=_keys_of(person))
    size = size_of_file(job_id)
    if size > PART_SIZE:
        stream_answer(person.account_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Content-Length": str(size),  # so that who gets a part of it is told
        "Cache-Control": "no-store",
    }
    return Response(_parts(job_id), mimetype=file.media_type, headers=headers)


def _keys_of(person: Principal) -> frozenset[int]:
    """For what somebody answers now, in the keys that a job keeps of what its file is about."""
    own = answers_for(person)
    return own | {LOG_KEY} if person.may(Permission.READ_AUDIT_LOG) else own


def _parts(job_id: int) -> Iterator[bytes]:
    """The content of a file, while it is sent.

    Each part is read by itself, so that no transaction waits for whoever fetches them slowly.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask says so

    def read() -> Iterator[bytes]:
        for number in count():
            with app.app_context():
                part = read_part(job_id, number)
            if part is None:
                return
            yield part

    return read()


@bp.post("/<int:job_id>/batal")
def cancel(job_id: int) -> ResponseReturnValue:
    """Stop a job of mine; nothing of it is stored."""
    cancel_job(current_account().account_id, job_id, now=utc_now())
    flash(gettext("Pekerjaan dibatalkan."), "neutral")
    return redirect(url_for(".list"))


@bp.post("/<int:job_id>/ulang")
@at_most("60 per hour")
def retry(job_id: int) -> ResponseReturnValue:
    """Have a job of mine done anew."""
    retry_job(current_account().account_id, job_id, now=utc_now())
    flash(gettext("Pekerjaan diulang."), "neutral")
    return redirect(url_for(".list"))
