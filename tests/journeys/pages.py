"""Every page there is, in every state that looks different, and who sees it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from playwright.sync_api import Page, Response
from sqlalchemy import select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account, RoleGrant
from lms.accounts.people import grant_role
from lms.accounts.queries import find_account, get_principal
from lms.accounts.requests import answer_requests, ask_for_link
from lms.assignments.service import AssignmentWish, assign_to_place
from lms.certificates.correction_requests import Wish, ask_correction, decline_request
from lms.certificates.enums import CorrectableFact, RevocationGround
from lms.certificates.letterhead_versions import add_letterhead, keep_emblem
from lms.certificates.letterheads import Letterhead
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import (
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from lms.checking.bulk.archives import pack
from lms.checking.bulk.columns import preview_of
from lms.checking.bulk.results import UNREADABLE, Found
from lms.checking.bulk.service import keep_documents, keep_table, store_rows
from lms.checking.bulk.work import read_sheet
from lms.checking.reports import list_reports_of, report_mismatch
from lms.checking.verdicts import Verdict
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.desk.saved_filters import save_filter
from lms.evidence.models import EvidenceReport, ReportForm
from lms.evidence.rules import Subject, list_terms
from lms.evidence.service import ask_report
from lms.exchange.models import Webhook
from lms.exchange.webhooks import make_webhook
from lms.http.principal import COOKIE
from lms.http.stop_links import MailTopic, sign_stop
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.doubts.models import DoubtGround
from lms.institutions.doubts.service import Doubt, open_doubt
from lms.institutions.granting.rules import Place as RolePlace
from lms.institutions.granting.service import end_at
from lms.institutions.models import Posting
from lms.institutions.reach import scope_of
from lms.institutions.registry.models import SheetKind
from lms.institutions.registry.requests import settle_registered
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.sheets import keep_sheet
from lms.institutions.registry.tree import found_unit
from lms.institutions.samples.models import ConfirmationSample, SampledConfirmation
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.models import ImportState, StaffImport
from lms.institutions.staff_lists.previews import preview_of as preview_of_list
from lms.institutions.staff_lists.service import CHECK as STAFF_CHECK
from lms.institutions.staff_lists.service import keep_list
from lms.institutions.staff_lists.sheets import read_list
from lms.jobs.models import Job, JobFile, JobFilePart, JobState
from lms.jobs.service import UNEXPECTED, enqueue
from lms.learning.attempts import submit_attempt
from lms.mail import OutboxMessage, write_mail
from lms.pocketbooks.queries import get_book, get_chapter, list_books
from lms.reporting.surveys import survey_days
from lms.web.reading.pages import appendix_links
from tests.journeys.people import (
    ADMINISTRATOR,
    COORDINATOR,
    OFFICER,
    SLUG,
    cookie_of,
    invent,
    settle,
)
from tests.journeys.site import Site

NO_PAGES = {
    "account.new_address": "one sentence and a button: integration/test_people.py",
    "api_certificates.list_entries": "for a program",
    "api_checks.check_one": "for a program",
    "api_documents.openapi": "for a program",
    "api_figures.show_figures": "for a program",
    "api_progress.list_people": "for a program",
    "coordination.days_as_file": "a file",
    "coordination.institution_days_as_file": "a file",
    "coordination.institutions_as_file": "a file",
    "coordination.provinces_as_file": "a file",
    "log.ledger": "a file",
    "programme_targets.download": "a file",
    "second_step.show": "there only where a second factor is asked for: web/test_second_factor.py",
    "signon.begin": "leads to another site: journeys/test_sign_on.py",
    "signon.come_back": "leads on: journeys/test_sign_on.py",
    "own_signon.link": "there only with a provider: journeys/test_sign_on.py",
    "signon.leave": "there only where somebody came from elsewhere: journeys/test_sign_on.py",
    "editions.download": "a file",
    "programmes.days": "a file",
    "programmes.institutions": "a file",
    "jobs.download": "a file",
    "bulk.csv": "a file",
    "staff_lists.template": "a file",
    "staff_lists.refused": "a file",
    "places.search": "for a script",
    "registry_sheets.export_institutions": "a file",
    "registry_sheets.export_units": "a file",
    "registry_sheets.refused": "a file",
    "editions.cover_picture": "a picture",
    "editions.site_cover": "a picture",
    "sealing.index": "there only where a service elsewhere seals: web/test_sealing.py",
    **dict.fromkeys(
        (
            "staff_records.index",
            "staff_records.show",
            "national_records.list",
            "national_records.show",
        ),
        "there only where the state's service is named: web/test_the_states_record.py",
    ),
    "site.manifest": "a file",
    "offline.manifest": "a file",
    "offline.offline_list": "a file",
    "offline.worker": "a script",
    "verification.show_scanned": "the page of another address",
    "site.robots": "a file",
    "site.security": "a file",
    "health.readyz": "for a load balancer",
    "certificates.pdf": "a file",
    "certificates.picture": "a picture",
    "sharing.card": "a picture",
    "badges.document": "a file",
    "badges.drawing": "a file",
    "badges.picture": "a picture",
    "credentials.did": "a file",
    "credentials.medal": "a picture",
    "credentials.status": "a file",
    "keys.public_keys": "a file",
    "keys.root": "a file",
    "log.audit_program": "a file",
    "log.checkpoint": "a file",
    "log.download": "a file",
    "log.download_part": "a file",
    "log.earlier_checkpoint": "a file",
    "log.keys": "a file",
    "log.proof": "a file",
    "log.tile": "a file",
    "opening.opening": "a file",
    "check_files.proof": "a file",
    "check_files.qr": "a picture",
    "exports.file": "a file",
    "exports.units": "a file",
    "profile.personal_data_file": "a file",
    "reading.picture": "a picture",
    "preferences.set": "leads on",
    "reading.leave_chapter": "leads on",
    "reading.resume": "leads on",
}

# As a person would, but without what the browser itself refuses.
PRESS = """
(button) => {
  button.form.noValidate = true;
  button.form.requestSubmit(button);
}
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """A page in a state: its path, whose cookie opens it, and the button that leads further."""

    path: str
    cookie: str = ""
    press: str = ""

    def open(self, page: Page) -> Response:
        """Go there, as that person."""
        page.context.clear_cookies(name=COOKIE)
        if self.cookie:
            page.context.add_cookies(
                [{"name": COOKIE, "value": self.cookie, "domain": "127.0.0.1", "path": "/"}]
            )
        answer = page.goto(self.path)
        if self.press:
            with page.expect_navigation() as navigation:
                page.locator(self.press).first.evaluate(PRESS)
            answer = navigation.value
        assert answer is not None
        assert answer.status < 500, self
        return answer


def list_stops(site: Site) -> list[Stop]:
    """The whole site; brings the people that it takes."""
    return [*_public(site), *_learning(site), *_offices(site)]


def _public(site: Site) -> Iterator[Stop]:
    yield Stop("/")
    yield Stop("/capaian")
    yield Stop("/capaian/1-juta-asn")
    yield Stop("/capaian?cari=contoh&jenis=pusat")
    yield Stop("/log")
    yield Stop("/privasi")
    yield Stop("/bantuan?rujukan=0A1B2C")
    yield Stop("/tentang")
    yield Stop("/status")
    yield Stop("/surel")
    yield Stop("/tidak-ada")
    with site.app.app_context():
        books = [(book.slug, len(book.chapters), appendix_links(book)) for book in list_books()]
        check = get_chapter(get_book(SLUG).release_id, 1).checks[0].key
    for slug, count, appendices in books:
        yield Stop(f"/buku/{slug}")
        for number in range(1, count + 1):
            yield Stop(f"/buku/{slug}/{number}")
        for each in appendices:
            yield Stop(f"/buku/{slug}/{each.name}")
    yield Stop(f"/buku/{SLUG}/1?cek={check}")
    for choice in (0, 1):
        yield Stop(f"/buku/{SLUG}/1?cek={check}&pilih={choice}&minta=1")
    yield Stop(f"/buku/{SLUG}/1?cek={check}&pilih=0&minta=2")
    for query in ("", "?q=korban", "?q=perundugan", "?q=xqzzt", "?q=yang", f"?q=hak&buku={SLUG}"):
        yield Stop(f"/cari{query}")
    yield Stop("/verifikasi")
    yield Stop("/verifikasi?kode=salah")
    yield Stop("/verifikasi", press=".check-all > button")
    yield Stop("/verifikasi/luring")
    yield Stop("/verifikasi/luring?bahasa=en&tema=dark&huruf=large#https%3A%2F%2Flain.example")
    yield Stop("/v/0000-0000-0000")
    for path in ("/masuk", "/daftar", "/lupa-kata-sandi", "/aktivasi"):
        yield Stop(path)
        yield Stop(path, press="main form button[type=submit]")
    tokens: list[str] = []

    def note(token: str) -> str:
        tokens.append(token)
        return token

    with site.app.app_context(), transaction():
        ask_for_link(settle(site).number, now=utc_now())
    with site.app.app_context():
        answer_requests(note, now=utc_now())
    yield Stop(f"/tautan/{tokens[0]}")
    yield Stop(f"/tautan/{tokens[0]}", press="main form button[type=submit]")
    yield Stop("/tautan/tidak-ada")
    yield Stop("/belajar")


def _learning(site: Site) -> Iterator[Stop]:
    quiz = f"/modul/{SLUG}/kuis"
    newcomer = cookie_of(site, settle(site))
    yield Stop("/akun/ganti-surel", newcomer)
    yield Stop("/akun/ganti-surel", newcomer, "main form button[type=submit]")
    yield Stop("/akun/verifikasi-dua-langkah", newcomer)
    yield Stop("/akun/verifikasi-dua-langkah", newcomer, "main form button[type=submit]")
    yield Stop("/akun/kata-sandi", newcomer)
    yield Stop("/akun/kata-sandi", newcomer, "main form button[type=submit]")
    for path in ("/", "/belajar", "/akun", f"/buku/{SLUG}", f"/buku/{SLUG}/2", quiz):
        yield Stop(path, newcomer)
    yield Stop("/kepegawaian", newcomer)
    yield Stop("/pekerjaan", newcomer)
    yield Stop("/pekerjaan", _asker(site))

    yield Stop(quiz, cookie_of(site, settle(site, has_read=True)))
    sitting = site.people.sitting(answered=False)
    for path in ("/", "/belajar", f"/buku/{SLUG}", quiz, f"/percobaan/{sitting.token}"):
        yield Stop(path, sitting.learner.cookie)
    yield Stop(
        f"/percobaan/{sitting.token}", sitting.learner.cookie, "#lembar button[value=kumpulkan]"
    )

    late = site.people.sitting(answered=False)
    with site.app.test_request_context(), transaction():
        submit_attempt(late.learner.account_id, late.token, now=utc_now())
    for path in (f"/percobaan/{late.token}/hasil", quiz, f"/buku/{SLUG}"):
        yield Stop(path, late.learner.cookie)

    passed = site.people.sitting(answered=True)
    with site.app.test_request_context(), transaction():
        submit_attempt(passed.learner.account_id, passed.token, now=utc_now())
    (code,) = site.certificates_of(passed.learner.account_id)
    for path in (
        f"/percobaan/{passed.token}/hasil",
        f"/sertifikat/{code}",
        "/akun/data",
        quiz,
        "/belajar",
        f"/buku/{SLUG}",
    ):
        yield Stop(path, passed.learner.cookie)


def _asker(site: Site) -> str:
    """Somebody who has jobs in every state."""
    person, now = settle(site), utc_now()
    claim = {"claimed_by": "nobody", "claimed_until": now + timedelta(hours=1)}
    with site.app.app_context(), transaction():
        for state, values in (
            (JobState.WAITING, {"due_at": now + timedelta(hours=1)}),
            (JobState.RUNNING, {"done_count": 3, "total_count": 10, **claim}),
            (JobState.DONE, {}),
            (JobState.FAILED, {"failure": UNEXPECTED}),
            (JobState.CANCELLED, {}),
        ):
            job = enqueue("export", {"format": "xlsx"}, asker_id=None, now=now)
            job.asker_id, job.state = person.account_id, state
            for name, value in values.items():
                setattr(job, name, value)
        db.session.add(
            JobFile(
                job_id=job.id - 2,
                name="a.csv",
                media_type="text/csv",
                expires_at=now + timedelta(days=1),
            )
        )
        db.session.flush()
        db.session.add(JobFilePart(job_id=job.id - 2, number=0, content=b"a"))
    return cookie_of(site, person)


def _assigned(site: Site, officer: str) -> Iterator[Stop]:
    """An officer's assignments, what the person sees who is asked, and the way out of reminders."""
    lists, asked = "/kepegawaian/penugasan", settle(site)
    yield Stop(lists, officer)
    for path in (f"{lists}/baru", "/akun/surel"):
        yield Stop(path, officer)
    yield Stop(f"{lists}/baru", officer, "main form button[type=submit]")
    now = utc_now()
    with site.app.test_request_context(), transaction():
        account = find_account(OFFICER.number)
        assert account is not None
        scope = scope_of(get_principal(account.id))
        wish = AssignmentWish(
            list_books()[0].module_id, local_day(now) + timedelta(days=7), "Demi akreditasi."
        )
        (place,) = scope.institution_ids
        key = assign_to_place(scope, place, None, wish, now=now).id
        token = sign_stop(MailTopic.REMINDERS, asked.account_id)
    for path in (lists, f"{lists}/{key}", f"{lists}/{key}?daftar=selesai"):
        yield Stop(path, officer)
    for path in ("/", "/belajar", "/akun/surel"):
        yield Stop(path, cookie_of(site, asked))
    yield Stop(f"/berhenti/{token}")
    yield Stop(f"/berhenti/{token}", press="main form button[type=submit]")


def _offices(site: Site) -> Iterator[Stop]:
    waiting = settle(site, invent("Menunggu Konfirmasi"), is_confirmed=False)
    officer, registrar = cookie_of(site, OFFICER), cookie_of(site, COORDINATOR)
    with site.rows() as session:
        posting = session.scalars(
            select(Posting.id).where(Posting.account_id == waiting.account_id)
        ).one()
    with site.app.app_context(), transaction():
        account = find_account(OFFICER.number)
        assert account is not None
        save_filter(account.id, "Yang menunggu", "konfirmasi=belum", now=utc_now())
    for path in (
        "/kepegawaian",
        "/kepegawaian?status=waiting",
        "/kepegawaian?cari=tidak-ada",
        "/kepegawaian?modul=ham-01&kemajuan=finished&jenis=pns&akun=ya&urut=-jp&jp=kurang",
        "/kepegawaian?kelompok=pindahan",
        "/kepegawaian/cocok",
        "/kepegawaian/pindah-unit?daftar=ya&cari=a",
        "/kepegawaian/angka",
        "/kepegawaian/kabar",
        "/kepegawaian/daftar-tersimpan",
        "/kepegawaian/tambah",
        "/kepegawaian/kontak",
        "/kepegawaian/ekspor",
        "/kepegawaian/ekspor?status=finished",
        "/kepegawaian/ekspor/susunan/lengkap",
        "/kepegawaian/ekspor/tanda",
        "/kepegawaian/api",
        f"/kepegawaian/{posting}/ubah",
        f"/kepegawaian/{posting}",
        "/kepegawaian/aktivasi",
        "/kepegawaian/ganda",
    ):
        yield Stop(path, officer)
    yield Stop("/kepegawaian/tambah", officer, "main form button[type=submit]")
    yield from _assigned(site, officer)
    for path in ("/kepegawaian/impor", *_staff_lists(site)):
        yield Stop(path, officer)
    yield Stop("/kepegawaian/impor", officer, "main form button[type=submit]")
    yield Stop("/kepegawaian/api", officer, "main form button[type=submit]")
    webhooks = "/kepegawaian/api/webhook"
    yield Stop(webhooks, officer, "main form.form button[type=submit]")
    webhook = _webhook(site)
    yield Stop(webhooks, officer)
    yield Stop(f"{webhooks}/{webhook}/ulang", officer)
    yield Stop("/koordinator/api", cookie_of(site, ADMINISTRATOR))
    yield Stop("/api")

    admin = cookie_of(site, ADMINISTRATOR)
    yield Stop("/koordinator/jp-setahun", admin)
    yield Stop("/koordinator/jp-setahun", admin, "main form.form button")
    for path in ("", "/baru", "/1-juta-asn", "/1-juta-asn/ubah", "/1-juta-asn/target"):
        yield Stop(f"/koordinator/program{path}", admin)
    yield Stop("/koordinator/program/baru", admin, "main form.form button")
    yield Stop("/koordinator/program/1-juta-asn/tutup", admin, "main form.form button")
    yield Stop("/koordinator/kop-sertifikat", admin, "main button:not([name])")
    set_letterhead(site)
    yield Stop("/koordinator/kop-sertifikat", admin)
    yield Stop("/koordinator/kop-sertifikat", admin, "main button[name=preview]")
    yield Stop("/verifikasi", officer)
    for path in ("/verifikasi/banyak", *_bulk_checks(site)):
        yield Stop(path, officer)
    yield Stop("/verifikasi/banyak", officer, "main form button[type=submit]")

    _report_evidence(site)
    for path, who in (("/kepegawaian/laporan", officer), ("/koordinator/laporan", registrar)):
        yield Stop(path, who)
        yield Stop(path, who, "main form[novalidate] button[type=submit]")
    yield Stop("/koordinator/laporan?cari=contoh", registrar)
    yield Stop("/koordinator/laporan?cari=tidak-ada", registrar)
    yield from _confirmations(site, officer, registrar)
    for path in (
        "/koordinator",
        "/koordinator?urut=nama&sampai=2099-12-31",
        "/koordinator?sampai=besok",
        "/koordinator/capaian/instansi",
        "/koordinator/capaian/instansi?cari=tidak-ada&keadaan=belum",
        f"/koordinator/capaian/instansi/{_ours(site)}",
        f"/koordinator/capaian/instansi/{_ours(site)}/unit",
        "/koordinator/capaian/provinsi/11",
    ):
        yield Stop(path, registrar)

    yield from _registry(site, officer, registrar)
    yield from _roles(site, officer, registrar)
    yield from _administration(site, admin)
    holders = [site.people.holder() for _ in range(3)]
    codes = [code for _, code in holders]
    valid, revoked, replaced = codes
    end(site, revoked, replaced)
    loser = holders[1][0].cookie
    own = f"/sertifikat/{revoked}"
    for path in ("/", "/belajar", f"/buku/{SLUG}", f"/modul/{SLUG}/kuis", own, f"{own}/perbaikan"):
        yield Stop(path, loser)
    yield from _corrections(site, officer, registrar)
    yield Stop("/koordinator/sertifikat", registrar)
    yield Stop("/koordinator/sertifikat?cari=tidak-ada", registrar)
    yield Stop(f"/koordinator/sertifikat/{valid}", registrar, "form[action$='/cabut'] button")
    yield from _mismatches(site, valid, registrar)
    for code in codes:
        yield Stop(f"/v/{code}")
        yield Stop(f"/koordinator/sertifikat/{code}", registrar)


def _report_evidence(site: Site) -> None:
    """An officer has asked for a report, and another is made and can be fetched."""
    now = utc_now()
    with site.app.test_request_context(), transaction():
        account = find_account(OFFICER.number)
        assert account is not None
        asker = get_principal(account.id)
        subject = Subject.institution(_institution_of(OFFICER.number))
        term = list_terms(date(2026, 1, 1), now=now)[1]
        for form in ReportForm:
            report_id = ask_report(asker, subject, term, form, now=now)
            report = db.session.get_one(EvidenceReport, report_id)
            job = db.session.get_one(Job, report.job_id)
            job.state = JobState.DONE
        report.made_at, report.digest = now, "5" * 64
        expires_at = now + timedelta(days=1)
        db.session.add(
            JobFile(job_id=job.id, name="a.pdf", media_type="a/b", expires_at=expires_at)
        )


def _registry(site: Site, officer: str, registrar: str) -> Iterator[Stop]:
    """Institutions and units: lists, forms that were refused, a sheet before it is applied."""
    keeper, now = Editor(None), utc_now()
    with site.app.test_request_context(), transaction():
        ours = _institution_of(OFFICER.number)
        office = found_unit(keeper, ours, "Dinas Contoh", parent_id=None, now=now)
        section = found_unit(keeper, ours, "Bidang Contoh", parent_id=office, now=now)
        asker = find_account(COORDINATOR.number)
        assert asker is not None
        settle_registered(asker.id, None, None, "Badan Anu", now=now)
        lines = [{"line": 2, "nama": "Dinas Baru"}, {"line": 3, "nama": "A > B"}]
        upload = keep_sheet(
            Editor(asker.id), SheetKind.UNITS, "unit.csv", lines, institution_id=ours, now=now
        )
    root, form = "/koordinator/instansi", "main form[method=post] button[type=submit]"
    yield Stop("/daftar", press="main form button[type=submit]")
    for path in (root, f"{root}?cari=tidak-ada", f"{root}/tambah", f"{root}/permintaan"):
        yield Stop(path, registrar)
    for path in (f"{root}/tambah", f"{root}/permintaan", f"{root}/{ours}/ubah"):
        yield Stop(path, registrar, form)
    yield Stop(f"{root}/{ours}", registrar)
    yield Stop(f"{root}/{ours}", registrar, "form[action$='/gabung'] button")
    yield Stop("/instansi/impor", registrar)
    yield Stop("/instansi/impor", registrar, form)
    yield Stop(f"/instansi/impor/{upload}", registrar)
    units = f"/instansi/{ours}/unit"
    yield Stop("/instansi/unit", officer)
    for path in (units, f"{units}?di={office}", f"{units}?cari=tidak-ada", f"{units}/impor"):
        yield Stop(path, officer)
    yield Stop(f"{units}/tambah?di={office}", officer)
    yield Stop(f"{units}/tambah", officer, form)
    yield Stop(f"{units}/{section}", officer)
    yield Stop(f"{units}/{section}", registrar, "form[action$='/pindah'] button")


def _ours(site: Site) -> int:
    """The officer's institution."""
    with site.app.app_context():
        return _institution_of(OFFICER.number)


def _roles(site: Site, officer: str, registrar: str) -> Iterator[Stop]:
    """Roles of the country and of an institution, granted, shown, and forms that were refused."""
    holder, _ = site.people.holder()
    with site.app.test_request_context(), transaction():
        clerk = db.session.get_one(Account, holder.account_id)
        at = _institution_of(OFFICER.number)
        last = local_day(utc_now()) + timedelta(days=9)
        end = end_at(last, RolePlace(at))
        role_id = grant_role(clerk, Role.HR_OFFICER, at, now=utc_now(), end=end).id
    form = "main form.form button[type=submit]"
    for root, who in (("/kepegawaian/petugas", officer), ("/koordinator/peran", registrar)):
        for path in (root, f"{root}/beri", f"{root}/{role_id}"):
            yield Stop(path, who)
        yield Stop(f"{root}/beri", who, form)
        yield Stop(f"{root}/{role_id}", who, "form[action$='/tarik'] button")
    for path in ("?segera=ya", f"?instansi={at}", "?peran=admin", "/tanpa-pengelola"):
        yield Stop(f"/koordinator/peran{path}", registrar)


def _administration(site: Site, admin: str) -> Iterator[Stop]:
    """What administrators see: figures, settings, mail and jobs in trouble, the log, accounts."""
    holder, _ = site.people.holder()
    now = utc_now()
    with site.app.test_request_context(), transaction():
        write_mail("siti@contoh.example", "Perihal contoh", "Isi", now=now)
        job = enqueue(STAFF_CHECK, {}, asker_id=None, now=now - timedelta(hours=1))
        job.error, job.tried_count = "OSError: contoh", 2
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.due_at.is_not(None))
            .values(failure="SMTPServerDisconnected: contoh", due_at=now + timedelta(hours=9))
        )
    for path in (
        *("", "/pengaturan", "/surel", "/surel?keadaan=menyerah", "/pekerjaan"),
        *("/pekerjaan?rutin=ya", "/log-audit", "/log-audit?tindakan=tidak.ada", "/akun"),
        *("/akun?cari=rahmat", "/akun?cari=tidak+ada", f"/akun/{holder.account_id}"),
    ):
        yield Stop(f"/admin{path}", admin)


def _institution_of(number: str) -> int:
    """Where the person of a number is an officer."""
    person = find_account(number)
    assert person is not None
    ours = select(RoleGrant.institution_id).where(
        RoleGrant.account_id == person.id, RoleGrant.institution_id.is_not(None)
    )
    return db.session.scalars(ours.limit(1)).one() or 0


def _mismatches(site: Site, code: str, registrar: str) -> Iterator[Stop]:
    """A report of somebody who checked, as they write it and as the registrars answer it."""
    yield Stop(f"/v/{code}/lapor")
    yield Stop(f"/v/{code}/lapor", press="main form button[type=submit]")
    yield Stop("/koordinator/sertifikat/laporan", registrar)
    with site.app.test_request_context(), transaction():
        report_mismatch(code, "Nama pada lembar saya berbeda.", "", now=utc_now())
        (report,) = list_reports_of(code)
    yield Stop("/koordinator/sertifikat/laporan", registrar)
    path = f"/koordinator/sertifikat/laporan/{report.id}"
    yield Stop(path, registrar)
    yield Stop(path, registrar, "main form button[type=submit]")


def _corrections(site: Site, officer: str, registrar: str) -> Iterator[Stop]:
    """Asked for by a holder, with and without a preview, declined, and about a title."""
    (holder, code), (titled, other) = site.people.holder(), site.people.holder()
    for each in (code, other):
        yield Stop(f"/koordinator/sertifikat/{each}/ganti", registrar)
    name = Wish(CorrectableFact.NAME, "Rahmat Hidayat, M.Si.", "Gelar itu baru saya peroleh.")
    title = Wish(CorrectableFact.TITLE, "Judul yang Benar", "Ada huruf yang tertinggal.")
    now = utc_now()
    with site.app.test_request_context(), transaction():
        actor = find_account(OFFICER.number)
        assert actor is not None
        ours = select(RoleGrant.institution_id).where(RoleGrant.account_id == actor.id)
        db.session.execute(
            update(Posting)
            .where(Posting.account_id.in_([holder.account_id, titled.account_id]))
            .values(institution_id=ours.limit(1).scalar_subquery())
        )
        revoke_certificate(other, RevocationGround.INSTITUTION, name.reason, actor.id, now=now)
        reinstate_certificate(other, name.reason, actor.id, now=now)
        declined = ask_correction(holder.account_id, code, name, now=now)
        decline_request(None, declined, "Ijazahnya belum kami terima.", actor.id, now=now)
        asked = ask_correction(holder.account_id, code, name, now=now)
        about_title = ask_correction(titled.account_id, other, title, now=now)
        db.session.get_one(Account, holder.account_id).name = "Rahmat Hidayat, M.Si."
    yield Stop(f"/sertifikat/{code}/perbaikan", holder.cookie)
    yield Stop(f"/sertifikat/{other}/perbaikan", titled.cookie)
    yield Stop(f"/sertifikat/{other}", titled.cookie)
    yield Stop("/kepegawaian/perbaikan", officer)
    yield Stop(f"/kepegawaian/perbaikan/sertifikat/{code}", officer)
    form = "main form button[type=submit]"
    yield Stop(f"/kepegawaian/perbaikan/sertifikat/{code}", officer, form)
    for request_id in (asked, about_title, declined):
        yield Stop(f"/kepegawaian/perbaikan/{request_id}", officer)
        yield Stop(f"/koordinator/permintaan/{request_id}", registrar)
    yield Stop("/koordinator/permintaan", registrar)
    yield Stop(f"/koordinator/permintaan/{asked}", registrar, "form[action$='/tolak'] button")
    yield Stop(f"/koordinator/sertifikat/{code}/ganti", registrar)


def set_letterhead(site: Site) -> None:
    """Have certificates bear a letterhead from now on."""
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h2v2z"/></svg>'
    )
    letterhead = Letterhead(
        unit_name="Pusat Pengembangan Contoh",
        signatory_name="Dr. Ratna Rekaan, S.H., M.Hum.",
        office="Kepala Pusat Pengembangan Contoh",
        place="Kota Contoh",
        rank="Pembina (IV/a)",
    )
    now = utc_now()
    with site.app.app_context(), transaction():
        add_letterhead(
            letterhead,
            keep_emblem(drawing, now=now),
            valid_from=local_day(now) - timedelta(days=1),
            valid_until=None,
            actor_id=None,
            now=now,
        )


def _bulk_checks(site: Site) -> list[str]:
    """The officer's checks: one to be confirmed, one under way, one cancelled, and two results."""
    code, now = site.people.holder()[1], utc_now()
    with site.app.app_context(), transaction():
        account = find_account(OFFICER.number)
        assert account is not None
        officer = get_principal(account.id)
        sheet = f"Nama;Kode verifikasi;JP\nSiti Rahmawati;{code};3\nEntah;0000;3\n".encode()
        preview = preview_of(read_sheet(sheet))
        unconfirmed = keep_table(officer, BytesIO(sheet), "daftar.csv", preview, now=now)
        paths = [f"/verifikasi/banyak/{unconfirmed}/kolom"]
        archive = BytesIO()
        pack([("Unit A/siti.pdf", BytesIO(b"%PDF-"))], archive)
        for state in (JobState.RUNNING, JobState.CANCELLED, JobState.DONE):
            check_id = keep_documents(
                officer, archive, "Unit A", 1, is_packed=True, language="id", now=now
            )
            job = db.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
            job.state, job.total_count = state, 10
            job.claimed_by, job.claimed_until = "the test", now + timedelta(hours=1)
            paths.append(f"/verifikasi/banyak/{check_id}")
        job.result = {"counts": {}, "checked_at": now.isoformat(), "width": 1, "head": []}
        found = Found(
            name="Siti Rahmawati, S.H.",
            employee_number="•••••••••••••••001",
            credit_hours=3,
            title="Nilai Dasar HAM",
            completed_on="2026-05-20",
            code=code,
            listed="no",
            differences=[("holder_name", "Sinta Rahmawati", "Siti Rahmawati, S.H.")],
        ).to_json()
        rows = [
            (0, Verdict.DIFFERENT.value, found),
            (1, UNREADABLE, Found(problem="Rusak di dalam ZIP.").to_json()),
            *((place, Verdict.UNKNOWN.value, Found().to_json()) for place in range(2, 60)),
        ]
        store_rows(
            check_id,
            [
                (place, verdict, {"line": place + 2, "cells": [f"Unit A/{place}.pdf"], **kept})
                for place, verdict, kept in rows
            ],
        )
    return [*paths, f"{paths[-1]}?hasil=different", f"{paths[-1]}?halaman=2"]


def _webhook(site: Site) -> int:
    """A webhook whose receiver has not answered for a while; gives its key."""
    with site.app.app_context(), transaction():
        account = find_account(OFFICER.number)
        assert account is not None
        scope = scope_of(get_principal(account.id))
        now = utc_now()
        make_webhook(scope, min(scope.institution_ids), "https://simpeg.example/", now=now)
        made = db.session.scalars(select(Webhook).order_by(Webhook.id.desc()).limit(1)).one()
        made.failing_since, made.failure_count, made.failure = now, 3, "status 503"
        return made.id


def _staff_lists(site: Site) -> list[str]:
    """The officer's lists: one to be confirmed, one under way, one stopped, and two results."""
    now, paths = utc_now(), list[str]()
    sheet = (
        b"Nama;NIP;Surel;Unit kerja\nSiti Rahmawati, S.H.;190501172099032113;;Dinas Contoh\n"
        b"Budi;123;budi@contoh.example;\n"
    )
    states = (
        (ImportState.UPLOADED, None),
        (ImportState.CHECKING, JobState.RUNNING),
        (ImportState.APPLYING, JobState.CANCELLED),
        (ImportState.CHECKED, JobState.DONE),
        (ImportState.APPLIED, JobState.DONE),
    )
    for state, job_state in states:
        with site.app.app_context():
            with transaction():
                account = find_account(OFFICER.number)
                assert account is not None
                officer = get_principal(account.id)
                scope = scope_of(officer)
                file = BytesIO(sheet)
                with closing(read_list(file)) as opened:
                    preview = preview_of_list(opened)
                import_id = keep_list(
                    officer,
                    file,
                    "daftar pegawai.csv",
                    [preview],
                    min(scope.institution_ids),
                    now=now,
                    store=lambda work: work(),
                )
                kept = db.session.get_one(StaffImport, import_id)
                kept.columns, kept.is_whole = preview.columns.to_json(), True
            if state in {ImportState.CHECKED, ImportState.APPLIED}:
                check_list(import_id, scope, None, lambda *_: None, now=now)
            with transaction():
                kept = db.session.get_one(StaffImport, import_id)
                kept.state = state
                if job_state is not None:
                    job = enqueue(STAFF_CHECK, {}, asker_id=None, now=now)
                    job.asker_id, job.state, job.total_count = account.id, job_state, 10
                    job.claimed_by, job.claimed_until = "the test", now + timedelta(hours=1)
                    db.session.flush()
                    kept.job_id = job.id
            paths.append(f"/kepegawaian/impor/{import_id}")
    paths[0] += "/kolom"
    return [*paths, f"{paths[-2]}?hasil=refused", f"{paths[-2]}?halaman=2"]


def _confirmations(site: Site, officer: str, registrar: str) -> Iterator[Stop]:
    """What was confirmed, doubted, and drawn to be looked at."""
    form = "main form button[type=submit]"
    day = _confirm_somebody(site)
    yield Stop("/koordinator/konfirmasi", registrar)
    yield Stop(day, registrar)
    yield Stop(day, registrar, form)
    national, own = "/koordinator/konfirmasi/keraguan", "/kepegawaian/keraguan"
    for path in (national, own, "/koordinator/konfirmasi/sampel", "/kepegawaian/sampel"):
        yield Stop(path, registrar if path.startswith("/koordinator") else officer)
    doubt_id, passed_on_id, sampled_id = _doubt_and_draw(site)
    yield Stop(day, registrar)
    yield Stop(day, registrar, "form[action$='/jawab'] button")
    yield Stop(national, registrar)
    yield Stop(f"{national}/{doubt_id}", registrar, form)
    yield Stop(own, officer)
    yield Stop(f"{own}/{doubt_id}", officer)
    yield Stop("/koordinator/konfirmasi/sampel", registrar)
    yield Stop(f"/koordinator/konfirmasi/sampel/{passed_on_id}", registrar, form)
    yield Stop("/kepegawaian/sampel", officer)
    yield Stop(f"/kepegawaian/sampel/{sampled_id}", officer, form)
    yield Stop("/koordinator/konfirmasi/sampel/hasil", registrar)


def _doubt_and_draw(site: Site) -> tuple[int, int, int]:
    """Doubt whom the officer has confirmed, and draw them for coordinators and for the officer."""
    now = utc_now()
    with site.app.test_request_context(), transaction():
        officer = find_account(OFFICER.number)
        assert officer is not None
        posting = db.session.scalars(
            select(Posting)
            .join(Account, Account.id == Posting.account_id)
            .where(Account.name.startswith("Baru Terkonfirmasi"))
            .order_by(Posting.id.desc())
            .limit(1)
        ).one()
        doubt = Doubt(
            DoubtGround.MAIL_DOMAIN, "Domainnya tidak dikenal.", officer.id, local_day(now)
        )
        at = posting.institution_id
        doubt_id = open_doubt(posting.account_id, at, doubt, opener_id=None, now=now)
        sample = ConfirmationSample(
            week_on=local_day(now),
            institution_id=at,
            seed="benih",
            pool_count=40,
            drawn_count=2,
            drawn_at=now,
        )
        db.session.add(sample)
        db.session.flush()
        passed_on, sampled = (
            SampledConfirmation(
                sample_id=sample.id,
                institution_id=at,
                account_id=posting.account_id,
                place=place,
                asked_at=now,
                passed_on_at=passed_on_at,
            )
            for place, passed_on_at in ((1, now), (2, None))
        )
        db.session.add_all([passed_on, sampled])
        db.session.flush()
        return doubt_id, passed_on.id, sampled.id


def _confirm_somebody(site: Site) -> str:
    """Have the officer confirm somebody; the page that lists whom they confirmed on that day."""
    person = settle(site, invent("Baru Terkonfirmasi"), is_confirmed=False)
    with site.app.test_request_context(), transaction():
        posting = db.session.scalars(
            select(Posting).where(Posting.account_id == person.account_id)
        ).one()
        officer = find_account(OFFICER.number)
        assert officer is not None
        scope = Scope(officer.id, frozenset({posting.institution_id}))
        confirm_staff(scope, posting.id, now=utc_now())
        which = (local_day(utc_now()), officer.id, posting.institution_id)
    with site.app.test_request_context():
        survey_days(now=utc_now())
    return "/koordinator/konfirmasi/{}/{}/{}".format(*which)


def end(site: Site, revoked: str, replaced: str) -> None:
    """Take two certificates out of force, each in its way."""
    reason, now = "Dibuat untuk melihat halamannya.", utc_now()
    with site.app.test_request_context(), transaction():
        actor = db.session.scalars(
            select(Account.id).where(Account.email == COORDINATOR.email)
        ).one()
        revoke_certificate(revoked, RevocationGround.MISTAKE, reason, actor, now=now)
        holder = db.session.scalars(
            select(Account).where(Account.name.startswith("Rahmat")).order_by(Account.id.desc())
        ).first()
        assert holder is not None
        holder.name = "Rahmat Pengganti, M.Si."
        db.session.flush()
        pattern = NumberPattern(site.app.config["SAKUHAM"].certificate_number_pattern)
        replace_certificate(replaced, reason, pattern, actor, now=now)
