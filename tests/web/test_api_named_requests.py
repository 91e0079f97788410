"""A named request is done once, however often it is sent and wherever it is cut off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.models import EmployeeNumber
from lms.clock import utc_now
from lms.db import db, transaction
from lms.exchange.enums import TokenScope
from lms.exchange.errors import StillAtWork
from lms.exchange.idempotency import (
    GIVEN_UP_AFTER,
    Answer,
    Claim,
    claim_request,
    forget_old_answers,
    has_old_answers,
    keep_answer,
    let_go,
)
from lms.exchange.models import IdempotencyKey
from lms.institutions.staff_lists.models import StaffImport
from lms.institutions.staff_lists.named import put_people
from tests.consumers import Consumer, key_for
from tests.factories import Factory, InstitutionRef, Person

pytestmark = pytest.mark.both

NAMED = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh Asri")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer("Ratna", at=ours)


@pytest.fixture
def simpeg(app: Flask, make: Factory, ours: InstitutionRef, officer: Person) -> Consumer:
    return Consumer(app, key_for(make, officer, ours, TokenScope.STAFF))


def people(make: Factory, *names: str) -> dict[str, Any]:
    return {"people": [{"name": each, "employee_number": make.employee_number()} for each in names]}


def put(simpeg: Consumer, body: object, **how: Any) -> Any:
    return simpeg.ask("/staff", method="PUT", body=body, **{"headers": NAMED, **how})


def test_the_same_request_is_answered_the_same_and_done_once(
    make: Factory, simpeg: Consumer
) -> None:
    body = people(make, "Ayu", "Budi")
    first = put(simpeg, body)
    assert "Idempotency-Replayed" not in first.headers
    again = put(simpeg, body)
    assert again.data == first.data
    assert b'"new"' in again.data
    assert again.mimetype == "application/json"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "RateLimit" in again.headers
    assert make.count(StaffImport) == 1
    unnamed = put(simpeg, body, headers={})
    assert b'"new"' not in unnamed.data
    assert make.count(StaffImport) == 2


def test_another_request_of_the_same_name_is_refused(make: Factory, simpeg: Consumer) -> None:
    put(simpeg, people(make, "Ayu"))
    problem = put(simpeg, people(make, "Budi"), expect=422).get_json()
    assert problem["code"] == "idempotency-key-reused"
    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert make.count(StaffImport) == 1


def test_names_of_two_keys_have_nothing_to_do_with_each_other(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person, simpeg: Consumer
) -> None:
    body = people(make, "Ayu")
    put(simpeg, body)
    other = Consumer(app, key_for(make, officer, ours, TokenScope.STAFF, name="Lain"))
    answer = put(other, body)
    assert "Idempotency-Replayed" not in answer.headers
    assert b'"known"' in answer.data


@pytest.mark.parametrize("name", ["", "a b", "é", "a" * 201, " "])
def test_what_is_no_name_is_refused(make: Factory, simpeg: Consumer, name: str) -> None:
    headers = {"Idempotency-Key": name}
    problem = put(simpeg, people(make, "Ayu"), headers=headers, expect=422).get_json()
    assert problem["code"] == "bad-idempotency-key"
    assert make.count(StaffImport) == 0


def test_a_refused_request_may_be_mended_under_its_name(make: Factory, simpeg: Consumer) -> None:
    body = people(make, "Ayu")
    put(simpeg, body | {"more": 1}, expect=422)
    assert make.count(IdempotencyKey) == 0
    assert b'"new"' in put(simpeg, body).data


def test_who_asks_with_a_body_and_stores_nothing_needs_no_name(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person
) -> None:
    consumer = Consumer(app, key_for(make, officer, ours, name="Lain"))
    body = {"items": [{"reference": "x"}]}
    consumer.ask("/checks", method="POST", body=body, headers=NAMED)
    assert make.count(IdempotencyKey) == 0


def test_the_same_sent_meanwhile_is_told_so(
    make: Factory, simpeg: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, told = people(make, "Ayu"), []

    def send_again(*args: Any, **how: Any) -> Any:
        with ThreadPoolExecutor(1) as other:
            told.append(other.submit(put, simpeg, body, expect=409).result().get_json()["code"])
        return put_people(*args, **how)

    monkeypatch.setattr("lms.exchange.staff.put_people", send_again)
    assert b'"new"' in put(simpeg, body).data
    assert told == ["still-at-work"]
    assert put(simpeg, body).headers["Idempotency-Replayed"] == "true"
    assert make.count(StaffImport) == 1


def test_a_crash_stores_neither_the_work_nor_the_answer_and_the_rest_is_done_later(
    app: Flask, make: Factory, simpeg: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the process had died: the work is done, and nothing of it is stored."""
    from lms.http import idempotency

    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    body = people(make, "Ayu")
    number = body["people"][0]["employee_number"]
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "keep_answer", die)
        with pytest.raises(Died):
            put(simpeg, body)
    assert not has_number(make, number)
    assert put(simpeg, body, expect=409).get_json()["code"] == "still-at-work"
    with make.inside(), transaction():
        long_ago = utc_now() - GIVEN_UP_AFTER - timedelta(seconds=1)
        db.session.execute(update(IdempotencyKey).values(claimed_at=long_ago))
    assert b'"new"' in put(simpeg, body).data
    assert has_number(make, number)
    assert put(simpeg, body).headers["Idempotency-Replayed"] == "true"


def has_number(make: Factory, number: str) -> bool:
    with make.inside():
        return number in db.session.scalars(select(EmployeeNumber.number)).all()


def test_a_failure_of_ours_may_be_tried_again_at_once(
    app: Flask, make: Factory, simpeg: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = people(make, "Ayu")

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("lms.exchange.staff.put_people", fail)
        put(simpeg, body, expect=500)
    assert b'"new"' in put(simpeg, body).data


def test_whoever_was_given_up_on_stores_nothing_any_more(make: Factory, simpeg: Consumer) -> None:
    put(simpeg, people(make, "Ayu"))
    now = utc_now()
    with make.inside(), transaction():
        token_id = db.session.scalars(select(IdempotencyKey.api_token_id)).one()
        slow = claim_request(token_id, "x", b"1" * 32, now=now)
    assert isinstance(slow, Claim)
    with make.inside(), transaction():
        quick = claim_request(token_id, "x", b"1" * 32, now=now + GIVEN_UP_AFTER)
    assert isinstance(quick, Claim)
    with make.inside(), transaction(), pytest.raises(StillAtWork):
        keep_answer(slow, Answer(200, "application/json", b"{}"))
    with make.inside(), transaction():
        let_go(slow)
        keep_answer(quick, Answer(200, "application/json", b"[]"))
        let_go(quick)
    with make.inside(), transaction():
        kept = claim_request(token_id, "x", b"1" * 32, now=now + GIVEN_UP_AFTER)
    assert kept == Answer(200, "application/json", b"[]")


def test_answers_are_forgotten_after_a_day(make: Factory, simpeg: Consumer) -> None:
    body = people(make, "Ayu")
    put(simpeg, body)
    tomorrow = utc_now() + timedelta(hours=24)
    with make.inside():
        assert not has_old_answers(now=tomorrow - timedelta(minutes=1))
        assert has_old_answers(now=tomorrow)
    unexpire = utc_now() - timedelta(seconds=1)
    with make.inside(), transaction():
        db.session.execute(update(IdempotencyKey).values(expires_at=unexpire))
    assert b'"known"' in put(simpeg, body).data  # a new request, though nobody has swept
    with make.inside(), transaction():
        forget_old_answers(now=utc_now() + timedelta(hours=25))
    assert make.count(IdempotencyKey) == 0
