"""All that is held about a person, in words: the page beside the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext

from lms.accounts.enums import Digest, Role
from lms.assignments.models import AssigneeState
from lms.certificates.enums import CauseKind, CorrectableFact, RequestState
from lms.certificates.models import LedgerKind
from lms.checking.bulk.models import UploadKind
from lms.errors import N_
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.doubts.models import DoubtAnswer, DoubtGround
from lms.institutions.models import PostingSource
from lms.institutions.samples.models import SampleAnswer
from lms.institutions.staff_lists.models import ImportState
from lms.institutions.staff_models import FactKind, InvitationState
from lms.jobs.models import JobState
from lms.learning.models import Verdict
from lms.personnel.enums import RecordState, Trouble
from lms.web.formatting import show_date, show_moment

# A test sees to it that every kind of row and every column of it has its words here.
KINDS: Final[Mapping[str, str]] = {
    "account": N_("Akun"),
    "employee_numbers": N_("NIP atau NI PPPK"),
    "postings": N_("Tempat bekerja"),
    "institution_requests": N_("Instansi yang tidak ada dalam daftar"),
    "merges": N_("Akun yang digabung"),
    "activation_codes": N_("Kode aktivasi"),
    "invitations": N_("Undangan lewat surel"),
    "invitation_batches": N_("Undangan yang Anda kirim"),
    "unreached_addresses": N_("Surel kepada Anda yang tidak sampai"),
    "staff_facts": N_("Catatan kepegawaian"),
    "roles": N_("Peran"),
    "officer_notices": N_("Surel tentang yang menunggu konfirmasi"),
    "mail_preferences": N_("Surel yang Anda pilih"),
    "assignments": N_("Penugasan"),
    "reminders": N_("Pengingat yang dikirim"),
    "desks": N_("Kunjungan ke halaman kepegawaian"),
    "api_keys": N_("Kunci API yang Anda buat"),
    "webhooks": N_("Webhook yang Anda tambahkan"),
    "saved_filters": N_("Daftar pegawai yang Anda simpan"),
    "confirmation_doubts": N_("Pertanyaan tentang konfirmasi Anda"),
    "sampled_confirmations": N_("Pemeriksaan acak atas konfirmasi Anda"),
    "samples_answered": N_("Pemeriksaan acak yang Anda jawab"),
    "confirmation_days": N_("Pegawai yang Anda konfirmasi per hari"),
    "doubts_opened": N_("Konfirmasi yang Anda ragukan"),
    "doubts_answered": N_("Keraguan yang Anda jawab"),
    "staff_decisions": N_("Keputusan Anda yang masih dapat diurungkan"),
    "devices": N_("Perangkat yang masuk"),
    "second_factors": N_("Verifikasi dua langkah"),
    "external_identities": N_("Akun penyedia yang ditautkan"),
    "reading": N_("Buku saku yang dibaca"),
    "chapters_read": N_("Bab yang selesai dibaca"),
    "answer_sheets_taken": N_("Lembar jawaban yang diambil"),
    "attempts": N_("Percobaan kuis"),
    "regradings": N_("Penilaian ulang"),
    "answers": N_("Jawaban kuis"),
    "certificates": N_("Sertifikat"),
    "ledger": N_("Riwayat sertifikat"),
    "state_records": N_("Sertifikat Anda di riwayat negara"),
    "state_record_wishes": N_("Pencatatan ke riwayat negara yang Anda atur"),
    "correction_requests": N_("Permintaan perbaikan sertifikat Anda"),
    "correction_notices": N_("Surel tentang permintaan perbaikan"),
    "mismatch_reports": N_("Laporan ketidaksesuaian tentang sertifikat Anda"),
    "bulk_checks": N_("Pemeriksaan banyak sertifikat"),
    "staff_imports": N_("Daftar pegawai yang Anda unggah"),
    "export_layouts": N_("Susunan kolom ekspor Anda"),
    "export_points": N_("Ekspor terakhir Anda"),
    "export_marks": N_("Sertifikat yang ditandai sudah diserahkan"),
    "evidence_reports": N_("Laporan bukti yang Anda minta"),
    "jobs": N_("Pekerjaan yang Anda minta"),
    "actions": N_("Catatan tindakan atas akun"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "account_closed_at": N_("Ditutup pada"),
    "added_at": N_("Ditugaskan pada"),
    "changed_at": N_("Diubah pada"),
    "digest": N_("Kabar tentang yang menunggu"),
    "due_on": N_("Tenggat"),
    "finished_on": N_("Selesai pada"),
    "message": N_("Pesan"),
    "reminders": N_("Pengingat penugasan"),
    "written_at": N_("Ditulis pada"),
    "answer": N_("Jawaban"),
    "stopped_at": N_("Dihentikan pada"),
    "applied_at": N_("Diterapkan pada"),
    "expires_at": N_("Berlaku sampai"),
    "exported_at": N_("Diekspor pada"),
    "layout_key": N_("Susunan"),
    "marked_at": N_("Ditandai pada"),
    "merged_at": N_("Digabung pada"),
    "noted_at": N_("Dicatat pada"),
    "separated_at": N_("Dipisahkan lagi pada"),
    "settled_at": N_("Diselesaikan pada"),
    "takes_force_on": N_("Berlaku sejak"),
    "undone_at": N_("Dibatalkan pada"),
    "asked_at": N_("Diminta pada"),
    "closed_at": N_("Diputuskan pada"),
    "fact": N_("Yang salah"),
    "wanted": N_("Seharusnya"),
    "item_count": N_("Banyaknya"),
    "line_count": N_("Banyaknya"),
    "reported_at": N_("Dilaporkan pada"),
    "words": N_("Yang ditulis"),
    "activated_at": N_("Aktif sejak"),
    "begun_at": N_("Dimulai pada"),
    "begun_on": N_("Dimulai pada"),
    "chapter_number": N_("Bab"),
    "cause_kind": N_("Diterbitkan atas"),
    "choices": N_("Opsi yang dipilih, menurut urutan tampil"),
    "code": N_("Kode verifikasi"),
    "completed_at": N_("Selesai pada"),
    "completed_until": N_("Selesai berlaku sampai"),
    "completed_on": N_("Selesai pada"),
    "confirmed_at": N_("Dikonfirmasi pada"),
    "created_at": N_("Dibuat pada"),
    "credit_hours": N_("Jumlah jam (JP)"),
    "action": N_("Tindakan"),
    "edition_name": N_("Edisi"),
    "email": N_("Surel"),
    "employee_number": N_("NIP atau NI PPPK"),
    "ends_on": N_("Hari terakhir"),
    "ended_at": N_("Selesai pada"),
    "ended_on": N_("Berakhir pada"),
    "entered_at": N_("Dicatat pada"),
    "failed_at": N_("Gagal pada"),
    "granted_at": N_("Diberikan pada"),
    "holder_name": N_("Pemilik"),
    "institution": N_("Instansi"),
    "institution_name": N_("Instansi"),
    "issued_at": N_("Diterbitkan pada"),
    "kind": N_("Jenis"),
    "label": N_("Perangkat"),
    "last_activity_at": N_("Terakhir dibuka"),
    "last_seen_at": N_("Terakhir dipakai"),
    "url": N_("Alamat penerima"),
    "delivered_at": N_("Terakhir diterima"),
    "last_used_at": N_("Terakhir dipakai"),
    "issuer": N_("Penyedia"),
    "linked_at": N_("Ditautkan pada"),
    "vouched_at": N_("NIP dinyatakan penyedia pada"),
    "subject": N_("Nama di penyedia"),
    "month": N_("Bulan"),
    "name": N_("Nama"),
    "number": N_("Nomor"),
    "pass_mark": N_("Nilai minimal"),
    "position": N_("Soal ke-"),
    "read_at": N_("Dibaca pada"),
    "reason": N_("Alasan"),
    "regraded_at": N_("Dinilai ulang pada"),
    "right_count": N_("Jawaban benar"),
    "role": N_("Peran"),
    "answered_at": N_("Dijawab pada"),
    "day": N_("Hari"),
    "people_count": N_("Banyaknya orang"),
    "asked_on": N_("Minggu"),
    "evidence": N_("Bukti"),
    "ground": N_("Sebab"),
    "opened_at": N_("Ditanyakan pada"),
    "saved_at": N_("Disimpan pada"),
    "seen_at": N_("Diambil pada"),
    "source": N_("Dicatat oleh"),
    "started_at": N_("Dimulai pada"),
    "started_on": N_("Berlaku sejak"),
    "state": N_("Keadaan"),
    "submitted_at": N_("Dikumpulkan pada"),
    "title": N_("Judul"),
    "valid_until": N_("Berlaku sampai"),
    "unit": N_("Unit kerja"),
    "receipt_id": N_("Nomor catatan di sana"),
    "recorded_at": N_("Tercatat pada"),
    "trouble": N_("Yang menghalangi"),
    "told_at": N_("Dikirim pada"),
    "revoked_at": N_("Dicabut pada"),
    "verdict": N_("Hasil"),
    "year": N_("Tahun"),
}
WORDS: Final[Mapping[object, str]] = {
    Role.AUTHOR: N_("Penulis"),
    Role.REVIEWER: N_("Penelaah"),
    Role.HR_OFFICER: N_("Pengelola kepegawaian"),
    Role.COORDINATOR: N_("Koordinator"),
    Role.ADMIN: N_("Administrator"),
    PostingSource.STAFF_LIST: N_("Daftar pegawai instansi"),
    SampleAnswer.YES: N_("Benar pegawai"),
    SampleAnswer.NO: N_("Bukan pegawai"),
    SampleAnswer.UNKNOWN: N_("Tidak diketahui"),
    DoubtGround.OFFICER_DAY: N_("Pemeriksaan atas semua yang dikonfirmasi pada satu hari"),
    DoubtGround.MAIL_DOMAIN: N_("Domain surelnya diperiksa"),
    DoubtGround.SHARED_ADDRESS: N_("Kotak surelnya diperiksa"),
    DoubtGround.SAMPLE: N_("Pemeriksaan acak"),
    DoubtGround.OTHER: N_("Pemeriksaan lain"),
    DoubtAnswer.UPHELD: N_("Konfirmasinya berlaku"),
    DoubtAnswer.WITHDRAWN: N_("Konfirmasinya ditarik"),
    DecisionKind.CONFIRMED: N_("Dikonfirmasi"),
    DecisionKind.DECLINED: N_("Dinyatakan bukan pegawai"),
    InvitationState.WAITING: N_("Menunggu giliran"),
    InvitationState.MAILED: N_("Terkirim"),
    InvitationState.LEFT_OUT: N_("Dilewati"),
    FactKind.MOVED_UNIT: N_("Pindah unit kerja"),
    FactKind.MOVED_OUT: N_("Pindah ke instansi lain"),
    FactKind.MOVED_IN: N_("Pindahan masuk"),
    FactKind.RETIRED: N_("Pensiun"),
    FactKind.DIED: N_("Meninggal dunia"),
    FactKind.NAME: N_("Nama atau gelar diperbaiki"),
    FactKind.ADDRESS: N_("Surel diperbaiki"),
    PostingSource.MOVED: N_("Pindahan dari instansi lain"),
    PostingSource.SIGN_ON: N_("Sistem masuk tunggal negara"),
    PostingSource.SELF: N_("Anda sendiri saat mendaftar"),
    Verdict.PASSED: N_("Lulus"),
    Verdict.NOT_PASSED: N_("Belum lulus"),
    CauseKind.PASSED_ATTEMPT: N_("Lulus kuis akhir"),
    CauseKind.ATTENDANCE: N_("Kehadiran dalam kegiatan"),
    LedgerKind.ISSUED: N_("Diterbitkan"),
    LedgerKind.REPLACED: N_("Diganti"),
    LedgerKind.REVOKED: N_("Dicabut"),
    LedgerKind.REINSTATED: N_("Berlaku kembali"),
    CorrectableFact.NAME: N_("Nama atau gelar"),
    CorrectableFact.EMPLOYEE_NUMBER: N_("NIP atau NI PPPK"),
    CorrectableFact.INSTITUTION: N_("Instansi"),
    CorrectableFact.TITLE: N_("Judul modul atau kegiatan"),
    CorrectableFact.OTHER: N_("Hal lain"),
    RequestState.WAITING: N_("Menunggu keputusan"),
    RequestState.GRANTED: N_("Dikabulkan"),
    RequestState.DECLINED: N_("Ditolak"),
    RequestState.WITHDRAWN: N_("Ditarik"),
    RequestState.LAPSED: N_("Gugur karena sertifikatnya dicabut"),
    Digest.DAILY: N_("paling sering sekali sehari"),
    Digest.WEEKLY: N_("paling sering sekali seminggu"),
    Digest.OFF: N_("tidak lewat surel"),
    AssigneeState.OPEN: N_("Belum selesai"),
    AssigneeState.DONE: N_("Selesai"),
    AssigneeState.LEFT: N_("Tidak lagi bertugas di sana"),
    AssigneeState.WITHDRAWN: N_("Ditarik"),
    JobState.WAITING: N_("Menunggu"),
    JobState.RUNNING: N_("Sedang dikerjakan"),
    JobState.DONE: N_("Selesai"),
    JobState.FAILED: N_("Tidak selesai"),
    JobState.CANCELLED: N_("Dibatalkan"),
    UploadKind.DOCUMENTS: N_("Berkas PDF"),
    UploadKind.TABLE: N_("Tabel"),
    ImportState.UPLOADED: N_("Kolom belum dikonfirmasi"),
    ImportState.CHECKING: N_("Sedang diperiksa"),
    ImportState.CHECKED: N_("Diperiksa, belum diterapkan"),
    ImportState.APPLYING: N_("Sedang diterapkan"),
    ImportState.APPLIED: N_("Diterapkan"),
    RecordState.WAITING: N_("Menunggu dikirim"),
    RecordState.SENT: N_("Dikirim, menunggu jawaban"),
    RecordState.RECORDED: N_("Tercatat"),
    RecordState.TO_DELETE: N_("Menunggu dihapus"),
    RecordState.DELETED: N_("Tidak tercatat lagi"),
    RecordState.REFUSED: N_("Ditolak"),
    Trouble.AWAY: N_("Layanan tidak menjawab"),
    Trouble.NOT_LET_IN: N_("Layanan tidak menerima akun aplikasi"),
    Trouble.UNCONFIRMED: N_("Belum dikonfirmasi instansi"),
    Trouble.NO_NUMBER: N_("Sertifikat tanpa NIP"),
    Trouble.UNKNOWN_PERSON: N_("NIP tidak dikenal di sana"),
    Trouble.REFUSED: N_("Ditolak layanan"),
    Trouble.DOCUMENT_REFUSED: N_("Berkas PDF ditolak layanan"),
    Trouble.DELETION_REFUSED: N_("Penghapusan ditolak layanan"),
    Trouble.TWICE: N_("Ada catatan lain dengan nomor yang sama"),
    "activation_codes": N_("Lembar kode aktivasi"),
    "duplicates": N_("Pencarian akun ganda"),
    "account.address_changed": N_("Surel akun diganti"),
    "account.address_lost": N_("Surel dilepas karena milik akun lain"),
    "account.address_taken_back": N_("Akun diambil kembali lewat surel yang terdahulu"),
    "account.merged": N_("Akun digabung"),
    "account.separated": N_("Akun dipisahkan lagi"),
    "staff.address_set": N_("Surel diisi pengelola kepegawaian"),
    "staff.code_issued": N_("Kode aktivasi dibuat"),
    "staff.number_asked_about": N_("Instansi menanyakan NIP ini"),
    "staff.number_contested": N_("NIP juga dicatat instansi lain"),
    "staff.fact_undone": N_("Catatan kepegawaian dibatalkan"),
    "staff.moved_out": N_("Pindah ke instansi lain"),
    "staff.moved_in": N_("Pindahan masuk"),
    "staff.retired": N_("Pensiun"),
    "staff.died": N_("Meninggal dunia"),
    "staff_list": N_("Daftar pegawai sebagai berkas"),
    "staff_check": N_("Pemeriksaan daftar pegawai"),
    "staff_apply": N_("Penerapan daftar pegawai"),
    "staff.left": N_("Dikeluarkan dari daftar pegawai"),
    "staff.moved_unit": N_("Unit kerja diganti"),
    "check": N_("Pemeriksaan banyak sertifikat sekaligus"),
    "sheets": N_("Sertifikat pegawai sebagai ZIP"),
    "registry_sheet": N_("Impor instansi atau unit kerja"),
    "export": N_("Ekspor pegawai sebagai berkas"),
    "export_sheets": N_("Sertifikat sebuah daftar sebagai berkas"),
    "attempt.regraded": N_("Kuis dinilai ulang"),
    "device.opened": N_("Masuk pada sebuah perangkat"),
    "device.closed": N_("Keluar dari sebuah perangkat"),
    "devices.closed": N_("Keluar dari semua perangkat"),
    "institution.found": N_("Instansi dicarikan koordinator"),
    "password.changed": N_("Kata sandi diganti"),
    "password.chosen": N_("Kata sandi dibuat lewat tautan surel"),
    "role.granted": N_("Peran diberikan"),
    "audit_export": N_("Log audit sebagai berkas"),
    "device.ended": N_("Dikeluarkan dari sebuah perangkat oleh administrator"),
    "devices.ended": N_("Dikeluarkan dari semua perangkat oleh administrator"),
    "link.sent": N_("Tautan kata sandi dikirim administrator"),
    "role.changed": N_("Hari terakhir peran diubah"),
    "role.ended": N_("Peran berakhir"),
    "role.withdrawn": N_("Peran ditarik"),
    "role.passed_on": N_("Peran ikut ke unit kerja di instansi penerus"),
    "second_factor.added": N_("Verifikasi dua langkah dipasang"),
    "second_factor.removed": N_("Verifikasi dua langkah dilepas"),
    "second_factor.reset": N_("Verifikasi dua langkah diatur ulang operator"),
    "second_factor.codes_renewed": N_("Kode pemulihan diganti"),
    "second_factor.code_used": N_("Kode pemulihan dipakai"),
    "sign_on.entered": N_("Akun dibuat lewat penyedia"),
    "sign_on.linked": N_("Akun penyedia ditautkan"),
    "sign_on.unlinked": N_("Tautan akun penyedia diputuskan"),
    "sign_on.claim_settled": N_("Data disamakan dengan data penyedia"),
    "sign_on.number_changed": N_("NIP diganti menurut penyedia"),
    "sign_on.number_contested": N_("Penyedia menyebut NIP akun lain"),
    "sign_on.other_identity_refused": N_("Akun penyedia lain dengan NIP yang sama ditolak"),
    "staff.address_replaced": N_("Surel diganti menurut daftar pegawai"),
    "staff.claim_settled": N_("Data disamakan dengan daftar pegawai"),
    "confirmation_doubting": N_("Konfirmasi yang diragukan"),
    "confirmation_settling": N_("Jawaban atas konfirmasi yang diragukan"),
    "staff.confirmation_doubted": N_("Konfirmasi ditanyakan kepada instansi"),
    "staff.sample_answered": N_("Diperiksa dalam sampel acak"),
    "staff.doubt_upheld": N_("Konfirmasi dinyatakan berlaku"),
    "staff.doubt_withdrawn": N_("Konfirmasi ditarik instansi"),
    "staff.confirmed": N_("Dikonfirmasi pengelola kepegawaian"),
    "staff.corrected": N_("Nama atau nomor diperbaiki"),
    "staff.declined": N_("Dinyatakan bukan pegawai instansi"),
    "staff.confirmed_undone": N_("Konfirmasi diurungkan"),
    "staff.declined_undone": N_("Pernyataan bukan pegawai diurungkan"),
    "staff_decision": N_("Konfirmasi pegawai"),
    "staff_undoing": N_("Konfirmasi yang diurungkan"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words; `is_raw`: as it is held, a name or a number that nobody translates."""

    text: str
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """All rows of one kind: what they are, what their columns mean, and the rows."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]


def in_words(held: Mapping[str, list[dict[str, Any]]]) -> list[Held]:
    """What `list_own_rows` has found, as this reader writes days and moments."""
    return [
        Held(
            gettext(KINDS[kind]),
            [gettext(COLUMNS[column]) for column in (rows[0] if rows else ())],
            [[_cell(value) for value in row.values()] for row in rows],
        )
        for kind, rows in held.items()
    ]


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return Cell("–")
        case bool():
            return Cell(gettext("ya") if value else gettext("tidak"))
        case datetime():
            return Cell(show_moment(value))
        case date():
            return Cell(show_date(value))
        case list():
            return Cell(", ".join(str(position + 1) for position in value) or "–")
    if value in WORDS:
        return Cell(gettext(WORDS[value]))
    return Cell(str(getattr(value, "value", value)), is_raw=True)
