"""The API from outside: its keys, its errors, its limits, and certificates since a cursor."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from lms.accounts.models import RoleGrant
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.exchange.enums import TokenScope
from lms.exchange.models import ApiToken
from lms.exchange.rules import write_cursor
from lms.jobs.kind import Run
from lms.mail import OutboxMessage
from lms.programmes.filling import FILLING, fill
from lms.programmes.queries import NATIONAL
from lms.programmes.versions import (
    Wish,
    close_programme,
    discard_preparation,
    prepare_programme,
    prepare_version,
    publish_preparation,
)
from lms.transparency.sequencer import sequence_batch
from tests.browser import Browser
from tests.conftest import Statements
from tests.consumers import Consumer, key_for, positions_of
from tests.factories import REASON, Factory, InstitutionRef, Person

PAGE = "/kepegawaian/api"

pytestmark = pytest.mark.both


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh Asri")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer("Ratna", at=ours)


def log(make: Factory) -> None:
    """Log what waits, as a worker does."""
    with make.inside(), transaction():
        while sequence_batch("sakuham.example/log", now=utc_now()):
            pass


def change(make: Factory, **values: object) -> None:
    """Change the one key that there is."""
    with make.inside(), transaction():
        db.session.execute(update(ApiToken).values(**values))


# Keys


def test_a_key_is_shown_once_and_only_its_hash_is_kept(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    make.officer("Oki", at=ours)
    browser.sign_in(officer)
    browser.get(PAGE)
    sent = {"institution": str(ours.id), "name": "Simpeg", "days": "90", "scopes": "check"}
    page = browser.post(PAGE, sent)
    (key,) = set(re.findall(r"sakuham_[\w-]{43}", page.text))
    shown = browser.get(PAGE)
    assert key not in shown.text
    assert key[:14] in shown.text
    assert "belum pernah" in shown.words
    with make.inside():
        kept = db.session.scalars(select(ApiToken)).one()
        assert key.encode() not in kept.token_hash
        assert kept.scopes == "check"
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "api_token.made")
        ).one()
        assert (entry.actor_id, entry.details["institution_id"]) == (officer.id, ours.id)
        letters = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.subject.startswith("Kunci API"))
        ).all()
        assert len(letters) == 2
        assert all(key not in letter.body and "Ratna" in letter.body for letter in letters)


def test_a_refused_key_keeps_what_was_typed(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    key_for(make, officer, ours, TokenScope.CHECK)
    browser.sign_in(officer)
    sent = {"institution": str(ours.id), "name": "Simpeg", "days": "365", "scopes": "check"}
    page = browser.post(PAGE, sent, expect=422)
    assert "Instansi ini sudah punya kunci dengan nama itu." in page.words
    assert page.values("name") == ["Simpeg"]
    page = browser.post(PAGE, sent | {"name": "", "scopes": []}, expect=422)
    assert "Tulis nama kuncinya." in page.words
    assert "Pilih sedikitnya satu hak." in page.words
    theirs = make.institution()
    browser.post(PAGE, sent | {"name": "Lain", "institution": str(theirs.id)}, expect=422)
    assert make.count(ApiToken) == 1


def test_a_revoked_key_opens_nothing_from_then_on(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    consumer.ask("/certificates")
    browser.sign_in(officer)
    action = next(each.action for each in browser.get(PAGE).forms if "cabut" in each.action)
    assert "Kunci Simpeg dicabut." in browser.post(action).words
    answer = consumer.ask("/certificates", expect=401)
    assert answer.get_json()["detail"] == "Kunci ini sudah dicabut."
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_coordinators_see_all_keys_and_revoke_one(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    browser.sign_in(make.coordinator())
    page = browser.get("/koordinator/api")
    assert "Kota Contoh Asri" in page.words
    (action,) = (each.action for each in page.forms if "cabut" in each.action)
    browser.post(action)
    consumer.ask("/certificates", expect=401)


def test_who_answers_for_a_branch_alone_makes_no_key(
    browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    with make.inside(), transaction():
        unit = make_unit(ours)
        db.session.execute(
            update(RoleGrant).where(RoleGrant.account_id == officer.id).values(unit_id=unit)
        )
    browser.sign_in(officer)
    assert "seluruh instansi" in browser.get(PAGE, expect=403).words


def make_unit(at: InstitutionRef) -> int:
    from lms.institutions.units import add_unit

    return add_unit(at.id, "Dinas Contoh").id


def test_a_key_stops_with_its_time_its_maker_and_its_institution(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    change(make, expires_at=utc_now() - timedelta(seconds=1))
    assert "lewat" in consumer.get("/certificates", expect=401)["detail"]
    change(make, expires_at=utc_now() + timedelta(days=1))
    consumer.ask("/certificates")
    with make.inside(), transaction():
        over = utc_now() - timedelta(seconds=1)
        ended = update(RoleGrant).where(RoleGrant.account_id == officer.id)
        db.session.execute(ended.values(ends_on=local_day(over), ends_at=over))
    assert "Pembuat" in consumer.get("/certificates", expect=401)["detail"]
    with make.inside(), transaction():
        db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == officer.id))
    assert "Pembuat" in consumer.get("/certificates", expect=401)["detail"]


@pytest.mark.parametrize(
    "given",
    [
        None, "", "Bearer", "Bearer ", "Bearer x", "Basic c2FrdWhhbQ==", "Bearer " + "a" * 5_000,
        "Bearer sakuham_" + "A" * 43, "Bearer é", "sakuham_" + "A" * 43,
    ],
)  # fmt: skip
def test_who_shows_no_key_of_ours_is_asked_for_one(app: Flask, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = Consumer(app, None).ask("/certificates", expect=401, headers=headers)
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="SakuHAM"')


def test_a_cookie_opens_nothing_of_the_api(browser: Browser, officer: Person) -> None:
    browser.sign_in(officer)
    assert browser.client.get("/api/v1/certificates").status_code == 401


def test_a_key_opens_no_page(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    key = key_for(make, officer, ours)
    client = app.test_client()
    answer = client.get("/kepegawaian", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401


def test_a_key_opens_what_it_was_made_for_and_nothing_else(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours, TokenScope.FIGURES))
    problem = consumer.get("/certificates", expect=403)
    assert problem["code"] == "not-in-token-scope"
    assert "certificates:read" in problem["detail"]


def test_it_is_noted_that_a_key_is_in_use_and_not_at_every_request(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    consumer.ask("/certificates")
    with make.inside():
        first = db.session.scalars(select(ApiToken.last_used_at)).one()
    assert first is not None
    consumer.ask("/certificates")
    with make.inside():
        assert db.session.scalars(select(ApiToken.last_used_at)).one() == first
    change(make, last_used_at=first - timedelta(minutes=6))
    consumer.ask("/certificates")
    with make.inside():
        assert (db.session.scalars(select(ApiToken.last_used_at)).one() or first) >= first


# Errors and limits


def test_errors_lead_to_the_page_that_says_what_to_do(
    app: Flask, browser: Browser, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    places = browser.get("/api").document
    ids = {tag.get("id") for tag in places.all("dt")}
    answers = [
        consumer.ask("/nothing", expect=404),
        consumer.ask("/certificates", method="DELETE", expect=405),
        consumer.ask("/certificates?limit=many", expect=422),
        consumer.ask("/certificates?limit=0", expect=422),
        consumer.ask("/certificates?after=AAAA", expect=422),
        consumer.ask("/certificates?after=%00", expect=400),
    ]
    for answer in answers:
        address, _, slug = answer.get_json()["type"].partition("#")
        assert address == "https://sakuham.example/api"
        assert slug in ids
    assert answers[1].headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answers[2].get_json()["errors"] == [
        {"field": "query.limit", "detail": "Tulis bilangan bulat."}
    ]
    assert answers[4].get_json()["code"] == "bad-cursor"


def test_a_program_is_answered_in_the_language_that_it_asks_for(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    for language, words in (
        ("en-GB, en;q=0.8", "Write a whole number."),
        ("*", "Tulis bilangan bulat."),
    ):
        headers = {"Accept-Language": language, "Cookie": "bahasa=en"}
        answer = consumer.get("/certificates?limit=x", expect=422, headers=headers)
        assert answer["errors"][0]["detail"] == words


def test_who_asks_too_often_is_told_when_to_ask_again(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    answer = consumer.ask("/certificates")
    assert answer.headers["RateLimit-Policy"] == '"token";q=600;w=60'
    assert re.fullmatch(r'"token";r=599;t=([1-9]|[1-5]\d|60)', answer.headers["RateLimit"])
    from lms.http.tokens import REQUESTS

    with app.app_context():
        counter = app.extensions["limits"]
        with make.inside():
            key_id = db.session.scalars(select(ApiToken.id)).one()
        counter.hit(REQUESTS, "api", f"token {key_id}", cost=599)
    refused = consumer.ask("/certificates", expect=429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"token";r=0;')


def test_guessing_at_keys_is_braked_by_address(app: Flask) -> None:
    stranger = Consumer(app, "sakuham_" + "A" * 43)
    for _ in range(60):
        stranger.ask("/certificates", expect=401)
    stranger.ask("/certificates", expect=429)


# Certificates since a cursor


@pytest.mark.usefixtures("keys")
def test_entries_of_an_institution_come_in_the_order_of_the_log(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    book, theirs = make.book(), make.institution()
    first = make.certificate(make.learner("Ayu Lestari", at=ours), book)
    make.certificate(make.learner("Budi", at=theirs), book)
    make.certificate(make.learner("Nirmala"), book)
    consumer = Consumer(app, key_for(make, officer, ours))
    assert consumer.get("/certificates")["entries"] == []
    log(make)
    make.revoke(first)
    make.reinstate(first)
    log(make)
    make.rename(first.person, "Ayu Lestari, S.H.")
    code = make.replace(first)
    log(make)
    entries = consumer.take_all()
    assert [entry["kind"] for entry in entries] == [
        "issued", "revoked", "reinstated", *sorted(["issued", "replaced"], key=[
            each["kind"] for each in entries[3:]
        ].index),
    ]  # fmt: skip
    assert positions_of(entries) == sorted(set(positions_of(entries)))
    assert entries[0]["holder_name"] == "Ayu Lestari"
    assert entries[0]["employee_number"] == first.person.number
    assert entries[1]["reason"]
    (replaced,) = (entry for entry in entries if entry["kind"] == "replaced")
    (latest,) = (entry for entry in entries if entry["code"] == code)
    assert replaced["replacement_number"] == latest["number"]
    assert {entry["institution_name"] for entry in entries} == {"Kota Contoh Asri"}


@pytest.mark.usefixtures("keys")
def test_a_certificate_stays_with_the_institution_of_its_day(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    theirs = make.institution()
    ayu = make.learner("Ayu", at=ours)
    issued = make.certificate(ayu, make.book())
    make.move(ayu, theirs)
    make.revoke(issued)
    log(make)
    assert [each["kind"] for each in Consumer(app, key_for(make, officer, ours)).take_all()] == [
        "issued", "revoked",
    ]  # fmt: skip
    other = make.officer(at=theirs)
    assert Consumer(app, key_for(make, other, theirs)).take_all() == []


@pytest.mark.usefixtures("keys")
def test_who_has_the_answer_already_is_told_that_nothing_is_new(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    answer = consumer.ask("/certificates")
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert consumer.ask("/certificates", expect=304, headers=tag).data == b""
    make.certificate(make.learner("Ayu", at=ours))
    log(make)
    assert len(consumer.get("/certificates", headers=tag)["entries"]) == 1


def test_a_cursor_beyond_the_log_is_refused(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    problem = consumer.get(f"/certificates?after={write_cursor(7)}", expect=409)
    assert problem["code"] == "cursor-ahead"


# The document


def test_the_document_is_for_everybody_and_says_whose_it_is(app: Flask, browser: Browser) -> None:
    document = browser.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://sakuham.example"}]
    asked = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    written = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) for rule in asked}
    assert document["paths"].keys() == written - {"/api/v1/openapi.json"}
    page = browser.get("/api")
    for path in document["paths"]:
        assert path in page.words


# Checks, progress, figures


def test_a_check_says_what_the_page_of_many_says(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    book, theirs = make.book(), make.institution("Kota Contoh Jaya")
    ayu = make.certificate(make.learner("Ayu Lestari", at=ours), book)
    budi = make.certificate(make.learner("Budi Santoso", at=theirs), book)
    citra = make.certificate(make.learner("Citra Dewi", at=ours), book)
    make.revoke(citra)
    consumer = Consumer(app, key_for(make, officer, ours, TokenScope.CHECK))
    number_of_budi = consumer.get(f"/check?reference={budi.code}")["number"]
    items = [
        {"reference": ayu.code, "name": "Ayu Lestari", "credit_hours": 99},
        {"reference": number_of_budi},
        {"reference": number_of_budi, "name": "budi santoso"},
        {"reference": citra.code},
        {"reference": "0000-0000-0000"},
        {"reference": "https://lain.example/halaman"},
    ]
    results = consumer.get("/checks", method="POST", body={"items": items})["results"]
    assert [each["verdict"] for each in results] == [
        "different", "valid", "valid", "revoked", "unknown", "foreign",
    ]  # fmt: skip
    assert results[0]["employee_number"] == ayu.person.number
    (difference,) = results[0]["differences"]
    assert (difference["fact"], difference["written"]) == ("credit_hours", "99")
    assert "Santoso" not in str(results[1])
    assert results[1]["code"] is None
    assert results[2]["holder_name"] == "Budi Santoso"
    assert budi.person.number not in str(results)
    assert results[3]["reason"]


def test_more_than_a_thousand_are_refused_and_a_thousand_are_not(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours, TokenScope.CHECK))
    items = [{"reference": f"HAM.01/{number:06}/2026"} for number in range(1_001)]
    problem = consumer.get("/checks", method="POST", body={"items": items}, expect=413)
    assert problem["detail"].startswith("Paling banyak 1000 rujukan sekaligus.")
    answer = consumer.ask("/checks", method="POST", body={"items": items[1:]})
    assert len(answer.get_json()["results"]) == 1_000
    assert answer.headers["RateLimit"].startswith('"token";r=578;')
    for _ in range(4):
        consumer.ask("/checks", method="POST", body={"items": items[1:]})
    refused = consumer.ask("/check?reference=HAM.01/000001/2026", expect=429)
    assert int(refused.headers["Retry-After"]) > 60


def test_a_thousand_cost_as_many_statements_as_one(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person, statements: Statements
) -> None:
    book = make.book()
    codes = [make.certificate(make.learner(at=ours), book).code for _ in range(3)]
    consumer = Consumer(app, key_for(make, officer, ours))
    consumer.ask("/figures")  # notes that the key is in use
    counts = []
    for count in (1, 1, 3):  # the first finds out what was tested, once for all
        items = [{"reference": code} for code in codes[:count]]
        with statements() as seen:
            consumer.ask("/checks", method="POST", body={"items": items})
        counts.append(len(seen))
    assert counts[1] == counts[2]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"{", 400), (b"[]", 422), (b"null", 422), (b'{"items": 1}', 422),
        (b'{"items": [1]}', 422), (b'{"items": [{"reference": ""}]}', 422),
        (b'{"items": [{"reference": "a\\u0000"}]}', 422),
        (b'{"items": [{"reference": "\\ud800"}]}', 422),
        (b'{"items": [{"reference": 5}], "more": 1}', 422), (b"\xff", 400),
        (b"[" * 100_000, 400), (b'{"items": [{"reference": "a", "credit_hours": 1e400}]}', 422),
        (b'{"items": [{"reference": "a", "credit_hours": NaN}]}', 422),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_and_no_fault_of_ours(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person, body: bytes, status: int
) -> None:
    key = key_for(make, officer, ours)
    answer = app.test_client().post(
        "/api/v1/checks",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"


def test_a_part_of_an_address_that_is_misspelt_is_named(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours))
    for path in ("/progress", "/certificates"):
        problem = consumer.get(f"{path}?limt=5", expect=422)
        assert "limt" in str(problem)
        assert "tidak dikenal" in str(problem)


def test_a_form_is_no_json(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    key = key_for(make, officer, ours)
    answer = app.test_client().post(
        "/api/v1/checks", data={"items": "1"}, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 415


def test_progress_goes_through_everybody_of_the_institution_and_nobody_else(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    book = make.book()
    ayu = make.learner("Ayu", at=ours)
    make.certificate(ayu, book)
    make.learner("Budi", at=ours, confirmed=False)
    make.learner("Citra", at=make.institution())
    consumer = Consumer(app, key_for(make, officer, ours, TokenScope.PROGRESS))
    people: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = consumer.get("/progress?limit=1" + (f"&after={cursor}" if cursor else ""))
        people += page["people"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert [each["name"] for each in people] == ["Ayu", "Budi", "Ratna"]
    assert people[0]["employee_number"] == ayu.number
    (module,) = people[0]["modules"]
    assert module["status"] == "finished"
    assert module["certificate_number"]
    assert people[1]["is_confirmed"] is False
    assert consumer.get("/progress?after=x", expect=422)["code"] == "bad-cursor"


def test_figures_are_the_nations_and_our_own(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    make.programme()
    book, theirs = make.book(), make.institution()
    make.certificate(make.learner(at=ours), book)
    for _ in range(2):
        make.certificate(make.learner(at=theirs), book)
    consumer = Consumer(app, key_for(make, officer, ours, TokenScope.FIGURES))
    (figure,) = consumer.get("/figures")["programmes"]
    assert (figure["count"], figure["own_count"]) == (3, 1)
    assert figure["target"] > 0
    assert figure["ledger_position"] >= 3
    assert figure["definition_version"] >= 1


def test_figures_are_those_that_are_shown_whatever_is_prepared_or_closed(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    book = make.book()
    make.certificate(make.learner(at=ours), book)
    consumer = Consumer(app, key_for(make, officer, ours, TokenScope.FIGURES))
    wish = Wish("Uji", 50, None, date(2025, 1, 1), None, "Uji.", frozenset({book.module_id}))
    now = make.now

    def listed() -> list[tuple[str, int, int]]:
        entries = consumer.get("/figures")["programmes"]
        return [(each["slug"], each["definition_version"], each["own_count"]) for each in entries]

    present = (NATIONAL, 3, 1)
    assert listed() == [present]
    with make.inside(), transaction():
        prepared = prepare_programme("baru-uji", wish, actor_id=None, now=now).id
        changed = prepare_version(NATIONAL, wish, actor_id=None, now=now).id
    assert listed() == [present]
    with make.inside():
        for programme_id in (prepared, changed):
            arguments = {"programme_id": programme_id}
            fill(Run(1, FILLING, arguments, None, frozenset(), 1, "claim"), clock=utc_now)
        db.session.remove()
    assert listed() == [present]
    with make.inside(), transaction():
        publish_preparation("baru-uji", actor_id=None, now=now)
    assert listed() == [present, ("baru-uji", 1, 1)]
    with make.inside(), transaction():
        discard_preparation(NATIONAL, actor_id=None, now=now)
        close_programme(NATIONAL, REASON, actor_id=None, now=now)
    assert listed() == [present, ("baru-uji", 1, 1)]


# Every key and every part


SCOPES_OF = {
    "/certificates": TokenScope.CERTIFICATES,
    "/check?reference=x": TokenScope.CHECK,
    "/checks": TokenScope.CHECK,
    "/progress": TokenScope.PROGRESS,
    "/figures": TokenScope.FIGURES,
    "/staff": TokenScope.STAFF,
}
BODIES = {"/checks": ("POST", {"items": [{"reference": "x"}]}), "/staff": ("PUT", {"people": []})}


@pytest.mark.usefixtures("keys")
def test_no_key_reads_what_is_not_its_institutions_or_beyond_its_scope(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    book, theirs = make.book(), make.institution("Kota Contoh Jaya")
    secrets = {}
    for name, at in (("Ayu Rahasia", ours), ("Budi Rahasia", theirs)):
        issued = make.certificate(make.learner(name, at=at), book)
        secrets[at.id] = (name, issued.person.number)
    log(make)
    others = make.officer("Oki", at=theirs)
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    asked = {f"/api/v1{path.partition('?')[0]}" for path in SCOPES_OF}
    assert rules == asked | {"/api/v1/openapi.json"}
    for at, who, beyond in ((ours, officer, theirs), (theirs, others, ours)):
        for scope in TokenScope:
            consumer = Consumer(app, key_for(make, who, at, scope, name=scope.value))
            for path, needed in SCOPES_OF.items():
                method, body = BODIES.get(path, ("GET", None))
                answer = consumer.ask(
                    path,
                    expect=200 if needed is scope else 403,
                    method=method,
                    body=body,
                )
                for secret in secrets[beyond.id]:
                    assert secret not in answer.text, (path, scope)
