"""The administrators' pages: what they find and do, what they never show, and that it is noted."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, update

import lms
from config import Settings
from lms.accounts.enums import Role
from lms.accounts.models import Account, Device, OneTimeLink, RoleGrant
from lms.administration.audit_log import PAGE_SIZE
from lms.audit import AuditEntry, record_all
from lms.clock import utc_now
from lms.db import db, transaction
from lms.institutions.registry.models import EventKind
from lms.institutions.staff_models import FactKind
from lms.job_kinds import job_kinds
from lms.jobs.models import Job, JobState
from lms.jobs.service import enqueue
from lms.mail import OutboxMessage, write_mail
from lms.sealing.models import Outcome
from lms.web.administration.settings import KIND_SHOWN, SHOWN, list_settings
from lms.web.administration.words import ACTIONS
from lms.worker.runner import Runner
from tests.browser import Browser
from tests.conftest import SETTINGS, Statements
from tests.factories import PASSWORD, Factory

LEASE = timedelta(minutes=1)


@pytest.fixture
def admin(browser: Browser, make: Factory) -> Browser:
    """A browser in which an administrator is signed in."""
    browser.sign_in(make.admin("Marlina"))
    return browser


def noted(app: Flask) -> list[str]:
    """The actions of the log that somebody did, in their order."""
    with app.app_context():
        statement = select(AuditEntry.action).where(AuditEntry.actor_id.is_not(None))
        return list(db.session.scalars(statement.order_by(AuditEntry.id)))


# Settings


SECRETS = {
    "secret_key": "rahasia-satu-yang-tidak-boleh-tampil",
    "keys_passphrase": "rahasia-dua",
    "pkcs11_pin": "rahasia-tiga",
    "sealing_service_password": "rahasia-empat",
    "sealing_service_url": "https://user:rahasia-lima@segel.example",
    "database_url": "postgresql+psycopg://user:rahasia-enam@host/db",
    "jobs_queue": "redis://:rahasia-tujuh@host",
    "rate_limit_storage": "redis://:rahasia-delapan@host",
    "mail_server": "user:rahasia-sembilan@host:25",
}


def test_no_setting_that_may_be_secret_is_shown() -> None:
    lines = list_settings(Settings(**SECRETS), {"SECRET_KEY": "a"})  # type: ignore[arg-type]
    assert "rahasia" not in "".join(line.value for line in lines)
    given = {line.name: line for line in lines}
    assert given["SECRET_KEY"].is_given
    assert given["SECRET_KEY"].is_hidden
    assert given["DATABASE_URL"].value == "postgresql+psycopg"
    for word in ("key", "pass", "pin", "secret", "user", "token"):
        assert not [name for name in SHOWN | KIND_SHOWN if word in name.split("_")]


def test_settings_version_and_migration_are_shown(admin: Browser) -> None:
    words = admin.get("/admin/pengaturan").words
    assert "https://sakuham.example" in words
    assert SETTINGS.secret_key not in words
    assert SETTINGS.keys_passphrase not in words
    assert "MAIL_SERVER kosong" in words


# Accounts


@pytest.mark.both
def test_people_are_found_by_number_by_address_and_by_how_a_name_begins(
    admin: Browser, make: Factory
) -> None:
    person = make.learner("Citra Ayu", at=make.institution(), email="citra@contoh.example")
    make.learner("Ayu Citra")
    for text in (person.number, "citra@contoh.example", "citra a", "CITRA", "Citra Ayu"):
        page = admin.get(f"/admin/akun?cari={text}")
        assert [link for link in page.links if link == f"/admin/akun/{person.id}"], text
        assert "Ayu Citra" not in page.words
    for text in ("ci", "%", "itra", "' OR 1=1", "_" * 300):
        assert "Tidak ada akun yang cocok" in admin.get(f"/admin/akun?cari={text}").words


def test_an_account_is_signed_out_and_mailed_a_link_and_both_is_noted(
    admin: Browser, make: Factory
) -> None:
    person = make.learner("Citra", at=make.institution(), password=PASSWORD)
    for _ in range(3):
        make.device(person)
    url = f"/admin/akun/{person.id}"
    page = admin.get(url)
    with make.inside():
        first, *_ = db.session.scalars(
            select(Device.id).where(Device.account_id == person.id).order_by(Device.id)
        )
    page = admin.submit(page.form(f"{url}/perangkat/{first}/akhiri"))
    page = admin.submit(page.form(f"{url}/perangkat/akhiri-semua"))
    page = admin.submit(page.form(f"{url}/tautan"))
    with make.inside():
        assert make.count(Device) == 1  # the administrator's own
        link = db.session.scalars(select(OneTimeLink)).one()
        mail = db.session.scalars(select(OutboxMessage)).one()
        assert link.account_id == person.id
        assert mail.recipient == person.email
    assert noted(admin.app)[-3:] == ["device.ended", "devices.ended", "link.sent"]
    assert "/tautan/" not in page.words


def test_nobodys_device_is_ended_under_anothers_account(admin: Browser, make: Factory) -> None:
    one, other = make.learner("Satu"), make.learner("Dua")
    make.device(one)
    with make.inside():
        device_id = db.session.scalars(select(Device.id).where(Device.account_id == one.id)).one()
    admin.post(f"/admin/akun/{other.id}/perangkat/{device_id}/akhiri", {}, expect=404)
    with make.inside():
        assert db.session.get(Device, device_id) is not None


def test_no_link_goes_to_a_closed_account(admin: Browser, make: Factory) -> None:
    person = make.learner("Citra")
    with make.inside():
        closed = update(Account).where(Account.id == person.id).values(closed_at=make.now)
        db.session.execute(closed)
        db.session.commit()
    admin.post(f"/admin/akun/{person.id}/tautan", {}, expect=404)


# The audit log


@pytest.mark.both
def test_the_log_is_searched_by_each_condition_and_read_on(
    admin: Browser, make: Factory, statements: Statements
) -> None:
    person = make.learner("Citra")
    moment = utc_now()
    with make.inside(), transaction():
        subjects = [f"certificate:{number:03}" for number in range(PAGE_SIZE + 7)]
        record_all("contoh.banyak", subjects, actor_id=person.id, now=moment, reason="=1+1")
        subject = f"account:{person.id}"
        record_all("contoh.satu", [subject], actor_id=None, now=moment - timedelta(days=40))
    page = admin.get("/admin/log-audit?tindakan=contoh.banyak")
    first = [subject for subject in subjects if subject in page.words]
    assert len(first) == PAGE_SIZE
    (following,) = [link for link in page.links if "sebelum=" in link]
    with statements() as seen:
        rest = admin.get(following)
    assert [subject for subject in subjects if subject in rest.words] == subjects[:7]
    assert len(seen) <= 4
    old = (moment - timedelta(days=39)).date().isoformat()
    words = admin.get(f"/admin/log-audit?sampai={old}").words
    assert "contoh.satu" in words
    assert "contoh.banyak" not in words
    words = admin.get(f"/admin/log-audit?atas=account:{person.id}").words
    assert "Citra" in words
    assert "contoh.banyak" not in words
    words = admin.get(f"/admin/log-audit?pelaku={person.id}").words
    assert "contoh.satu" not in words


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("pelaku", "1e9"), ("pelaku", "-1"), ("pelaku", "999999999"), ("pelaku", "' OR 1=1"),
        ("pelaku", "199001012020011234"), ("pelaku", "tiada@contoh.example"), ("pelaku", "%"),
        ("pelaku", "x" * 300), ("atas", "Tiada Orangnya"), ("tindakan", "' OR 1=1"),
        ("dari", "kemarin"), ("sampai", "9999-99-99"), ("sampai", "20 Mei"),
    ],
)  # fmt: skip
def test_what_no_search_can_be_is_refused_beside_its_field_and_stays_in_it(
    admin: Browser, field: str, typed: str
) -> None:
    asked = {field: typed}
    for page in (
        admin.get(f"/admin/log-audit?{urlencode(asked)}", expect=422),
        admin.post("/admin/log-audit", asked, expect=422),
    ):
        assert f'id="{field}-galat"' in page.text
        assert typed in page.form("/admin/log-audit").fields[field]
        assert "Pencarian ini tidak dapat dibaca" in page.words
        assert "<tbody>" not in page.text
    assert "audit.exported" not in noted(admin.app)


@pytest.mark.parametrize("place", ["1", "99999999999999999-1", "a-b"])
def test_a_place_in_the_log_that_is_none_is_its_beginning(admin: Browser, place: str) -> None:
    admin.get(f"/admin/log-audit?sebelum={place}")


def test_days_that_end_before_they_begin_are_refused(admin: Browser) -> None:
    page = admin.get("/admin/log-audit?dari=2026-05-02&sampai=2026-05-01", expect=422)
    assert "Hari terakhir mendahului hari pertama" in page.words


@pytest.mark.both
def test_people_are_looked_for_in_the_log_by_number_address_and_name(
    admin: Browser, make: Factory
) -> None:
    person = make.learner("Citra Ayu", at=make.institution(), email="citra@contoh.example")
    other = make.learner("Citra Ayu Lestari", at=make.institution())
    with make.inside(), transaction():
        record_all("contoh.perbuatan", ["tanda"], actor_id=person.id, now=utc_now())
        record_all("contoh.lain", [f"account:{person.id}"], actor_id=other.id, now=utc_now())
    for text in (person.number, "CITRA@contoh.example", "Citra Ayu", "citra ayu", str(person.id)):
        asked = urlencode({"pelaku": text})
        words = admin.get(f"/admin/log-audit?{asked}").words
        assert "contoh.perbuatan" in words, text
        assert "contoh.lain" not in words, text
        words = admin.get(f"/admin/log-audit?{urlencode({'atas': text})}").words
        assert "contoh.lain" in words, text
        assert "contoh.perbuatan" not in words, text
    assert "contoh.perbuatan" in admin.get("/admin/log-audit?atas=tanda").words


def test_a_name_of_several_people_is_refused_with_their_number(
    admin: Browser, make: Factory
) -> None:
    for _ in range(3):
        make.learner("Citra Ayu")
    for field in ("pelaku", "atas"):
        page = admin.get(f"/admin/log-audit?{field}=Citra+Ayu", expect=422)
        assert "3 akun bernama begini. Tulis NIP atau surelnya." in page.words


def test_every_action_that_is_recorded_is_offered_in_words(admin: Browser) -> None:
    source = [file.read_text("utf-8") for file in Path(lms.__file__).parent.rglob("*.py")]
    recording = [text for text in source if "from lms.audit import" in text]
    found = {name for text in recording for name in re.findall(r'"([a-z_]+\.[a-z_]+)"', text)}
    found |= {f"{what}.{kind.value}" for what in ("institution", "unit") for kind in EventKind}
    found |= {f"seal.{outcome.value}" for outcome in Outcome}
    found |= {f"staff.{kind.name.lower()}" for kind in FactKind}
    assert len(found) > 90
    assert found <= ACTIONS.keys()
    page = admin.get("/admin/log-audit")
    assert ACTIONS.keys() <= {tag.get("value") for tag in page.document.all("option")}
    assert "Kunci API dibuat" in page.words


def test_what_was_searched_is_taken_away_as_a_file_and_that_is_noted(
    admin: Browser, make: Factory
) -> None:
    person = make.learner("Citra")
    with make.inside(), transaction():
        record_all("contoh.satu", [f"account:{person.id}"], actor_id=None, now=utc_now(), a="=1")
        record_all("contoh.lain", ["lain"], actor_id=None, now=utc_now())
    for file_format in ("csv", "xlsx"):
        asked = {"tindakan": "contoh.satu", "format": file_format}
        admin.post("/admin/log-audit", asked, expect=302)
    with make.inside():
        ids = list(db.session.scalars(select(Job.id).order_by(Job.id)))
    kinds = {kind.name: kind for kind in job_kinds(SETTINGS)}
    for job_id in ids:
        Runner(admin.app, kinds, LEASE).run_job(job_id)
    text = admin.get(f"/pekerjaan/{ids[0]}/berkas").text
    assert "contoh.satu" in text
    assert "Citra" in text
    assert "contoh.lain" not in text
    admin.get(f"/pekerjaan/{ids[1]}/berkas")
    assert noted(admin.app).count("audit.exported") == 2
    with make.inside(), transaction():
        asker_id = db.session.get_one(Job, ids[0]).asker_id
        db.session.execute(
            update(RoleGrant)
            .where(RoleGrant.account_id == asker_id, RoleGrant.role == Role.ADMIN)
            .values(role=Role.COORDINATOR)
        )
    admin.get(f"/pekerjaan/{ids[0]}/berkas", expect=404)


# Mail


def failed_mail(make: Factory, *failures: str | None) -> list[int]:
    """Messages that wait until tomorrow, each with its failure; their keys."""
    with make.inside(), transaction():
        for number in range(len(failures)):
            write_mail(f"siti{number}@contoh.example", "Perihal", "Rahasia", now=make.now)
        db.session.flush()
        messages = list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        for message, failure in zip(messages, failures, strict=True):
            message.failure, message.tried_count = failure, 2
            message.due_at = make.now + timedelta(days=1)
        return [message.id for message in messages]


def test_mail_that_failed_is_listed_masked_tried_again_and_given_up(
    admin: Browser, make: Factory
) -> None:
    one, two, three, fine = failed_mail(make, "timeout", "timeout", "refused", None)
    page = admin.get("/admin/surel?keadaan=tersendat")
    assert "s…@contoh.example" in page.words
    assert "siti0@" not in page.words
    assert "Rahasia" not in page.words
    admin.post(f"/admin/surel/{one}/kirim", {"semua": "ya"}, expect=302)
    admin.post(f"/admin/surel/{three}/hentikan", {}, expect=302)
    admin.post(f"/admin/surel/{three}/hentikan", {}, expect=409)
    admin.post(f"/admin/surel/{fine}/kirim", {"semua": "ya"}, expect=409)
    with make.inside():
        due = {
            message.id: (message.due_at is not None and message.due_at <= utc_now(), message.body)
            for message in db.session.scalars(select(OutboxMessage))
        }
    assert due == {
        one: (True, "Rahasia"),
        two: (True, "Rahasia"),
        three: (False, ""),
        fine: (False, "Rahasia"),
    }
    assert noted(admin.app)[-2:] == ["mail.retried", "mail.given_up"]
    assert "given up by an administrator" in admin.get("/admin/surel?keadaan=menyerah").words


# Jobs


def test_anybodys_job_is_done_again_or_stopped_and_late_ones_are_marked(
    admin: Browser, make: Factory
) -> None:
    person = make.learner("Citra")
    with make.inside(), transaction():
        early = make.now - timedelta(hours=1)
        waiting = enqueue("export", {}, asker_id=person.id, now=early).id
        failed = enqueue("export", {}, asker_id=person.id, now=early)
        failed.state, failed.error = JobState.FAILED, "OSError: disk"
        failed_id = failed.id
    page = admin.get("/admin/pekerjaan")
    assert "terlambat" in page.words
    assert "OSError: disk" in page.words
    admin.post(f"/admin/pekerjaan/{waiting}/henti", {}, expect=302)
    admin.post(f"/admin/pekerjaan/{waiting}/henti", {}, expect=409)
    admin.post(f"/admin/pekerjaan/{failed_id}/ulang", {}, expect=302)
    admin.post(f"/admin/pekerjaan/{failed_id}/ulang", {}, expect=409)
    with make.inside():
        states = dict(db.session.execute(select(Job.id, Job.state)).all())
    assert states == {waiting: JobState.CANCELLED, failed_id: JobState.WAITING}
    assert noted(admin.app)[-2:] == ["job.stopped", "job.restarted"]


def test_what_waits_is_seen_at_one_look(admin: Browser) -> None:
    words = admin.get("/admin").words
    assert "Pekerjaan yang tidak selesai" in words
    assert "Peringatan" in words
