"""Pages of webhooks: added with a secret that is shown once, told again, removed."""

import re

import pytest
from sqlalchemy import select, update

from lms.accounts.models import RoleGrant
from lms.clock import utc_now
from lms.db import db, transaction
from lms.exchange.models import Webhook
from lms.institutions.units import add_unit
from lms.transparency.sequencer import sequence_batch
from tests.browser import Browser
from tests.factories import Factory, InstitutionRef, Person

pytestmark = pytest.mark.both

PAGE = "/kepegawaian/api/webhook"
URL = "https://simpeg.example/sakuham"


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh Asri")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer("Ratna", at=ours)


def test_a_secret_is_shown_once(browser: Browser, ours: InstitutionRef, officer: Person) -> None:
    browser.sign_in(officer)
    assert PAGE in browser.get("/kepegawaian/api").text
    assert "Belum ada webhook." in browser.get(PAGE).words
    made = browser.post(PAGE, {"institution": str(ours.id), "url": f" {URL} "})
    (secret,) = set(re.findall(r"whsec_[\w+/]{43}=", made.text))
    shown = browser.get(PAGE)
    assert secret not in shown.text
    assert URL in shown.words
    assert "belum pernah" in shown.words


def test_a_refused_address_stays_as_it_was_typed(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    browser.sign_in(officer)
    sent = {"institution": str(ours.id), "url": "http://simpeg.example/"}
    page = browser.post(PAGE, sent, expect=422)
    assert "https://" in page.words
    assert page.values("url") == ["http://simpeg.example/"]
    assert "Tulis alamat penerimanya." in browser.post(PAGE, sent | {"url": ""}, expect=422).words
    theirs = make.institution()
    browser.post(PAGE, {"institution": str(theirs.id), "url": URL}, expect=422)
    assert make.count(Webhook) == 0
    for _ in range(5):
        browser.post(PAGE, sent | {"url": URL})
    assert "5 webhook" in browser.post(PAGE, sent | {"url": URL}, expect=409).words


@pytest.mark.usefixtures("keys")
def test_it_is_told_again_from_a_position_and_removed(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    browser.sign_in(officer)
    browser.post(PAGE, {"institution": str(ours.id), "url": URL})
    make.certificate(make.learner(at=ours))
    with make.inside(), transaction():
        sequence_batch("sakuham.example/log", now=utc_now())
        now = utc_now()
        failing = {
            "due_at": None,
            "failing_since": now,
            "failure_count": 9,
            "failure": "status 503",
        }
        db.session.execute(update(Webhook).values(position=1, **failing))
    shown = browser.get(PAGE)
    assert "dimatikan: terlalu lama tidak diterima" in shown.words
    assert "status 503" in shown.words
    with make.inside():
        address = f"{PAGE}/{db.session.scalars(select(Webhook.id)).one()}"
    assert browser.get(f"{address}/ulang").values("position") == ["1"]
    for typed in ("2", "-1", "x", "", "9" * 30, "٣"):
        page = browser.post(f"{address}/ulang", {"position": typed}, expect=422)
        assert page.values("position") == [typed]
    assert "mulai dari posisi 0" in browser.post(f"{address}/ulang", {"position": "0"}).words
    with make.inside():
        webhook = db.session.scalars(select(Webhook)).one()
        assert webhook.due_at is not None
        assert (webhook.position, webhook.failure) == (0, None)
    assert "status 503" not in browser.get(PAGE).words
    assert "Webhook dihapus." in browser.post(f"{address}/hapus").words
    assert make.count(Webhook) == 0


def test_who_answers_for_a_branch_alone_has_none(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    with make.inside(), transaction():
        unit_id = add_unit(ours.id, "Dinas Contoh").id
        db.session.execute(
            update(RoleGrant).where(RoleGrant.account_id == officer.id).values(unit_id=unit_id)
        )
    browser.sign_in(officer)
    assert "seluruh instansi" in browser.get(PAGE, expect=403).words
