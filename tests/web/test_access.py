"""Who may open what: a table of route and role, with a row for every route that there is."""

import json
import re
from collections.abc import Mapping
from http import HTTPMethod
from pathlib import Path

import pytest
from flask import Flask

import lms.web
from lms.accounts.permissions import Permission
from tests.browser import Browser
from tests.web.conftest import World

WEB = Path(lms.web.__file__).parent
WHO = (
    "anonymous",
    "learner",
    "unconfirmed",
    "holder",
    "officer",
    "other officer",
    "author",
    "coordinator",
    "admin",
)
REASON = {"ground": "mistake", "reason": "Nama pemegang keliru ditulis."}
WISH = {"fact": "name", "wanted": "Nama Lain", "reason": "Nama pemegang keliru ditulis."}
ANSWER = {"choices": [0], "sequence": 1}


def all_of(status: int) -> tuple[int, ...]:
    """The same for everybody."""
    return (status,) * len(WHO)


def signed_in(status: int, **others: int) -> tuple[int, ...]:
    """The same for everybody who is signed in, but for some."""
    return (401, *(others.get(who.replace(" ", "_"), status) for who in WHO[1:]))


def only(refused: int, **opened: int) -> tuple[int, ...]:
    """For some; 401 for who is not signed in, and one refusal for all others."""
    return signed_in(refused, **opened)


OFFICERS = {"officer": 200, "other_officer": 200}
OFFICERS_LED_ON = {"officer": 302, "other_officer": 302}
REGISTRAR = {"coordinator": 200, "admin": 200}
KEEPERS_OF_OURS = only(403, officer=200, other_officer=404, **REGISTRAR)
# Who may ask is told that there is none of theirs; nobody else is told anything.
NOBODYS_BUT_ASKERS = only(403, officer=404, other_officer=404, coordinator=404, admin=404)

# method, endpoint, address, what is sent, the status for each of WHO. The order is that of a day:
# what ends something stands below what needs it.
Row = tuple[str, str, str, Mapping[str, object] | None, tuple[int, ...]]
ROUTES: list[Row] = [
    ("GET", "site.home", "/", None, all_of(200)),
    ("GET", "programmes.figure", "/capaian", None, all_of(200)),
    ("GET", "programmes.institutions", "/capaian/instansi.csv", None, all_of(200)),
    ("GET", "programmes.days", "/capaian/hari.xlsx", None, all_of(200)),
    ("GET", "site.privacy", "/privasi", None, all_of(200)),
    ("GET", "site.help", "/bantuan", None, all_of(200)),
    ("GET", "site.about", "/tentang", None, all_of(200)),
    ("GET", "api_documents.show", "/api", None, all_of(200)),
    ("GET", "api_documents.openapi", "/api/v1/openapi.json", None, all_of(200)),
    ("GET", "api_certificates.list_entries", "/api/v1/certificates", None, all_of(401)),
    ("GET", "api_checks.check_one", "/api/v1/check", None, all_of(401)),
    ("POST", "api_checks.check_many", "/api/v1/checks", {}, all_of(401)),
    ("PUT", "api_staff.put_people", "/api/v1/staff", {}, all_of(401)),
    ("GET", "api_progress.list_people", "/api/v1/progress", None, all_of(401)),
    ("GET", "api_figures.show_figures", "/api/v1/figures", None, all_of(401)),
    ("GET", "status.show", "/status", None, all_of(200)),
    ("GET", "site.manifest", "/manifest.webmanifest", None, all_of(200)),
    ("GET", "site.robots", "/robots.txt", None, all_of(200)),
    ("GET", "site.security", "/.well-known/security.txt", None, all_of(404)),
    ("GET", "keys.public_keys", "/.well-known/sakuham-keys.json", None, all_of(200)),
    ("GET", "keys.root", "/.well-known/sakuham-root.pem", None, all_of(404)),
    ("GET", "credentials.did", "/.well-known/did.json", None, all_of(404)),
    ("GET", "credentials.medal", "/lencana/layanan.png", None, all_of(200)),
    ("GET", "credentials.status", "/status/0", None, all_of(404)),
    ("GET", "health.readyz", "/readyz", None, all_of(200)),
    ("GET", "editions.site_cover", "/sampul-0.png", None, all_of(302)),
    ("GET", "editions.cover_picture", "/buku/{slug}/sampul-0.png", None, all_of(302)),
    ("GET", "preferences.set", "/tampilan?tema=dark", None, all_of(302)),
    ("GET", "reading.book", "/buku/{slug}", None, all_of(200)),
    ("GET", "reading.chapter", "/buku/{slug}/1", None, all_of(200)),
    ("GET", "reading.appendix", "/buku/{slug}/istilah", None, all_of(404)),
    ("GET", "reading.leave_chapter", "/buku/{slug}/1/selesai", None, all_of(302)),
    ("GET", "reading.resume", "/buku/{slug}/lanjutkan", None, all_of(302)),
    ("GET", "reading.picture", "/gambar/{picture}", None, all_of(200)),
    ("GET", "editions.download", "/buku/{slug}/berkas/tidak-ada.pdf", None, all_of(404)),
    ("POST", "editions.answer_sheet", "/buku/{slug}/lembar-jawaban", {}, all_of(404)),
    ("GET", "search.show", "/cari?q=loket", None, all_of(200)),
    ("GET", "verification.form", "/verifikasi", None, all_of(200)),
    ("POST", "verification.check", "/verifikasi", {}, all_of(422)),
    ("GET", "verification.show", "/v/{code}", None, all_of(200)),
    ("GET", "verification.show_scanned", "/V/{code}", None, all_of(200)),
    ("GET", "sharing.card", "/v/{code}/kartu.png", None, all_of(200)),
    ("GET", "log.show", "/log", None, all_of(200)),
    ("GET", "log.checkpoint", "/log/checkpoint", None, all_of(404)),
    ("GET", "log.earlier_checkpoint", "/log/checkpoint/1", None, all_of(404)),
    ("GET", "log.keys", "/log/kunci", None, all_of(404)),
    ("GET", "log.tile", "/log/tile/0/000", None, all_of(404)),
    ("GET", "log.download", "/log/unduh", None, all_of(404)),
    ("GET", "log.ledger", "/log/buku-besar.csv", None, all_of(404)),
    ("GET", "log.download_part", "/log/unduh/1", None, all_of(404)),
    ("GET", "log.audit_program", "/log/audit.py", None, all_of(200)),
    ("GET", "log.proof", "/v/{code}/bukti.json", None, all_of(404)),
    ("GET", "offline.shell", "/verifikasi/luring", None, all_of(200)),
    ("GET", "offline.offline_list", "/verifikasi/luring.json", None, all_of(200)),
    ("GET", "offline.worker", "/verifikasi/pekerja.js", None, all_of(200)),
    ("GET", "offline.manifest", "/verifikasi/aplikasi.webmanifest", None, all_of(200)),
    ("GET", "check_files.proof", "/v/{code}/bukti.pdf", None, all_of(200)),
    ("GET", "check_files.qr", "/v/{code}/qr.png", None, all_of(200)),
    ("GET", "mismatches.form", "/v/{code}/lapor", None, all_of(200)),
    ("POST", "mismatches.report", "/v/{code}/lapor", {}, all_of(422)),
    ("GET", "account.sign_in", "/masuk", None, all_of(200)),
    ("POST", "account.sign_in", "/masuk", {}, all_of(422)),
    # The settings of tests name no provider.
    ("GET", "signon.begin", "/masuk/lewat/asn", None, all_of(404)),
    ("GET", "signon.come_back", "/masuk/lewat/asn/kembali", None, all_of(404)),
    ("GET", "signon.leave", "/masuk/lewat/asn/selesai", None, all_of(404)),
    ("GET", "second_step.show", "/masuk/langkah-kedua", None, signed_in(302)),
    ("POST", "second_step.show", "/masuk/langkah-kedua", {}, signed_in(302)),
    ("GET", "second_factor.show", "/akun/verifikasi-dua-langkah", None, signed_in(200)),
    ("POST", "second_factor.begin", "/akun/verifikasi-dua-langkah/mulai", {}, signed_in(302)),
    ("POST", "second_factor.finish", "/akun/verifikasi-dua-langkah/pasang", {}, signed_in(422)),
    ("POST", "second_factor.renew", "/akun/verifikasi-dua-langkah/kode-baru", {}, signed_in(409)),
    ("POST", "second_factor.remove", "/akun/verifikasi-dua-langkah/lepas", {}, signed_in(409)),
    ("GET", "own_signon.link", "/akun/tautan/asn", None, signed_in(404)),
    ("POST", "own_signon.link", "/akun/tautan/asn", {}, signed_in(404)),
    ("POST", "own_signon.unlink", "/akun/tautan/1/putus", {}, signed_in(404)),
    ("GET", "account.register", "/daftar", None, all_of(200)),
    ("POST", "account.register", "/daftar", {}, all_of(422)),
    ("GET", "places.search", "/instansi/cari?q=contoh", None, all_of(200)),
    ("GET", "account.activate", "/aktivasi", None, all_of(200)),
    ("POST", "account.activate", "/aktivasi", {}, all_of(422)),
    ("GET", "account.new_address", "/alamat-baru/tidak-ada", None, all_of(404)),
    ("POST", "account.new_address", "/alamat-baru/tidak-ada", {}, all_of(404)),
    ("GET", "account.forgot", "/lupa-kata-sandi", None, all_of(200)),
    ("POST", "account.forgot", "/lupa-kata-sandi", {}, all_of(422)),
    ("GET", "account.choose_password", "/tautan/{link}", None, all_of(200)),
    ("POST", "account.choose_password", "/tautan/{link}", {}, all_of(422)),
    ("GET", "stopping.show", "/berhenti/{stop}", None, all_of(200)),
    ("POST", "stopping.stop", "/berhenti/{stop}", {}, all_of(200)),
    # One's own
    ("GET", "own_mail.show", "/akun/surel", None, signed_in(200)),
    ("POST", "own_mail.show", "/akun/surel", {"digest": "daily"}, signed_in(302)),
    ("GET", "profile.show", "/akun", None, signed_in(200)),
    ("GET", "profile.personal_data", "/akun/data", None, signed_in(200)),
    ("GET", "profile.personal_data_file", "/akun/data.json", None, signed_in(200)),
    ("GET", "profile.change_password", "/akun/kata-sandi", None, signed_in(200)),
    ("POST", "profile.change_password", "/akun/kata-sandi", {}, signed_in(422)),
    ("GET", "profile.change_address", "/akun/ganti-surel", None, signed_in(200)),
    ("POST", "profile.change_address", "/akun/ganti-surel", {}, signed_in(422)),
    ("GET", "learning.overview", "/belajar", None, signed_in(200)),
    ("POST", "reading.save_position", "/buku/{slug}/1/posisi", {"jangkar": "p1"}, signed_in(204)),
    ("POST", "reading.finish_chapter", "/buku/{slug}/1/selesai", {}, signed_in(302)),
    ("POST", "reading.enrol_in_edition", "/buku/{slug}/edisi", {}, signed_in(302)),
    ("GET", "quiz.intro", "/modul/{slug}/kuis", None, signed_in(200)),
    ("POST", "quiz.start", "/modul/{slug}/kuis", {}, signed_in(409)),
    ("GET", "quiz.attempt", "/percobaan/{attempt}", None, only(404, holder=200)),
    ("PUT", "quiz.save_answer", "/percobaan/{attempt}/jawaban/1", ANSWER, only(404, holder=200)),
    ("GET", "quiz.result", "/percobaan/{attempt}/hasil", None, only(404, holder=302)),
    ("POST", "quiz.submit", "/percobaan/{attempt}", {}, only(404, holder=303)),
    ("GET", "certificates.show", "/sertifikat/{code}", None, only(404, holder=200)),
    (
        "GET", "certificates.pdf", "/sertifikat/{code}.pdf", None,
        only(404, holder=200, officer=200, **REGISTRAR),
    ),
    (
        "GET", "certificates.picture", "/sertifikat/{code}.png", None,
        only(404, holder=200, officer=200, **REGISTRAR),
    ),
    ("GET", "badges.document", "/sertifikat/{code}.json", None, signed_in(404)),
    ("GET", "badges.drawing", "/sertifikat/{code}/lencana.svg", None, signed_in(404)),
    ("GET", "badges.picture", "/sertifikat/{code}/lencana.png", None, signed_in(404)),
    ("GET", "opening.opening", "/sertifikat/{code}/pembuka.json", None, signed_in(404)),
    ("GET", "corrections.ask", "/sertifikat/{code}/perbaikan", None, only(404, holder=200)),
    ("POST", "corrections.send", "/sertifikat/{code}/perbaikan", WISH, only(404, holder=302)),
    (
        "POST", "corrections.withdraw", "/sertifikat/{code}/perbaikan/tarik", {},
        only(404, holder=302),
    ),
    # An HR officer's
    ("GET", "staff_doubts.list", "/kepegawaian/keraguan", None, only(403, **OFFICERS)),
    (
        "GET", "staff_doubts.show", "/kepegawaian/keraguan/1", None,
        only(403, officer=404, other_officer=404),
    ),
    (
        "POST", "staff_doubts.answer", "/kepegawaian/keraguan/1", {},
        only(403, officer=404, other_officer=404),
    ),
    ("GET", "staff_samples.list", "/kepegawaian/sampel", None, only(403, **OFFICERS)),
    (
        "GET", "staff_samples.show", "/kepegawaian/sampel/1", None,
        only(403, officer=404, other_officer=404),
    ),
    (
        "POST", "staff_samples.answer", "/kepegawaian/sampel/1", {},
        only(403, officer=404, other_officer=404),
    ),
    ("GET", "staff_corrections.list", "/kepegawaian/perbaikan", None, only(403, **OFFICERS)),
    (
        "GET", "staff_corrections.ask", "/kepegawaian/perbaikan/sertifikat/{code}", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "staff_corrections.send", "/kepegawaian/perbaikan/sertifikat/{code}", {},
        only(403, officer=422, other_officer=404),
    ),
    (
        "GET", "staff_corrections.show", "/kepegawaian/perbaikan/{request}", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "staff_corrections.grant", "/kepegawaian/perbaikan/{request}/ganti", {},
        only(403, officer=422, other_officer=404),
    ),
    (
        "POST", "staff_corrections.decline", "/kepegawaian/perbaikan/{request}/tolak", {},
        only(403, officer=422, other_officer=404),
    ),
    ("GET", "staff.list", "/kepegawaian", None, only(403, **OFFICERS)),
    ("GET", "assignments.list", "/kepegawaian/penugasan", None, only(403, **OFFICERS)),
    ("GET", "assignments.new", "/kepegawaian/penugasan/baru", None, only(403, **OFFICERS)),
    (
        "POST", "assignments.new", "/kepegawaian/penugasan/baru", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "GET", "assignments.show", "/kepegawaian/penugasan/{assignment}", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "assignments.set_due_date", "/kepegawaian/penugasan/{assignment}/tenggat", {},
        only(403, officer=422, other_officer=404),
    ),
    (
        "POST", "assignments.withdraw_person",
        "/kepegawaian/penugasan/{assignment}/orang/{lina}/tarik", {},
        only(403, officer=302, other_officer=404),
    ),
    (
        "POST", "assignments.withdraw", "/kepegawaian/penugasan/{assignment}/tarik", {},
        only(403, officer=302, other_officer=404),
    ),
    ("GET", "people.activation", "/kepegawaian/aktivasi", None, only(403, **OFFICERS)),
    (
        "POST", "people.invite", "/kepegawaian/aktivasi/undang", {},
        only(403, officer=302, other_officer=409),
    ),
    (
        "POST", "people.stop", "/kepegawaian/aktivasi/1/henti", {},
        only(403, officer=302, other_officer=404),
    ),
    ("GET", "people.duplicates", "/kepegawaian/ganda", None, only(403, **OFFICERS)),
    (
        "POST", "people.merge", "/kepegawaian/ganda/gabung", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "POST", "people.separate", "/kepegawaian/ganda/1/pisahkan",
        {"reason": "Ternyata dua orang."},
        only(403, officer=404, other_officer=404),
    ),
    (
        "GET", "people.show", "/kepegawaian/{posting}", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "people.note", "/kepegawaian/{posting}/catat", {},
        only(403, officer=422, other_officer=404),
    ),
    (
        "POST", "people.set_address", "/kepegawaian/{posting}/surel", {},
        only(403, officer=422, other_officer=404),
    ),
    (
        "POST", "people.undo", "/kepegawaian/catatan/1/batal", {},
        only(403, officer=404, other_officer=404),
    ),
    ("POST", "exports.ask", "/kepegawaian/ekspor", {}, only(403, **OFFICERS_LED_ON)),
    (
        "POST", "exports.ask_for_sheets", "/kepegawaian/ekspor/sertifikat", {},
        only(403, **OFFICERS_LED_ON),
    ),
    ("GET", "jobs.list", "/pekerjaan", None, signed_in(200)),
    ("GET", "jobs.download", "/pekerjaan/1/berkas", None, signed_in(404)),
    ("POST", "jobs.cancel", "/pekerjaan/1/batal", {}, signed_in(404, **OFFICERS_LED_ON)),
    ("POST", "jobs.retry", "/pekerjaan/1/ulang", {}, signed_in(404, **OFFICERS_LED_ON)),
    ("GET", "bulk.upload", "/verifikasi/banyak", None, only(403, **OFFICERS, **REGISTRAR)),
    (
        "POST", "bulk.upload", "/verifikasi/banyak", {},
        only(403, officer=422, other_officer=422, coordinator=422, admin=422),
    ),
    ("GET", "bulk.columns", "/verifikasi/banyak/1/kolom", None, NOBODYS_BUT_ASKERS),
    ("POST", "bulk.columns", "/verifikasi/banyak/1/kolom", {}, NOBODYS_BUT_ASKERS),
    ("GET", "bulk.show", "/verifikasi/banyak/1", None, NOBODYS_BUT_ASKERS),
    ("GET", "bulk.csv", "/verifikasi/banyak/1.csv", None, NOBODYS_BUT_ASKERS),
    ("GET", "api_tokens.index", "/kepegawaian/api", None, only(403, **OFFICERS)),
    (
        "POST", "api_tokens.make", "/kepegawaian/api", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "POST", "api_tokens.revoke", "/kepegawaian/api/1/cabut", {},
        only(403, officer=404, other_officer=404),
    ),
    ("GET", "webhooks.index", "/kepegawaian/api/webhook", None, only(403, **OFFICERS)),
    (
        "POST", "webhooks.make", "/kepegawaian/api/webhook", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "GET", "webhooks.replay", "/kepegawaian/api/webhook/1/ulang", None,
        only(403, officer=404, other_officer=404),
    ),
    (
        "POST", "webhooks.replay", "/kepegawaian/api/webhook/1/ulang", {},
        only(403, officer=404, other_officer=404),
    ),
    (
        "POST", "webhooks.remove", "/kepegawaian/api/webhook/1/hapus", {},
        only(403, officer=404, other_officer=404),
    ),
    ("GET", "all_api_tokens.list", "/koordinator/api", None, only(403, **REGISTRAR)),
    (
        "POST", "all_api_tokens.revoke_any", "/koordinator/api/1/cabut", {},
        only(403, coordinator=404, admin=404),
    ),
    (
        "GET", "staff_records.index", "/kepegawaian/riwayat-negara", None,
        only(403, **OFFICERS_LED_ON),
    ),
    (
        "GET", "staff_records.show", "/kepegawaian/riwayat-negara/1", None,
        only(403, officer=200),
    ),
    (
        "POST", "staff_records.begin", "/kepegawaian/riwayat-negara/1/mulai", {},
        only(403, officer=422),
    ),
    (
        "POST", "staff_records.retry_all", "/kepegawaian/riwayat-negara/1/ulang", {},
        only(403, officer=303),
    ),
    (
        "POST", "staff_records.retry", "/kepegawaian/riwayat-negara/catatan/1/ulang", {},
        only(403, officer=404, other_officer=404),
    ),
    (
        "POST", "staff_records.end", "/kepegawaian/riwayat-negara/1/hentikan", {},
        only(403, officer=303),
    ),
    ("GET", "national_records.list", "/koordinator/riwayat-negara", None, only(403, **REGISTRAR)),
    (
        "GET", "national_records.show", "/koordinator/riwayat-negara/1", None,
        only(403, **REGISTRAR),
    ),
    (
        "POST", "national_records.begin", "/koordinator/riwayat-negara/1/mulai", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "national_records.retry_all", "/koordinator/riwayat-negara/1/ulang", {},
        only(403, coordinator=303, admin=303),
    ),
    (
        "POST", "national_records.retry", "/koordinator/riwayat-negara/catatan/1/ulang", {},
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "national_records.end", "/koordinator/riwayat-negara/1/hentikan", {},
        only(403, coordinator=303, admin=303),
    ),
    ("GET", "exports.show", "/kepegawaian/ekspor", None, only(403, **OFFICERS)),
    ("GET", "exports.file", "/kepegawaian/ekspor/berkas.csv", None, only(403, **OFFICERS)),
    ("GET", "exports.units", "/kepegawaian/ekspor/unit.xlsx", None, only(403, **OFFICERS)),
    ("GET", "exports.layout", "/kepegawaian/ekspor/susunan/lengkap", None, only(403, **OFFICERS)),
    ("GET", "exports.marks", "/kepegawaian/ekspor/tanda", None, only(403, **OFFICERS)),
    (
        "POST", "exports.save_layout", "/kepegawaian/ekspor/susunan/baru", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "POST", "exports.remove_layout", "/kepegawaian/ekspor/susunan/1/hapus", {},
        only(403, officer=404, other_officer=404),
    ),
    (
        "POST", "exports.marks", "/kepegawaian/ekspor/tanda", {},
        only(403, officer=422, other_officer=422),
    ),
    ("GET", "own_evidence.show", "/kepegawaian/laporan", None, only(403, **OFFICERS)),
    (
        "POST", "own_evidence.ask", "/kepegawaian/laporan", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "POST", "own_evidence.again", "/kepegawaian/laporan/1/lagi", {},
        only(403, officer=404, other_officer=404),
    ),
    ("GET", "national_evidence.show", "/koordinator/laporan", None, only(403, **REGISTRAR)),
    (
        "POST", "national_evidence.ask", "/koordinator/laporan", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "national_evidence.again", "/koordinator/laporan/1/lagi", {},
        only(403, coordinator=404, admin=404),
    ),
    ("GET", "staff_lists.upload", "/kepegawaian/impor", None, only(403, **OFFICERS)),
    (
        "POST", "staff_lists.upload", "/kepegawaian/impor", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "GET", "staff_lists.template", "/kepegawaian/impor/contoh.csv", None,
        only(403, **OFFICERS),
    ),
    (
        "GET", "staff_lists.columns", "/kepegawaian/impor/{staff_list}/kolom", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "staff_lists.columns", "/kepegawaian/impor/{staff_list}/kolom", {},
        only(403, officer=302, other_officer=404),
    ),
    (
        "GET", "staff_lists.show", "/kepegawaian/impor/{staff_list}", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "staff_lists.apply", "/kepegawaian/impor/{staff_list}/terapkan", {},
        only(403, officer=409, other_officer=404),
    ),
    (
        "GET", "staff_lists.refused", "/kepegawaian/impor/{staff_list}/perlu-diperbaiki", None,
        only(403, officer=302, other_officer=404),
    ),
    ("GET", "desk.figure", "/kepegawaian/angka", None, only(403, **OFFICERS)),
    ("GET", "desk.news", "/kepegawaian/kabar", None, only(403, **OFFICERS)),
    ("GET", "desk.saved", "/kepegawaian/daftar-tersimpan", None, only(403, **OFFICERS)),
    (
        "POST", "desk.save", "/kepegawaian/daftar-tersimpan", {"nama": "Semua"},
        only(403, officer=302, other_officer=302),
    ),
    (
        "POST", "desk.change", "/kepegawaian/daftar-tersimpan/{saved}", {"tindakan": "utama"},
        only(403, officer=302, other_officer=404),
    ),
    (
        "POST", "desk.columns", "/kepegawaian/kolom", {},
        only(403, officer=302, other_officer=302),
    ),
    (
        "POST", "staff_decisions.act", "/kepegawaian/tindakan", {},
        only(403, officer=302, other_officer=302),
    ),
    ("GET", "staff_decisions.move", "/kepegawaian/pindah-unit", None, only(403, **OFFICERS)),
    (
        "POST", "staff_decisions.move", "/kepegawaian/pindah-unit", {},
        only(403, officer=422, other_officer=422),
    ),
    ("GET", "staff_decisions.matching", "/kepegawaian/cocok", None, only(403, **OFFICERS)),
    (
        "POST", "staff_decisions.confirm_matching", "/kepegawaian/cocok", {},
        only(403, officer=302, other_officer=302),
    ),
    (
        "POST", "staff_decisions.undo", "/kepegawaian/keputusan/{decision}/urungkan", {},
        only(403, officer=302, other_officer=409),
    ),
    ("GET", "staff_roles.list", "/kepegawaian/petugas", None, only(403, **OFFICERS)),
    ("GET", "staff_roles.grant", "/kepegawaian/petugas/beri", None, only(403, **OFFICERS)),
    (
        "POST", "staff_roles.grant", "/kepegawaian/petugas/beri", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "GET", "staff_roles.show", "/kepegawaian/petugas/{grant}", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "staff_roles.set_end", "/kepegawaian/petugas/{grant}/hari-terakhir", {},
        only(403, officer=302, other_officer=404),
    ),
    (
        "POST", "staff_roles.withdraw", "/kepegawaian/petugas/{grant}/tarik", {},
        only(403, officer=422, other_officer=404),
    ),
    ("GET", "staff.contacts", "/kepegawaian/kontak", None, only(403, **OFFICERS)),
    (
        "POST", "staff.set_contact", "/kepegawaian/kontak/{institution}", {},
        only(403, officer=302, other_officer=404),
    ),
    ("GET", "staff.add", "/kepegawaian/tambah", None, only(403, **OFFICERS)),
    (
        "POST", "staff.add", "/kepegawaian/tambah", {},
        only(403, officer=422, other_officer=422),
    ),
    (
        "GET", "staff.edit", "/kepegawaian/{posting}/ubah", None,
        only(403, officer=200, other_officer=404),
    ),
    (
        "POST", "staff.edit", "/kepegawaian/{posting}/ubah", {"name": ""},
        only(403, officer=422, other_officer=404),
    ),
    (
        "POST", "staff_decisions.confirm", "/kepegawaian/{dewi}/konfirmasi", {},
        only(403, officer=302, other_officer=404),
    ),
    (
        "POST", "staff_decisions.decline", "/kepegawaian/{eko}/tolak", {},
        only(403, officer=302, other_officer=404),
    ),
    (
        "POST", "people.make_codes", "/kepegawaian/aktivasi/kode", {},
        only(403, officer=409, other_officer=302),
    ),
    (
        # Three of theirs have been asked for by now.
        "POST", "people.search_duplicates", "/kepegawaian/ganda/cari", {},
        only(403, officer=409, other_officer=409),
    ),
    # The register of certificates
    ("GET", "register.certificates", "/koordinator/sertifikat", None, only(403, **REGISTRAR)),
    ("GET", "register.certificate", "/koordinator/sertifikat/{code}", None, only(403, **REGISTRAR)),
    (
        "GET", "register.preview", "/koordinator/sertifikat/{code}/ganti", None,
        only(403, **REGISTRAR),
    ),
    ("GET", "register_corrections.list", "/koordinator/permintaan", None, only(403, **REGISTRAR)),
    (
        "GET", "register_corrections.show", "/koordinator/permintaan/{request}", None,
        only(403, **REGISTRAR),
    ),
    (
        "POST", "register_corrections.grant", "/koordinator/permintaan/{request}/ganti", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "register_corrections.decline", "/koordinator/permintaan/{request}/tolak", {},
        only(403, coordinator=422, admin=422),
    ),
    ("GET", "reports.index", "/koordinator/sertifikat/laporan", None, only(403, **REGISTRAR)),
    (
        "GET", "reports.show", "/koordinator/sertifikat/laporan/1", None,
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "reports.close", "/koordinator/sertifikat/laporan/1", {},
        only(403, coordinator=404, admin=404),
    ),
    # Where the nation stands
    ("GET", "coordination.overview", "/koordinator", None, only(403, **REGISTRAR)),
    (
        "GET", "coordination.institutions", "/koordinator/capaian/instansi", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.institution", "/koordinator/capaian/instansi/{institution}", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.units", "/koordinator/capaian/instansi/{institution}/unit", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.province", "/koordinator/capaian/provinsi/31", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.provinces_as_file", "/koordinator/capaian/provinsi.csv", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.institutions_as_file", "/koordinator/capaian/instansi.xlsx", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.days_as_file", "/koordinator/capaian/hari.csv", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "coordination.institution_days_as_file",
        "/koordinator/capaian/instansi/{institution}/hari.csv", None, only(403, **REGISTRAR),
    ),
    ("GET", "oversight.index", "/koordinator/konfirmasi", None, only(403, **REGISTRAR)),
    (
        "GET", "oversight.people", "/koordinator/konfirmasi/2026-01-01/1/1", None,
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "oversight.doubt", "/koordinator/konfirmasi/2026-01-01/1/1/ragukan", {},
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "oversight.settle", "/koordinator/konfirmasi/2026-01-01/1/1/jawab", {},
        only(403, coordinator=404, admin=404),
    ),
    ("GET", "doubts.list", "/koordinator/konfirmasi/keraguan", None, only(403, **REGISTRAR)),
    (
        "GET", "doubts.show", "/koordinator/konfirmasi/keraguan/1", None,
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "doubts.answer", "/koordinator/konfirmasi/keraguan/1", {},
        only(403, coordinator=404, admin=404),
    ),
    ("GET", "samples.list", "/koordinator/konfirmasi/sampel", None, only(403, **REGISTRAR)),
    (
        "GET", "samples.results", "/koordinator/konfirmasi/sampel/hasil", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "samples.show", "/koordinator/konfirmasi/sampel/1", None,
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "samples.answer", "/koordinator/konfirmasi/sampel/1", {},
        only(403, coordinator=404, admin=404),
    ),
    (
        "POST", "register.revoke", "/koordinator/sertifikat/{citras}/cabut", REASON,
        only(403, coordinator=302, admin=302),
    ),
    (
        "POST", "register.replace", "/koordinator/sertifikat/{code}/ganti", REASON,
        only(403, coordinator=409, admin=409),
    ),
    (
        "POST", "register.reinstate", "/koordinator/sertifikat/{citras}/pulihkan", REASON,
        only(403, coordinator=302, admin=302),
    ),
    # The registry of institutions
    ("GET", "institutions.list", "/koordinator/instansi", None, only(403, **REGISTRAR)),
    ("GET", "institutions.add", "/koordinator/instansi/tambah", None, only(403, **REGISTRAR)),
    (
        "POST", "institutions.add", "/koordinator/instansi/tambah", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "GET", "institutions.show", "/koordinator/instansi/{institution}", None,
        only(403, **REGISTRAR),
    ),
    (
        "GET", "institutions.edit", "/koordinator/instansi/{institution}/ubah", None,
        only(403, **REGISTRAR),
    ),
    (
        "POST", "institutions.edit", "/koordinator/instansi/{institution}/ubah", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "institutions.merge", "/koordinator/instansi/{institution}/gabung", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "institutions.close", "/koordinator/instansi/{institution}/tutup", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "institutions.set_office", "/koordinator/instansi/{institution}/kanwil", {},
        only(403, coordinator=302, admin=302),
    ),
    (
        "GET", "institutions.requests", "/koordinator/instansi/permintaan", None,
        only(403, **REGISTRAR),
    ),
    (
        "POST", "institutions.answer", "/koordinator/instansi/permintaan/1", {},
        only(403, coordinator=422, admin=422),
    ),
    ("GET", "units.own", "/instansi/unit", None, only(403, **OFFICERS_LED_ON)),
    ("GET", "units.list", "/instansi/{institution}/unit", None, KEEPERS_OF_OURS),
    ("GET", "units.add", "/instansi/{institution}/unit/tambah", None, KEEPERS_OF_OURS),
    (
        "POST", "units.add", "/instansi/{institution}/unit/tambah", {},
        only(403, officer=422, other_officer=404, coordinator=422, admin=422),
    ),
    ("GET", "units.show", "/instansi/{institution}/unit/{unit}", None, KEEPERS_OF_OURS),
    *(
        (
            "POST", f"units.{deed}", f"/instansi/{{institution}}/unit/{{unit}}/{word}", {},
            only(403, officer=officer, other_officer=404, coordinator=422, admin=422),
        )
        for deed, word, officer in (
            ("edit", "ubah", 422), ("merge", "gabung", 422), ("transfer", "pindah", 404),
            ("close", "tutup", 422),
        )
    ),
    ("GET", "registry_sheets.institutions", "/instansi/impor", None, only(403, **REGISTRAR)),
    (
        "POST", "registry_sheets.institutions", "/instansi/impor", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "GET", "registry_sheets.export_institutions", "/instansi/instansi.csv", None,
        only(403, **REGISTRAR),
    ),
    ("GET", "registry_sheets.units", "/instansi/{institution}/unit/impor", None, KEEPERS_OF_OURS),
    (
        "POST", "registry_sheets.units", "/instansi/{institution}/unit/impor", {},
        only(403, officer=422, other_officer=404, coordinator=422, admin=422),
    ),
    (
        "GET", "registry_sheets.export_units", "/instansi/{institution}/unit.csv", None,
        KEEPERS_OF_OURS,
    ),
    ("GET", "registry_sheets.show", "/instansi/impor/1", None, signed_in(404)),
    (
        "GET", "registry_sheets.refused", "/instansi/impor/1/perlu-diperbaiki", None,
        signed_in(404),
    ),
    ("POST", "registry_sheets.apply", "/instansi/impor/1", {}, signed_in(404)),
    # Who holds which role
    ("GET", "national_roles.list", "/koordinator/peran", None, only(403, **REGISTRAR)),
    ("GET", "national_roles.grant", "/koordinator/peran/beri", None, only(403, **REGISTRAR)),
    (
        "POST", "national_roles.grant", "/koordinator/peran/beri", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "GET", "national_roles.without_officers", "/koordinator/peran/tanpa-pengelola", None,
        only(403, **REGISTRAR),
    ),
    ("GET", "national_roles.show", "/koordinator/peran/{grant}", None, only(403, **REGISTRAR)),
    (
        "POST", "national_roles.set_end", "/koordinator/peran/{grant}/hari-terakhir", {},
        only(403, coordinator=302, admin=302),
    ),
    (
        "POST", "national_roles.withdraw", "/koordinator/peran/{grant}/tarik", {},
        only(403, coordinator=422, admin=422),
    ),
    # An administrator's
    *(
        ("GET", endpoint, address, None, only(403, admin=200))
        for endpoint, address in (
            ("administration.index", "/admin"),
            ("administration.settings", "/admin/pengaturan"),
            ("administration.mail", "/admin/surel"),
            ("administration.jobs", "/admin/pekerjaan"),
            ("audit_log.show", "/admin/log-audit"),
            ("accounts.list", "/admin/akun"),
            ("accounts.show", "/admin/akun/{lina}"),
        )
    ),
    *(
        ("POST", endpoint, address, {}, only(403, admin=status))
        for endpoint, address, status in (
            ("administration.retry_mail", "/admin/surel/999/kirim", 409),
            ("administration.give_up_mail", "/admin/surel/999/hentikan", 409),
            ("administration.restart", "/admin/pekerjaan/999/ulang", 409),
            ("administration.stop", "/admin/pekerjaan/999/henti", 409),
            ("audit_log.export", "/admin/log-audit", 302),
            ("accounts.end_one", "/admin/akun/{lina}/perangkat/999/akhiri", 404),
            ("accounts.end_all", "/admin/akun/{lina}/perangkat/akhiri-semua", 302),
            ("accounts.mail_link", "/admin/akun/{lina}/tautan", 302),
        )
    ),
    # What stands at the head of certificates
    (
        "GET", "letterheads.index", "/koordinator/kop-sertifikat", None,
        only(403, admin=200),
    ),
    (
        "POST", "letterheads.set_version", "/koordinator/kop-sertifikat", {},
        only(403, admin=422),
    ),
    # What a year asks for
    ("GET", "yearly_hours.index", "/koordinator/jp-setahun", None, only(403, **REGISTRAR)),
    (
        "POST", "yearly_hours.set_hours", "/koordinator/jp-setahun", {},
        only(403, coordinator=422, admin=422),
    ),
    (
        "POST", "yearly_hours.remove", "/koordinator/jp-setahun/hapus", {},
        only(403, coordinator=404, admin=404),
    ),
    # Programmes
    ("GET", "programmes.show", "/capaian/tidak-ada", None, all_of(404)),
    ("GET", "programme_versions.list", "/koordinator/program", None, only(403, **REGISTRAR)),
    ("GET", "programme_versions.add", "/koordinator/program/baru", None, only(403, **REGISTRAR)),
    (
        "POST", "programme_versions.add", "/koordinator/program/baru", {},
        only(403, coordinator=422, admin=422),
    ),
    *(
        ("GET", endpoint, f"/koordinator/program/1-juta-asn{path}", None, only(403, **REGISTRAR))
        for endpoint, path in (
            ("programme_versions.show", ""),
            ("programme_versions.change", "/ubah"),
            ("programme_versions.close", "/tutup"),
            ("programme_targets.list", "/target"),
            ("programme_targets.download", "/target.csv"),
        )
    ),
    *(
        (
            "POST", endpoint, f"/koordinator/program/1-juta-asn{path}", {},
            only(403, coordinator=status, admin=status),
        )
        for endpoint, path, status in (
            ("programme_versions.change", "/ubah", 422),
            ("programme_versions.close", "/tutup", 422),
            ("programme_versions.publish", "/terbitkan", 404),
            ("programme_versions.discard", "/buang", 404),
            ("programme_targets.set_one", "/target", 422),
            ("programme_targets.upload", "/target/berkas", 422),
        )
    ),
    # A service elsewhere that seals: none is set here
    ("GET", "sealing.index", "/koordinator/segel", None, only(403, coordinator=404, admin=404)),
    ("POST", "sealing.begin", "/koordinator/segel", {}, only(403, coordinator=404, admin=404)),
    (
        "POST", "sealing.request_code", "/koordinator/segel/kode", {},
        only(403, coordinator=404, admin=404),
    ),
    # Going
    (
        "POST", "profile.sign_out_one", "/akun/perangkat/{device}/keluar", {},
        only(404, holder=302),
    ),
    ("POST", "profile.sign_out_all", "/akun/perangkat/keluar-semua", {}, signed_in(302)),
    ("POST", "account.sign_out", "/keluar", {}, all_of(302)),
]  # fmt: skip


def ask(
    browser: Browser, method: str, url: str, sent: Mapping[str, object] | None, token: str
) -> int:
    """The status of a request that is as well-formed as one from our own pages."""
    headers = {"X-CSRFToken": token} if method != "GET" else {}
    if method == "PUT":
        answer = browser.client.put(url, json=sent, headers=headers)
    else:
        answer = browser.client.open(url, method=method, data=sent, headers=headers)
    return answer.status_code


@pytest.mark.parametrize("who", WHO)
def test_everybody_may_open_what_the_table_says_and_nothing_else(
    browser: Browser, world: World, who: str
) -> None:
    expected, found = {}, {}
    for method, _, address, sent, statuses in ROUTES:
        row = f"{method} {address}"
        person = world.people[who]
        if person is not None:
            browser.sign_in(person)
        expected[row] = statuses[WHO.index(who)]
        # Anew: signing out changes it.
        token = "" if method == "GET" else browser.token()
        found[row] = ask(browser, method, world.address(address), sent, token)
    assert found == expected


def methods_of(app: Flask) -> set[tuple[str, str]]:
    """Every method and endpoint that the application answers."""
    return {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row(app: Flask) -> None:
    assert {(method, endpoint) for method, endpoint, *_ in ROUTES} == methods_of(app)
    assert len(ROUTES) == len(methods_of(app))


def test_every_row_leads_to_its_own_route(app: Flask, world: World) -> None:
    for method, endpoint, address, *_ in ROUTES:
        path = world.address(address).partition("?")[0]
        found = app.url_map.bind("localhost").match(path, method=method)[0]
        assert found == endpoint, address


def test_every_blueprint_says_whom_it_is_for(app: Flask) -> None:
    guards = app.extensions["guards"]
    assert guards.keys() == app.blueprints.keys()
    assert guards["staff"] == {Permission.MANAGE_STAFF}
    assert guards["register"] == {Permission.MANAGE_CERTIFICATES}
    assert guards["oversight"] == {Permission.OVERSEE_CONFIRMATIONS}
    for name in ("profile", "learning", "quiz", "certificates"):
        assert guards[name] == frozenset(), name


def test_what_changes_something_is_no_get(app: Flask) -> None:
    for method, endpoint in methods_of(app):
        if any(
            word in endpoint for word in ("confirm", "decline", "revoke", "replace", "sign_out")
        ):
            assert method == HTTPMethod.POST, endpoint


def test_a_program_that_is_not_signed_in_is_told_so_in_json(browser: Browser, world: World) -> None:
    url = f"/percobaan/{world.sitting.token}/jawaban/1"
    page = browser.put(url, ANSWER, expect=401)
    assert page.json["error"] == "Masuk dahulu untuk membuka halaman ini."


def test_nobody_opens_anothers_certificate_by_its_code(browser: Browser, world: World) -> None:
    for who in ("learner", "unconfirmed", "other officer", "author"):
        person = world.people[who]
        assert person is not None
        browser.sign_in(person)
        for ending in ("", ".pdf"):
            page = browser.get(f"/sertifikat/{world.issued.code}{ending}", expect=404)
            assert world.issued.person.number not in page.text
            assert "Sumirah" not in page.text


def test_what_is_not_mine_looks_like_what_is_not_there(browser: Browser, world: World) -> None:
    person = world.people["learner"]
    assert person is not None
    browser.sign_in(person)
    theirs = browser.get(f"/percobaan/{world.sitting.token}", expect=404)
    nobodys = browser.get("/percobaan/AAAAAAAAAAAAAAAAAAAAAA", expect=404)
    assert without_reference(theirs.text, world.sitting.token) == without_reference(
        nobodys.text, "AAAAAAAAAAAAAAAAAAAAAA"
    )


def without_reference(text: str, token: str) -> str:
    """A page without the number that the help desk finds it by, its token and its address."""
    lines = text.replace(token, "TOKEN").splitlines()
    return "\n".join(line for line in lines if "rujukan" not in line and "csrf" not in line)


def test_the_mail_of_everybody_is_shown_in_development_only(browser: Browser) -> None:
    assert browser.get("/surel", expect=404).title == "Tidak ditemukan"


def test_the_answer_of_a_refused_put_is_json(browser: Browser, world: World) -> None:
    person = world.people["holder"]
    assert person is not None
    browser.sign_in(person)
    page = browser.put(f"/percobaan/{world.sitting.token}/jawaban/99", ANSWER, expect=422)
    assert set(json.loads(page.text)) == {"error", "reference"}


def test_pages_ask_for_permissions_and_name_roles_only_to_show_them() -> None:
    naming = {
        file.relative_to(WEB).as_posix()
        for file in WEB.rglob("*.py")
        if re.search(r"\bimport\b.*\bRole\b", file.read_text())
    }
    assert naming == {"account/personal_data.py", "formatting.py"}
