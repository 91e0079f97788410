"""Every kind of job in words: what people ask for, and what comes round by itself."""

from collections.abc import Mapping
from typing import Final

from lms.errors import N_
from lms.institutions.registry.relocation import RELOCATION
from lms.programmes.filling import FILLING
from lms.web.jobs.views import TITLES

KINDS: Final[Mapping[str, str]] = {
    **TITLES,
    FILLING: N_("Penghitungan sebuah program"),
    RELOCATION: N_("Pemindahan unit kerja"),
    "assignment": N_("Penyelesaian penugasan"),
    "assignments": N_("Pemeriksaan semua penugasan"),
    "book": N_("Pembuatan berkas buku saku"),
    "confirmations": N_("Peninjauan konfirmasi"),
    "corrections": N_("Kabar permintaan perbaikan"),
    "decisions": N_("Kabar keputusan kepada pegawai"),
    "facts": N_("Penerapan catatan kepegawaian"),
    "fold": N_("Penjumlahan capaian"),
    "forget": N_("Penghapusan data lama"),
    "invitations": N_("Pengiriman undangan"),
    "lapses": N_("Pembukaan kuis lagi"),
    "log": N_("Pengurutan log sertifikat"),
    "mail": N_("Pengiriman surel"),
    "objectives": N_("Pengumpulan hasil tujuan belajar"),
    "objectives reconcile": N_("Pencocokan hasil tujuan belajar"),
    "officers": N_("Kabar kepada pengelola kepegawaian"),
    "personnel": N_("Pencatatan ke riwayat negara"),
    "personnel comparison": N_("Pencocokan riwayat negara"),
    "reconcile": N_("Pencocokan capaian"),
    "reminders": N_("Pengingat penugasan"),
    "requests": N_("Jawaban atas permintaan tautan dan pendaftaran"),
    "roles": N_("Pengakhiran peran"),
    "sample reminders": N_("Pengingat pemeriksaan acak"),
    "samples": N_("Penarikan pemeriksaan acak"),
    "search": N_("Pengindeksan pencarian"),
    "staff counts": N_("Penjumlahan kemajuan pegawai"),
    "staff lapses": N_("Kemajuan yang tidak lagi berlaku"),
    "staff reconcile": N_("Pencocokan kemajuan pegawai"),
    "webhooks": N_("Pengiriman webhook"),
}
