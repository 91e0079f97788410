"""What administrators see at one look: what waits and since when, what ends, where they are."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms.clock import utc_now
from lms.db import db, transaction
from lms.exchange.enums import TokenScope
from lms.exchange.models import ApiToken
from lms.exchange.queries import SOON
from lms.exchange.service import make_token, revoke_any_token
from lms.job_kinds import job_kinds
from lms.jobs.models import JobState
from lms.jobs.service import enqueue
from lms.mail import OutboxMessage, write_mail
from lms.web.administration.kinds import KINDS
from tests.browser import Browser
from tests.conftest import SETTINGS
from tests.factories import Factory


@pytest.fixture
def admin(browser: Browser, make: Factory) -> Browser:
    """A browser in which an administrator is signed in."""
    browser.sign_in(make.admin("Marlina"))
    return browser


@pytest.mark.both
def test_mail_that_waits_is_told_from_mail_that_failed(admin: Browser, make: Factory) -> None:
    words = admin.get("/admin").words
    assert "Surel yang menunggu dikirim 0" in words
    assert "yang tertua" not in words
    with make.inside(), transaction():
        for age in (timedelta(), timedelta(), timedelta(hours=3, minutes=5)):
            write_mail("siti@contoh.example", "Perihal", "Rahasia", now=utc_now() - age)
        db.session.flush()
        first = select(func.min(OutboxMessage.id)).scalar_subquery()
        is_first = OutboxMessage.id == first
        db.session.execute(update(OutboxMessage).where(is_first).values(failure="timeout"))
    page = admin.get("/admin")
    assert "Surel yang menunggu dikirim 2" in page.words
    assert "yang tertua selama 3 jam" in page.words
    assert "terlambat" in page.words
    assert "Surel yang tersendat dan dicoba lagi 1" in page.words
    assert {"/admin/surel", "/admin/surel?keadaan=tersendat"} <= set(page.links)
    waiting = admin.get("/admin/surel").words
    assert "Menunggu dikirim 2" in waiting
    assert "Tersendat, dicoba lagi 1" in waiting
    assert "Yang tertua menunggu selama 3 jam" in waiting
    assert waiting.count("@contoh.example") == 2
    failed = admin.get("/admin/surel?keadaan=tersendat")
    assert len(failed.document.all("tr")) == 2  # headings, and one message


def test_every_number_leads_to_what_it_counts(admin: Browser, make: Factory) -> None:
    person = make.learner("Citra")
    with make.inside(), transaction():
        failed = enqueue("export", {}, asker_id=person.id, now=make.now)
        failed.state, failed.error = JobState.FAILED, "OSError: disk"
    page = admin.get("/admin")
    assert "Pekerjaan yang tidak selesai 1" in page.words
    for link in (
        "/admin/surel", "/admin/surel?keadaan=tersendat", "/admin/pekerjaan?keadaan=failed",
        "/admin/pekerjaan?keadaan=failed&rutin=ya", "/koordinator/api",
        "/koordinator/peran?segera=ya", "/koordinator/peran/tanpa-pengelola",
    ):  # fmt: skip
        assert link in page.links
        admin.get(link)
    assert "OSError: disk" in admin.get("/admin/pekerjaan?keadaan=failed").words


@pytest.mark.both
def test_keys_that_end_soon_are_counted(admin: Browser, make: Factory) -> None:
    institution = make.institution()
    officer = make.officer("Dewi", at=institution)
    with make.inside(), transaction():
        for days in (30, 90, 30, 365):
            name = f"Simpeg {make.count(ApiToken)}"
            scopes = list(TokenScope)
            make_token(officer.scope, institution.id, name, scopes, days, now=utc_now())
    with make.inside(), transaction():
        last = select(func.max(ApiToken.id)).where(ApiToken.expires_at < utc_now() + SOON)
        revoke_any_token(officer.id, db.session.scalars(last).one(), now=utc_now())
        name, scopes = "Simpeg lain", list(TokenScope)
        make_token(officer.scope, institution.id, name, scopes, 30, now=utc_now())
    assert "Kunci API berakhir dalam 30 hari 2" in admin.get("/admin").words


def test_administrators_find_their_pages_in_the_menu_and_see_where_they_are(
    admin: Browser, make: Factory
) -> None:
    for path, tab in (("/admin", "Yang menunggu"), ("/koordinator/peran", "Peran")):
        here = [
            (tag.get("href"), " ".join(tag.text.split()))
            for tag in admin.get(path).document.all("a")
            if tag.get("aria-current") == "page"
        ]
        assert ("/admin", "Admin") in here
        assert (path, tab) in here
    coordinator = admin.another()
    coordinator.sign_in(make.coordinator("Bayu"))
    page = coordinator.get("/koordinator/peran")
    assert "/admin" not in page.links


def test_whether_a_secret_is_set_is_said_and_no_value_is_in_pythons_words(admin: Browser) -> None:
    words = admin.get("/admin/pengaturan").words
    assert "SECRET_KEY diisi, tidak ditampilkan" in words
    assert "SEALING_SERVICE_PASSWORD kosong" in words
    assert "SECOND_FACTOR_REQUIRED tidak ada" in words
    assert f"DEVELOPMENT {'ya' if SETTINGS.development else 'tidak'}" in words
    assert not [word for word in ("()", "True", "False", "None") if word in words.split()]


def test_every_kind_of_job_is_shown_in_words_and_one_that_is_done_without_its_parts(
    admin: Browser, make: Factory
) -> None:
    kinds = [kind.name for kind in job_kinds(SETTINGS)]
    assert set(kinds) <= KINDS.keys()
    person = make.learner("Citra")
    with make.inside(), transaction():
        done = enqueue("evidence", {}, asker_id=person.id, now=make.now)
        done.state, done.done_count, done.total_count = JobState.DONE, 2, 3
        under_way = enqueue("export", {}, asker_id=person.id, now=make.now)
        under_way.state, under_way.done_count, under_way.total_count = JobState.RUNNING, 1, 4
    words = admin.get("/admin/pekerjaan").words
    assert "Laporan bukti" in words
    assert "evidence" not in words
    assert "2/3" not in words
    assert "Sedang dikerjakan 1/4" in words
