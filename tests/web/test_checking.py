"""The screen where everybody checks: lines, a file, what officers see, proofs and reports."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.certificates.codes import code_from_bits, show_code
from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.printing import print_certificate
from lms.certificates.queries import find_certificate
from lms.certificates.theme import theme_of
from lms.checking.models import MismatchReport
from lms.checking.reports import MOST_OPEN
from lms.db import db
from lms.mail import OutboxMessage
from lms.printing.fonts import BUILT_FONTS
from tests.browser import Browser, Page
from tests.factories import Factory, InstitutionRef, Issued
from tests.hostile_pdfs import encrypted, one_page
from tests.pdf_ua import faults_of

NOBODYS_CODE = "000000000000"
WORDS = "Namanya pada lembar saya Budi Santoso."


@pytest.fixture
def city(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh")


@pytest.fixture
def issued(make: Factory, city: InstitutionRef) -> Issued:
    return make.certificate(make.learner("Siti Aminah, S.H.", at=city))


def sheet(make: Factory, issued: Issued, **changed: object) -> bytes:
    """The printed page of a certificate, with some facts changed by a forger."""
    with make.inside():
        found = find_certificate(issued.code)
        db.session.rollback()
    assert found is not None
    facts: CertificateFacts = replace(found.facts, **changed)  # type: ignore[arg-type]
    imprint = Imprint("Kementerian Contoh", f"https://sakuham.example/v/{facts.code}")
    return print_certificate(facts, imprint, theme_of(facts.theme), fonts=BUILT_FONTS)


def check(browser: Browser, text: str, *, expect: int = 200) -> Page:
    return browser.submit(
        browser.get("/verifikasi").form("/verifikasi"), {"kode": text}, expect=expect
    )


def bring(
    browser: Browser, content: bytes, name: str = "sertifikat.pdf", expect: int = 200
) -> Page:
    fields = {"csrf_token": browser.token(), "kode": "", "berkas": (BytesIO(content), name)}
    return browser.post("/verifikasi", fields, expect=expect)  # type: ignore[arg-type]


def noted(make: Factory, action: str) -> list[tuple[int | None, str, dict[str, Any]]]:
    """Who did it, to what, and with which details."""
    with make.inside():
        columns = select(AuditEntry.actor_id, AuditEntry.subject, AuditEntry.details)
        rows = db.session.execute(columns.where(AuditEntry.action == action)).all()
        db.session.rollback()
        return [(row[0], row[1], row[2]) for row in rows]


# Several lines


@pytest.mark.both
def test_several_lines_get_a_verdict_each_and_stay_in_the_box(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    revoked = make.certificate()
    make.revoke(revoked)
    lines = [
        show_code(issued.code),
        issued.number,
        f"https://sakuham.example/v/{revoked.code}",
        NOBODYS_CODE,
        "0000-0000-0001",
        "https://lain.example/badge/1",
    ]
    page = check(browser, "\r\n".join([*lines, "", "  "]))
    rows = [" ".join(tag.text.split()) for tag in page.document.all("td")]
    verdicts = rows[::3]
    words = ["Sah", "Sah", "Dicabut sejak", "Tidak dikenal", "Tidak dikenal Kode ini", "Bukan"]
    assert len(verdicts) == len(words)
    assert all(it.startswith(word) for it, word in zip(verdicts, words, strict=True))
    assert rows[1] == "Siti Aminah, S.H."
    assert rows[4] == "Si•• Am••••, S.H."
    assert f"/v/{issued.code}" in page.links
    (typed,) = [tag.text for tag in page.document.all("textarea")]
    assert typed.split() == lines
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_more_lines_than_fit_are_sent_back_with_all_that_was_typed(browser: Browser) -> None:
    lines = [code_from_bits(number) for number in range(51)]
    page = check(browser, "\n".join(lines), expect=422)
    assert "Paling banyak 50 baris" in page.words
    (typed,) = [tag.text for tag in page.document.all("textarea")]
    assert typed.split() == lines


def test_nothing_at_all_is_asked_for_again(browser: Browser) -> None:
    assert "pilih berkasnya" in check(browser, " \n ", expect=422).words


def test_numbers_in_a_list_are_counted_as_numbers(browser: Browser) -> None:
    numbers = "\n".join(f"HAM.01/{number:06}/2026" for number in range(40))
    check(browser, numbers)
    page = check(browser, numbers, expect=429)
    assert int(page.headers["Retry-After"]) > 60
    (typed,) = [tag.text for tag in page.document.all("textarea")]
    assert typed.split() == numbers.split()


def test_numbers_without_a_slash_cannot_be_walked_either(browser: Browser, make: Factory) -> None:
    holder = make.learner()
    numbers = [f"HAM-{serial:06}" for serial in range(30)]
    for event, number in enumerate(numbers):
        make.attendance(holder, event=event, number=number)
    title = "Seminar Hak atas Informasi"
    assert title in check(browser, "\n".join(numbers)).words
    assert title not in check(browser, "\n".join(numbers), expect=429).words
    browser.get(f"/verifikasi?kode={numbers[0]}", expect=429)


# A file


def test_a_file_of_ours_is_valid_and_shown(browser: Browser, make: Factory, issued: Issued) -> None:
    page = bring(browser, sheet(make, issued))
    assert "Hasil pemeriksaan berkas: Sah" in page.words
    assert "tidak bersegel" in page.words
    assert issued.person.name in page.words
    assert issued.person.number not in page.text.replace(" ", "")
    assert f"/v/{issued.code}" in page.links


def download(browser: Browser, issued: Issued) -> bytes:
    """The sheet as its holder has it."""
    holder = browser.another()
    holder.sign_in(issued.person)
    return bytes(holder.get(f"/sertifikat/{issued.code}.pdf").data)


def test_a_sheet_as_it_was_downloaded_is_known_by_its_bytes(
    browser: Browser, issued: Issued
) -> None:
    file = download(browser, issued)
    page = bring(browser, file)
    assert "Hasil pemeriksaan berkas: Sah" in page.words
    assert "sama bita demi bita" in page.words
    assert "tidak bersegel" in bring(browser, file + b"\n").words


@pytest.mark.usefixtures("keys")
def test_a_sealed_sheet_is_whole_until_a_byte_changes(browser: Browser, issued: Issued) -> None:
    file = download(browser, issued)
    page = bring(browser, file)
    assert "Hasil pemeriksaan berkas: Sah" in page.words
    assert "Segel penerbit utuh" in page.words
    page = bring(browser, file[:10] + bytes([file[10] ^ 1]) + file[11:])
    assert "Hasil pemeriksaan berkas: Berkas diubah" in page.words
    assert "Segelnya rusak" in page.words


def test_a_changed_name_stands_beside_the_true_one(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    page = bring(browser, sheet(make, issued, holder_name="Budi Santoso", credit_hours=20))
    assert "Hasil pemeriksaan berkas: Data berbeda" in page.words
    cells = [" ".join(tag.text.split()) for tag in page.document.all("td")]
    assert cells == ["Budi Santoso", "Siti Aminah, S.H.", "20", "2"]
    assert "Sertifikat yang disebut berkas ini: Sah" in page.words


def test_a_changed_number_does_not_bring_out_the_true_one(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    forged = issued.person.number[:-4] + "9999"
    page = bring(browser, sheet(make, issued, employee_number=forged))
    assert "Data berbeda" in page.words
    assert issued.person.number not in page.text.replace(" ", "")


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"bukan pdf", "bukan PDF"), (b"%PDF-1.7", "bukan PDF"), (encrypted(), "dikunci")],
)
def test_what_cannot_be_checked_is_explained(browser: Browser, content: bytes, word: str) -> None:
    page = bring(browser, content, expect=422)
    assert word in page.words
    (field,) = [tag for tag in page.document.all("input") if tag.get("name") == "berkas"]
    assert field.get("aria-invalid") == "true"


def test_another_pdf_is_none_of_ours(browser: Browser) -> None:
    assert "Bukan sertifikat kami" in bring(browser, one_page(b"(Surat Tugas) Tj")).words


def test_a_file_beyond_all_measure_is_not_even_read(browser: Browser) -> None:
    answer = browser.client.post(
        "/verifikasi",
        data=b"%PDF-1.7" + bytes(3 << 20),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


# Officers


def test_an_officer_sees_the_whole_number_of_their_own_people_only(
    browser: Browser, make: Factory, issued: Issued, city: InstitutionRef
) -> None:
    number = issued.person.number
    browser.sign_in(make.officer(at=city))
    page = browser.get(f"/v/{issued.code}")
    assert number in page.words
    assert "ada dalam daftar pegawai instansi Anda" in page.words
    elsewhere = browser.another()
    elsewhere.sign_in(make.officer(at=make.institution()))
    page = elsewhere.get(f"/v/{issued.code}")
    assert number not in page.text
    assert "tidak ada dalam daftar pegawai instansi Anda" in page.words
    registrar = browser.another()
    registrar.sign_in(make.coordinator())
    page = registrar.get(f"/v/{issued.code}")
    assert number in page.words
    assert f"/koordinator/sertifikat/{issued.code}" in page.links
    learner = browser.another()
    learner.sign_in(issued.person)
    assert number not in learner.get(f"/v/{issued.code}").text


def test_an_officer_is_not_braked_by_their_offices_address(
    browser: Browser, make: Factory, issued: Issued, city: InstitutionRef
) -> None:
    for _ in range(60):
        browser.get(f"/v/{issued.code}")
    browser.get(f"/v/{issued.code}", expect=429)
    officer = browser.another()
    officer.sign_in(make.officer(at=city))
    for _ in range(70):
        officer.get(f"/v/{issued.code}")
    learner = browser.another()
    learner.sign_in(issued.person)
    learner.get(f"/v/{issued.code}", expect=429)


# Guessing


def test_a_burst_of_guesses_is_noted_once_and_names_nobody(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    codes = [code_from_bits(number) for number in range(40)]
    for code in codes[:29]:
        browser.get(f"/v/{code}", expect=404)
    browser.get(f"/verifikasi?kode={issued.code}")
    browser.get("/verifikasi?kode=ABC", expect=422)
    assert noted(make, "verification.guessed") == []
    for code in codes[29:]:
        browser.get(f"/v/{code}", expect=404)
    assert noted(make, "verification.guessed") == [(None, "verification", {"limit": "30 per hour"})]


def test_a_list_of_guesses_is_noted_too(browser: Browser, make: Factory) -> None:
    check(browser, "\n".join(code_from_bits(number) for number in range(45)))
    assert len(noted(make, "verification.guessed")) == 1


@pytest.mark.both
@pytest.mark.parametrize(
    ("method", "file"),
    [
        ("GET", "bukti.pdf"),
        ("GET", "bukti.json"),
        ("GET", "qr.png"),
        ("GET", "lapor"),
        ("POST", "lapor"),
    ],
)
def test_guesses_at_every_door_beside_the_page_are_noted(
    browser: Browser, make: Factory, issued: Issued, method: str, file: str
) -> None:
    token = {"X-CSRFToken": browser.token()}

    def ask(code: str, address: str = "192.0.2.1") -> int:
        return browser.client.open(
            f"/v/{code}/{file}",
            method=method,
            headers=token,
            environ_base={"REMOTE_ADDR": address},
        ).status_code

    for number in range(29):
        assert ask(code_from_bits(number)) == 404
    for _ in range(29):
        ask(issued.code, "192.0.2.2")
        ask("ABC", "192.0.2.2")
    assert noted(make, "verification.guessed") == []
    assert ask(code_from_bits(29)) == 404
    assert len(noted(make, "verification.guessed")) == 1


def test_neighbours_together_may_not_ask_without_end(browser: Browser) -> None:
    refused = 0
    for host in range(1, 30):
        at = {"REMOTE_ADDR": f"192.0.2.{host}"}
        for _ in range(59):
            answer = browser.client.get("/verifikasi?kode=ABC", environ_base=at)
            refused += answer.status_code == 429
    assert refused == 29 * 59 - 16 * 60


# The proof of a check


def test_the_proof_says_what_the_check_said_and_when(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    (link,) = [each for each in browser.get(f"/v/{issued.code}").links if "bukti" in each]
    answer = browser.get(link)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert faults_of(answer.data) == []
    with PdfDocument(answer.data) as document:
        assert len(document) == 1
        words = " ".join(document[0].get_textpage().get_text_range().split())
    for word in (
        "Bukti pemeriksaan sertifikat Sah",
        issued.person.name,
        "Nilai Contoh",
        "2 JP",
        "ASN terkonfirmasi",
        show_code(issued.code),
        f"https://sakuham.example/v/{issued.code}",
    ):
        assert word in words, word
    assert re.search(r"Diperiksa pada \d+ \w+ \d{4} pukul \d\d\.\d\d\.\d\d WIB", words)
    assert issued.book.sha256 in words.replace(" ", "")
    assert issued.person.number not in words.replace(" ", "")
    make.revoke(issued)
    with PdfDocument(browser.get(link).data) as document:
        assert "Dicabut" in document[0].get_textpage().get_text_range()


def test_there_is_no_proof_of_nothing(browser: Browser) -> None:
    browser.get(f"/v/{NOBODYS_CODE}/bukti.pdf", expect=404)
    browser.get("/v/ABC/bukti.pdf", expect=404)


# Reports


def report(browser: Browser, issued: Issued, expect: int = 302, **fields: str) -> Page:
    path = f"/v/{issued.code}/lapor"
    form = browser.get(path).form(path)
    return browser.submit(form, {"words": WORDS} | fields, expect=expect)


@pytest.mark.both
def test_a_report_is_read_and_answered_by_a_registrar(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    report(browser, issued, contact="Warga@Contoh.Example")
    assert "Laporan Anda kami terima" in browser.get(f"/v/{issued.code}").words
    registrar = browser.another()
    registrar.sign_in(make.coordinator())
    assert "Laporan ketidaksesuaian 1" in registrar.get("/koordinator/sertifikat").words
    assert WORDS in registrar.get(f"/koordinator/sertifikat/{issued.code}").words
    (path,) = [
        link
        for link in registrar.get("/koordinator/sertifikat/laporan").links
        if re.fullmatch(r"/koordinator/sertifikat/laporan/\d+", link)
    ]
    page = registrar.get(path)
    assert WORDS in page.words
    assert "warga@contoh.example" in page.words
    assert "10 sampai" in registrar.submit(page.form(path), {"answer": "ya"}, expect=422).words
    registrar.submit(page.form(path), {"answer": "Lembar itu palsu; kami laporkan."}, expect=302)
    page = registrar.get(path)
    assert "Lembar itu palsu" in page.words
    assert "warga@contoh.example" not in page.text
    again = registrar.post(path, {"answer": "Jawaban yang kedua kalinya."}, expect=409)
    assert "sudah dijawab" in again.words
    with make.inside():
        (mail,) = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.recipient == "warga@contoh.example")
        )
        assert "Lembar itu palsu" in mail.body
        assert f"https://sakuham.example/v/{issued.code}" in mail.body
        db.session.rollback()
    assert noted(make, "certificate.mismatch_reported") == [(None, f"certificate:{issued.id}", {})]
    assert len(noted(make, "certificate.mismatch_closed")) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": "beda"}, "10 sampai 1.000 karakter"),
        ({"words": ""}, "Tulis apa yang berbeda."),
        ({"words": "x" * 1001}, "10 sampai 1.000 karakter"),
        ({"contact": "bukan surel"}, "alamat surel yang lengkap"),
    ],
)
def test_a_report_that_cannot_be_read_keeps_what_was_typed(
    browser: Browser, make: Factory, issued: Issued, fields: dict[str, str], sentence: str
) -> None:
    page = report(browser, issued, 422, **fields)
    assert sentence in page.words
    (typed,) = [tag.text for tag in page.document.all("textarea")]
    assert typed == fields.get("words", WORDS)
    assert make.count(MismatchReport) == 0


def test_a_program_that_fills_in_all_it_finds_reports_nothing(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    report(browser, issued, site="https://promosi.example")
    assert make.count(MismatchReport) == 0


def test_nobody_can_flood_the_registrars(browser: Browser, make: Factory, issued: Issued) -> None:
    for _ in range(MOST_OPEN):
        report(browser, issued)
    page = report(browser, issued, 429)
    assert WORDS in page.text
    assert make.count(MismatchReport) == MOST_OPEN
    for host in (1, 2):
        answer = browser.client.post(
            f"/v/{issued.code}/lapor",
            data={"words": WORDS, "csrf_token": browser.token()},
            environ_base={"REMOTE_ADDR": f"198.51.100.{host}"},
        )
        assert answer.status_code == 409
    assert make.count(MismatchReport) == MOST_OPEN


def test_there_is_nothing_to_report_of_what_nobody_issued(browser: Browser) -> None:
    browser.get(f"/v/{NOBODYS_CODE}/lapor", expect=404)
