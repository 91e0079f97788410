"""Who confirmed whom, where the coordinator looks."""

import pytest

from lms.db import db
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.models import Institution, Posting
from lms.institutions.postings import BY_SIGN_ON, confirm_posting
from lms.institutions.scope import Scope
from lms.reporting.surveys import survey_days
from tests.browser import Browser
from tests.conftest import Statements
from tests.factories import Factory, InstitutionRef, Person

pytestmark = pytest.mark.both


def confirms(
    make: Factory, officer: Person, email: str, name: str, institution: InstitutionRef
) -> Person:
    """An officer confirms somebody who registered with this address."""
    person = make.learner(name, at=institution, confirmed=False, email=email)
    assert person.posting_id is not None
    with make.inside():
        confirm_staff(officer.scope, person.posting_id, now=make.now)
        db.session.commit()
        survey_days(now=make.now)
    return person


def official(make: Factory, institution: InstitutionRef, domain: str) -> None:
    """An institution says what its domain is."""
    with make.inside():
        db.session.get_one(Institution, institution.id).email_domain = domain
        db.session.commit()


def rows(browser: Browser) -> list[list[str]]:
    """The cells of the page's table."""
    page = browser.page
    assert page is not None
    found = [
        [
            " ".join(cell.text.split())
            for cell in page.document.tags
            if cell.name in {"td", "th"} and row in cell.parents
        ]
        for row in page.document.all("tr")
    ]
    return found[1:]


def test_the_coordinator_sees_how_many_an_officer_confirmed_and_with_what_mail(
    browser: Browser, make: Factory
) -> None:
    ours, theirs = make.institution("Kota Contoh"), make.institution("Kota Lain")
    ratna, oki = make.officer("Ratna", at=ours), make.officer("Oki", at=theirs)
    official(make, ours, "contoh.example")
    for count, email in enumerate(("a@contoh.example", "b@sub.contoh.example", "c@gratis.example")):
        confirms(make, ratna, email, f"Pegawai {count}", ours)
    confirms(make, oki, "d@lain.go.id", "Pegawai Lain", theirs)
    browser.sign_in(make.coordinator())
    browser.get("/koordinator/konfirmasi")
    seen = {(row[1], row[2], row[3], row[4]) for row in rows(browser)}
    assert seen == {("Ratna", "Kota Contoh", "3", "1"), ("Oki", "Kota Lain", "1", "–")}


def test_each_count_leads_to_its_people_and_tells_no_more_than_needed(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    ratna = make.officer("Ratna", at=ours)
    person = confirms(make, ratna, "rahasia@gratis.example", "Dewi", ours)
    browser.sign_in(make.coordinator())
    page = browser.get("/koordinator/konfirmasi")
    (link,) = {link for link in page.links if link.startswith("/koordinator/konfirmasi/2")}
    page = browser.get(link)
    assert rows(browser) == [["Dewi", person.number[-3:], "gratis.example", "terkonfirmasi"]]
    assert "rahasia" not in page.text
    assert person.number not in page.text


def test_what_sign_on_elsewhere_confirmed_says_so_and_is_doubted_by_itself(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    listed, came = make.learner("Sari", at=ours), make.learner("Dewi", at=ours, confirmed=False)
    with make.inside():
        scope = Scope(None, frozenset({ours.id}))
        for person, by in ((listed, ""), (came, BY_SIGN_ON)):
            posting = db.session.get_one(Posting, person.posting_id)
            confirm_posting(posting, scope, now=make.now, by=by)
        db.session.commit()
        survey_days(now=make.now)
    browser.sign_in(make.coordinator())
    page = browser.get("/koordinator/konfirmasi")
    assert {(row[1], row[3]) for row in rows(browser)} == {
        ("Perintah operator", "1"),
        ("Sistem masuk tunggal", "1"),
    }
    place = next(link for link in page.links if "lewat=" in link)
    assert "Sistem masuk tunggal" in browser.get(place).words
    assert [row[0] for row in rows(browser)] == ["Dewi"]
    path, _, by = place.partition("?")
    browser.get(f"{path}?lewat=lain", expect=404)
    browser.get(place)
    browser.post(
        f"{path}/ragukan?{by}",
        {"ground": "other", "words": "Tidak dikenal di kantor itu.", "lingkup": "semua"},
        expect=302,
    )
    assert "1 orang hari itu menunggu jawaban" in browser.get(place).words
    assert "menunggu jawaban. Satu" not in browser.get(path).words
    assert [row[0] for row in rows(browser)] == ["Sari"]


@pytest.mark.parametrize("day", ["2026-13-01", "kemarin", "2026-01-01", "0001-01-01", "9999-12-31"])
def test_where_nobody_was_confirmed_is_nothing(browser: Browser, make: Factory, day: str) -> None:
    browser.sign_in(make.coordinator())
    browser.get(f"/koordinator/konfirmasi/{day}/1/1", expect=404)


def test_many_lines_cost_what_few_cost(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    browser.sign_in(make.coordinator())
    counts = []
    for _ in range(2):
        for _place in range(3):
            institution = make.institution()
            confirms(
                make, make.officer(at=institution), f"p{make.count_made}@x.go.id", "P", institution
            )
        with statements() as seen:
            browser.get("/koordinator/konfirmasi")
        counts.append(len(seen))
    assert counts[0] == counts[1]
