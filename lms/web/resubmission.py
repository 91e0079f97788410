"""Resubmission: a form with a stale token is offered again, with what it would do."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.errors import N_, NotAllowed
from lms.http.errors import carried_fields, error_for_a_program, wants_json

# Whoever presses the button must know what for: another site may have made the form. A test sees
# to it that every page that takes a form has its words here.
CONSEQUENCES: Final[Mapping[str, str]] = {
    "api_tokens.make": N_("membuat kunci API bagi instansi Anda"),
    "webhooks.make": N_("menambahkan webhook bagi instansi Anda"),
    "webhooks.replay": N_("mengirim ulang pemberitahuan sebuah webhook"),
    "webhooks.remove": N_("menghapus sebuah webhook"),
    "api_tokens.revoke": N_("mencabut sebuah kunci API"),
    "all_api_tokens.revoke_any": N_("mencabut sebuah kunci API"),
    **{
        f"{section}.{deed}": words
        for section in ("staff_records", "national_records")
        for deed, words in (
            ("begin", N_("mencatatkan sertifikat sebuah instansi ke riwayat negara")),
            ("end", N_("menghentikan pencatatan sertifikat ke riwayat negara")),
            ("retry", N_("mencoba lagi sebuah catatan ke riwayat negara")),
            ("retry_all", N_("mencoba lagi catatan-catatan ke riwayat negara")),
        )
    },
    "account.choose_password": N_("menyimpan kata sandi baru"),
    "account.forgot": N_("meminta tautan untuk membuat kata sandi baru"),
    "account.register": N_("mendaftarkan akun baru"),
    "account.sign_in": N_("masuk"),
    "account.sign_out": N_("keluar dari akun"),
    "institutions.add": N_("menambahkan sebuah instansi"),
    "institutions.edit": N_("mengubah data sebuah instansi"),
    "institutions.merge": N_("menggabung sebuah instansi ke instansi lain"),
    "institutions.close": N_("menutup sebuah instansi"),
    "institutions.set_office": N_("menetapkan kanwil bagi satu provinsi"),
    **{
        f"{section}.{deed}": words
        for section in ("national_roles", "staff_roles")
        for deed, words in (
            ("grant", N_("memberi seseorang sebuah peran")),
            ("set_end", N_("mengubah hari terakhir sebuah peran")),
            ("withdraw", N_("menarik sebuah peran")),
        )
    },
    "administration.retry_mail": N_("mengirim lagi surel yang belum terkirim"),
    "administration.give_up_mail": N_("menghentikan surel yang belum terkirim"),
    "administration.restart": N_("mengulang sebuah pekerjaan"),
    "administration.stop": N_("membatalkan sebuah pekerjaan"),
    "audit_log.export": N_("meminta log audit sebagai berkas"),
    "accounts.end_one": N_("mengeluarkan seseorang dari sebuah perangkat"),
    "accounts.end_all": N_("mengeluarkan seseorang dari semua perangkat"),
    "accounts.mail_link": N_("mengirim tautan kata sandi kepada seseorang"),
    "institutions.answer": N_("menempatkan pendaftar di sebuah instansi"),
    "units.add": N_("menambahkan sebuah unit kerja"),
    "units.edit": N_("mengubah sebuah unit kerja"),
    "units.merge": N_("menggabung sebuah unit kerja ke unit lain"),
    "units.transfer": N_("memindahkan sebuah unit kerja ke instansi lain"),
    "units.close": N_("menutup sebuah unit kerja"),
    "registry_sheets.institutions": N_("mengunggah daftar instansi"),
    "registry_sheets.units": N_("mengunggah susunan unit kerja"),
    "registry_sheets.apply": N_("menerapkan lembar yang Anda unggah"),
    "letterheads.set_version": N_("menetapkan kop sertifikat"),
    "register.replace": N_("mengganti sebuah sertifikat dengan yang baru"),
    "reports.close": N_("menjawab sebuah laporan ketidaksesuaian"),
    "assignments.new": N_("menugaskan modul kepada pegawai"),
    "assignments.set_due_date": N_("mengubah tenggat sebuah penugasan"),
    "assignments.withdraw": N_("menarik sebuah penugasan"),
    "assignments.withdraw_person": N_("mengeluarkan seseorang dari sebuah penugasan"),
    "own_mail.show": N_("mengubah surel yang Anda terima"),
    "stopping.stop": N_("berhenti menerima surel"),
    "bulk.upload": N_("mengunggah sertifikat untuk diperiksa"),
    "bulk.columns": N_("memeriksa sertifikat dalam lembar yang Anda unggah"),
    "register.revoke": N_("mencabut sebuah sertifikat"),
    "register.reinstate": N_("menarik pencabutan sebuah sertifikat"),
    "corrections.send": N_("meminta perbaikan sertifikat Anda"),
    "corrections.withdraw": N_("menarik permintaan perbaikan sertifikat Anda"),
    "staff_corrections.send": N_("meminta perbaikan sertifikat seorang pegawai"),
    "staff_corrections.grant": N_("mengganti sertifikat seorang pegawai dengan yang baru"),
    "staff_corrections.decline": N_("menolak permintaan perbaikan sertifikat"),
    "register_corrections.grant": N_("mengganti sebuah sertifikat dengan yang baru"),
    "register_corrections.decline": N_("menolak permintaan perbaikan sertifikat"),
    "editions.answer_sheet": N_("mengambil lembar jawaban sebuah buku saku"),
    "jobs.cancel": N_("membatalkan sebuah pekerjaan Anda"),
    "jobs.retry": N_("mengulang sebuah pekerjaan Anda"),
    "sealing.begin": N_("menyegel sertifikat yang menunggu"),
    "sealing.request_code": N_("meminta kode sekali pakai untuk menyegel sertifikat"),
    "staff.add": N_("memasukkan seseorang ke daftar pegawai"),
    "staff_decisions.confirm": N_("mengonfirmasi seorang pegawai"),
    "staff_decisions.decline": N_("menyatakan seseorang bukan pegawai instansi Anda"),
    "staff_decisions.act": N_("mengonfirmasi atau menolak pegawai yang Anda pilih"),
    "staff_decisions.confirm_matching": N_("mengonfirmasi yang cocok dengan daftar Anda"),
    "staff_decisions.move": N_("memindahkan pegawai ke unit kerja lain"),
    "programme_versions.add": N_("menyiapkan sebuah program baru"),
    "programme_versions.change": N_("menyiapkan perubahan sebuah program"),
    "programme_versions.publish": N_("menerbitkan definisi sebuah program"),
    "programme_versions.discard": N_("membuang persiapan sebuah program"),
    "programme_versions.close": N_("menutup sebuah program"),
    "programme_targets.set_one": N_("menetapkan target sebuah instansi atau provinsi"),
    "programme_targets.upload": N_("mengunggah target instansi dan provinsi"),
    "yearly_hours.remove": N_("menghapus ketentuan JP setahun"),
    "yearly_hours.set_hours": N_("mengatur JP setahun"),
    "staff_decisions.undo": N_("mengurungkan keputusan Anda tentang pegawai"),
    "desk.save": N_("menyimpan daftar dengan nama"),
    "desk.change": N_("mengubah daftar yang Anda simpan"),
    "desk.columns": N_("memilih kolom daftar pegawai"),
    "staff.edit": N_("mengubah data seorang pegawai"),
    "staff.set_contact": N_("mengubah kontak kepegawaian sebuah instansi"),
    "own_evidence.ask": N_("meminta laporan bukti instansi Anda"),
    "own_evidence.again": N_("meminta sebuah laporan bukti sekali lagi"),
    "national_evidence.ask": N_("meminta laporan bukti"),
    "national_evidence.again": N_("meminta sebuah laporan bukti sekali lagi"),
    "exports.ask": N_("meminta ekspor daftar pegawai dan sertifikat"),
    "exports.ask_for_sheets": N_("meminta semua sertifikat sebuah daftar sebagai berkas"),
    "exports.marks": N_("menandai sertifikat yang sudah diserahkan"),
    "exports.remove_layout": N_("menghapus sebuah susunan kolom Anda"),
    "exports.save_layout": N_("menyimpan sebuah susunan kolom"),
    "staff_lists.upload": N_("mengunggah daftar pegawai untuk diperiksa"),
    "staff_lists.columns": N_("memeriksa daftar pegawai yang Anda unggah"),
    "staff_lists.apply": N_("menerapkan daftar pegawai yang sudah diperiksa"),
    "account.activate": N_("memakai kode aktivasi"),
    "account.new_address": N_("mengganti surel akun Anda"),
    "second_step.show": N_("menunjukkan kode verifikasi dua langkah"),
    "second_factor.begin": N_("mulai memasang verifikasi dua langkah"),
    "second_factor.finish": N_("memasang verifikasi dua langkah"),
    "second_factor.renew": N_("mengganti kode pemulihan Anda"),
    "second_factor.remove": N_("melepas verifikasi dua langkah akun Anda"),
    "own_signon.link": N_("menautkan akun penyedia dengan akun Anda"),
    "own_signon.unlink": N_("memutuskan tautan akun Anda dengan sebuah penyedia"),
    "profile.change_address": N_("meminta tautan untuk mengganti surel akun Anda"),
    "people.note": N_("mencatat perubahan seorang pegawai"),
    "people.set_address": N_("mengganti surel seorang pegawai"),
    "people.undo": N_("membatalkan catatan seorang pegawai"),
    "people.make_codes": N_("membuat kode aktivasi yang baru"),
    "people.invite": N_("mengundang pegawai lewat surel"),
    "people.stop": N_("menghentikan pengiriman undangan"),
    "people.search_duplicates": N_("mencari akun ganda"),
    "people.merge": N_("menggabung dua akun seorang pegawai"),
    "people.separate": N_("memisahkan lagi dua akun yang digabung"),
    "profile.change_password": N_("mengganti kata sandi akun Anda"),
    "profile.sign_out_all": N_("mengeluarkan akun Anda dari semua perangkat"),
    "profile.sign_out_one": N_("mengeluarkan akun Anda dari sebuah perangkat"),
    "quiz.start": N_("memulai kuis akhir"),
    "quiz.submit": N_("mengumpulkan jawaban kuis akhir"),
    "reading.finish_chapter": N_("menandai sebuah bab selesai dibaca"),
    "reading.save_position": N_("menyimpan tempat Anda membaca"),
    "reading.enrol_in_edition": N_("memulai edisi yang baru"),
    "oversight.doubt": N_("meragukan konfirmasi pegawai"),
    "oversight.settle": N_("menjawab semua keraguan sebuah hari"),
    "doubts.answer": N_("menjawab keraguan tentang sebuah konfirmasi"),
    "staff_doubts.answer": N_("menjawab keraguan tentang pegawai Anda"),
    "samples.answer": N_("menjawab sampel konfirmasi sebuah instansi"),
    "staff_samples.answer": N_("menjawab sampel konfirmasi pegawai Anda"),
    "mismatches.report": N_("melaporkan ketidaksesuaian sebuah sertifikat"),
}


class FromElsewhere(NotAllowed):
    """A form that another site had this browser send."""

    def __init__(self) -> None:
        super().__init__(N_("Permintaan ini datang dari situs lain."))


def init_resubmission(app: Flask) -> None:
    """Answer a form whose token is stale with the form itself."""
    app.register_error_handler(CSRFError, _offer_again)


def offer_again(path: str, fields: list[tuple[str, str]], *, is_own: bool) -> str:
    """The page that sends these fields to a path of ours at one press, and says what that does.

    `is_own` says that it is known whose form this is: the same person has just signed in.
    """
    return render_template(
        "account/resubmit.html",
        action=path,
        fields=fields,
        consequence=_consequence(path),
        is_own=is_own,
    )


def _offer_again(_error: CSRFError) -> ResponseReturnValue:
    if wants_json():
        sentence = gettext("Muat ulang halaman; jawaban Anda tetap ada.")
        return error_for_a_program(HTTPStatus.BAD_REQUEST, sentence)
    if _comes_from_elsewhere():
        return current_app.handle_user_exception(FromElsewhere())
    return offer_again(request.path, carried_fields(), is_own=False), 400


def _comes_from_elsewhere() -> bool:
    """Whether the browser says so: in one header today, on plain http and formerly in others."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return False
    ours = {request.host, urlsplit(current_app.config["SAKUHAM"].public_url).netloc}
    return urlsplit(source).netloc not in ours


def _consequence(path: str) -> str | None:
    """What a form sent to a path does, in the reader's words; None where no form is taken."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return None
    return str(gettext(CONSEQUENCES[endpoint]))
