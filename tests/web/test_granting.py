"""The pages of roles: somebody is typed, seen, agreed to, and named; and what they refuse."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.enums import Role
from lms.accounts.models import RoleGrant
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db
from lms.institutions.units import add_unit
from tests.browser import Browser
from tests.factories import PASSWORD, Factory, InstitutionRef, Person
from tests.web.test_commands import run

OWN, COUNTRY = "/kepegawaian/petugas", "/koordinator/peran"


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """An institution with a unit."""
    ours = make.institution("Kota Contoh Asri")
    with make.inside():
        add_unit(ours.id, "Dinas Contoh")
        db.session.commit()
    return ours


def grants_of(app: Flask, who: Person) -> list[tuple[Role, int | None]]:
    """What somebody holds, as it stands in the table."""
    with app.app_context():
        rows = db.session.execute(
            select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.account_id == who.id)
        )
        return [(role, unit_id) for role, unit_id in rows]


def test_an_officer_names_a_unit_officer_who_sees_it_on_their_own_page(
    browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    officer = make.officer("Ratna", at=ours)
    clerk = make.learner("Kirana", at=ours, password=PASSWORD)
    browser.sign_in(officer)
    page = browser.get(f"{OWN}/beri")
    (unit,) = [key for tag in page.document.all("option") if "-" in (key := tag.get("value"))]
    form = page.form(f"{OWN}/beri")
    page = browser.submit(form, {"identifier": clerk.number, "unit_key": unit})
    assert "Apakah ini orangnya?" in page.words
    assert "Kirana" in page.words
    assert grants_of(browser.app, clerk) == []
    page = browser.submit(page.form(f"{OWN}/beri"))
    assert "Kirana memegang peran itu sekarang." in page.words
    ((role, unit_id),) = grants_of(browser.app, clerk)
    assert role is Role.HR_OFFICER
    assert unit_id is not None
    assert "Kirana" in browser.get(OWN).words
    browser.another().sign_in(clerk)
    browser.sign_in(clerk)
    words = browser.get("/akun").words
    assert "Peran Anda" in words
    assert "Dinas Contoh, Kota Contoh Asri" in words
    browser.get(f"{OWN}/beri", expect=403)


def test_whom_an_officer_does_not_answer_for_is_nobody_and_what_was_typed_stays(
    browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    stranger = make.learner("Rahasia", at=make.institution(), password=PASSWORD)
    browser.sign_in(make.officer(at=ours))
    page = browser.get(f"{OWN}/beri")
    key = str(ours.id)
    typed = {"identifier": stranger.number, "unit_key": key, "ends_on": "2026-01-01"}
    page = browser.submit(page.form(f"{OWN}/beri"), typed, expect=422)
    assert page.values("identifier") == [stranger.number]
    last = (local_day(utc_now()) + timedelta(days=3)).isoformat()
    typed = {"identifier": stranger.number, "unit_key": key, "ends_on": last}
    page = browser.submit(page.form(f"{OWN}/beri"), typed, expect=422)
    assert "Tidak ada pegawai terkonfirmasi" in page.words
    assert "Rahasia" not in page.words


@pytest.mark.parametrize("identifier", ["", "'; --", "0" * 400, "a@b", "\u202e123"])
def test_what_is_no_number_and_no_address_finds_nobody(
    browser: Browser, make: Factory, ours: InstitutionRef, identifier: str
) -> None:
    browser.sign_in(make.officer(at=ours))
    form = browser.get(f"{OWN}/beri").form(f"{OWN}/beri")
    browser.submit(form, {"identifier": identifier, "unit_key": str(ours.id)}, expect=422)


def test_a_candidate_who_was_not_seen_is_shown_and_not_named(
    browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    clerk = make.learner("Kirana", at=ours, password=PASSWORD)
    other = make.learner("Lain", at=ours, password=PASSWORD)
    browser.sign_in(make.coordinator())
    page = browser.get(f"{COUNTRY}/beri?instansi={ours.id}")
    assert page.values("institution") == [ours.name]
    typed = {"identifier": clerk.number, "candidate": str(other.id)}
    page = browser.submit(page.form(f"{COUNTRY}/beri"), typed)
    assert "Apakah ini orangnya?" in page.words
    assert grants_of(browser.app, clerk) == grants_of(browser.app, other) == []


def test_a_coordinator_is_offered_no_coordinators_and_forges_none(
    browser: Browser, make: Factory
) -> None:
    somebody = make.learner("Kirana", at=make.institution(), password=PASSWORD)
    browser.sign_in(make.coordinator())
    page = browser.get(f"{COUNTRY}/beri")
    offered = [each.get("value") for each in page.document.all("option")]
    assert offered == ["hr_officer", "author", "reviewer"]
    for role in ("admin", "coordinator", "nobody"):
        typed = {"identifier": somebody.number, "role": role, "candidate": str(somebody.id)}
        browser.post(f"{COUNTRY}/beri", typed, expect=422)
    assert grants_of(browser.app, somebody) == []


def test_a_role_is_withdrawn_with_a_reason_and_its_pages_close_at_once(
    browser: Browser, make: Factory, ours: InstitutionRef
) -> None:
    officer = make.officer("Ratna", at=ours, password=PASSWORD)
    theirs = browser.another()
    theirs.sign_in(officer)
    theirs.get("/kepegawaian")
    browser.sign_in(make.coordinator())
    (link,) = [each for each in browser.get(COUNTRY).links if each[-1:].isdigit()][-1:]
    page = browser.get(link)
    page = browser.submit(page.form(f"{link}/tarik"), {"tarik-reason": "a"}, expect=422)
    browser.submit(page.form(f"{link}/tarik"), {"tarik-reason": "Pindah tugas."})
    theirs.get("/kepegawaian", expect=403)
    browser.get(link, expect=404)


def test_operators_grant_until_a_day_and_withdraw_by_commands(make: Factory, app: Flask) -> None:
    person = make.learner("Kirana", at=make.institution(), password=PASSWORD)
    last = (local_day(utc_now()) + timedelta(days=3)).isoformat()
    granted = run(app, "roles", "grant", person.number, "coordinator", "--until", last)
    assert granted.output == f"Kirana: coordinator until {last}\n"
    assert grants_of(app, person) == [(Role.COORDINATOR, None)]
    past = run(app, "roles", "grant", person.number, "author", "--until", "2020-01-01", expect=1)
    assert "ten years ahead" in past.output
    run(app, "roles", "withdraw", person.number, "coordinator")
    assert grants_of(app, person) == []
    again = run(app, "roles", "withdraw", person.number, "coordinator", expect=1)
    assert "does not hold that role there" in again.output
