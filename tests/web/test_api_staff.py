"""Another system puts people on its institution's list: by the rules of lists, and not beyond."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.models import Account, EmployeeNumber
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.exchange.enums import TokenScope
from lms.exchange.models import ApiToken
from lms.institutions.models import Posting
from lms.institutions.staff_lists import named
from lms.institutions.staff_lists.models import StaffImport, StaffImportLine
from lms.institutions.staff_lists.service import KEPT_FOR, forget_old_imports
from lms.institutions.units import add_unit
from lms.mail import OutboxMessage
from lms.progress.rebuild import reconcile
from tests.consumers import Consumer, key_for
from tests.factories import Factory, InstitutionRef, Person

pytestmark = pytest.mark.both


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh Asri")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    return make.officer("Ratna", at=ours)


@pytest.fixture
def simpeg(app: Flask, make: Factory, ours: InstitutionRef, officer: Person) -> Consumer:
    return Consumer(app, key_for(make, officer, ours, TokenScope.STAFF))


def put(consumer: Consumer, *people: dict[str, str], **how: Any) -> list[dict[str, Any]]:
    """What has come of people that are sent."""
    answer = consumer.get("/staff", method="PUT", body={"people": list(people)}, **how)
    results: list[dict[str, Any]] = answer["results"]
    return results


def person(name: str, number: str, **more: str) -> dict[str, str]:
    return {"name": name, "employee_number": number, **more}


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [each["outcome"] for each in results]


def staff_of(make: Factory, at: InstitutionRef) -> dict[str, tuple[str, str | None, int | None]]:
    """Who is confirmed there: number → name, address, unit."""
    with make.inside():
        rows = db.session.execute(
            select(EmployeeNumber.number, Account.name, Account.email, Posting.unit_id)
            .join(Account, Account.id == EmployeeNumber.account_id)
            .join(Posting, Posting.account_id == Account.id)
            .where(
                Posting.institution_id == at.id,
                Posting.ended_on.is_(None),
                Posting.confirmed_at.is_not(None),
                EmployeeNumber.ended_on.is_(None),
            )
            .order_by(EmployeeNumber.number)
        )
        return {number: (name, email, unit) for number, name, email, unit in rows}


def test_people_are_added_corrected_and_left_as_they_are(
    make: Factory, ours: InstitutionRef, simpeg: Consumer
) -> None:
    with make.inside(), transaction():
        unit_id = add_unit(ours.id, "Dinas Contoh").id
    known, misspelt = make.learner("Ayu Lestari", at=ours), make.learner("Budi Santso", at=ours)
    new = make.employee_number()
    results = put(
        simpeg,
        person("Ayu Lestari", known.number),
        person("Budi Santoso, S.H.", misspelt.number, unit="dinas contoh"),
        person("Citra Dewi", new, email="citra@kota.example", unit="Dinas Contoh"),
        person("Citra Dewi", new, email="citra@kota.example", unit="Dinas Contoh"),
    )
    assert outcomes(results) == ["known", "changed", "new", "repeated"]
    assert [each["employee_number"] for each in results] == [
        known.number, misspelt.number, new, new,
    ]  # fmt: skip
    assert results[1]["changes"] == [
        {"fact": "name", "former": "Budi Santso", "present": "Budi Santoso, S.H."},
        {"fact": "unit", "former": "", "present": "Dinas Contoh"},
    ]
    staff = staff_of(make, ours)
    assert staff[misspelt.number][0] == "Budi Santoso, S.H."
    assert staff[misspelt.number][2] == unit_id
    assert staff[new] == ("Citra Dewi", "citra@kota.example", unit_id)
    # The same once more changes nothing.
    again = put(simpeg, person("Citra Dewi", new, email="citra@kota.example", unit="Dinas Contoh"))
    assert outcomes(again) == ["known"]
    with make.inside():
        assert reconcile(now=utc_now()) == []


def test_the_audit_log_names_the_key_and_who_answers_for_it(
    make: Factory, ours: InstitutionRef, officer: Person, simpeg: Consumer
) -> None:
    put(simpeg, person("Citra Dewi", make.employee_number()), person("Dodi", "1"))
    with make.inside():
        key_id = db.session.scalars(select(ApiToken.id)).one()
        deed = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "staff.people_put")
        ).one()
        assert (deed.actor_id, deed.subject) == (officer.id, f"institution:{ours.id}")
        assert deed.details["api_token_id"] == key_id
        assert deed.details["counts"] == {"new": 1, "refused": 1}
        confirmed = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "staff.confirmed", AuditEntry.actor_id == officer.id)
            .order_by(AuditEntry.id.desc())
            .limit(1)
        ).one()
        assert confirmed.details["import_id"] == deed.details["import_id"]
        assert db.session.scalars(select(OutboxMessage.subject)).all() == [
            "Kunci API baru untuk instansi Anda"
        ]


def test_who_has_registered_themselves_is_confirmed_as_by_a_list(
    make: Factory, ours: InstitutionRef, simpeg: Consumer
) -> None:
    theirs = make.institution()
    claimed = make.learner("Ayu", at=ours, confirmed=False)
    elsewhere = make.learner("Budi", at=theirs, confirmed=False)
    with make.inside(), transaction():
        in_use = update(Account).where(Account.id == elsewhere.id)
        db.session.execute(in_use.values(password_hash="of somebody"))
    results = put(
        simpeg,
        person("Ayu Lestari", claimed.number, email=claimed.email),
        person("Budi Santoso", elsewhere.number, email="budi@kota.example"),
        person("Budi Santoso", elsewhere.number),
    )
    assert outcomes(results)[0] == "confirmed"
    assert results[0]["changes"] == [{"fact": "name", "former": "Ayu", "present": "Ayu Lestari"}]
    assert outcomes(results)[1] == "readdressed"
    assert results[1]["changes"] == []  # what they wrote elsewhere is not ours to see
    assert elsewhere.email not in str(results)
    assert outcomes(results)[2] == "refused"
    assert set(staff_of(make, ours)) >= {claimed.number, elsewhere.number}
    with make.inside():
        letters = db.session.scalars(
            select(OutboxMessage.recipient).where(OutboxMessage.recipient == "budi@kota.example")
        ).all()
        assert letters == ["budi@kota.example"]


def test_an_address_in_use_is_not_replaced_by_a_key(
    make: Factory, ours: InstitutionRef, simpeg: Consumer
) -> None:
    ayu = make.learner("Ayu", at=ours)
    (result,) = put(simpeg, person("Ayu", ayu.number, email="lain@kota.example"))
    assert (result["outcome"], result["code"]) == ("refused", "address-differs")
    assert staff_of(make, ours)[ayu.number][1] == ayu.email


def test_people_of_other_institutions_are_refused_in_the_words_of_a_list(
    make: Factory, ours: InstitutionRef, simpeg: Consumer
) -> None:
    theirs = make.institution()
    held, mailbox = make.learner("Ayu", at=theirs), make.learner("Budi", at=theirs)
    results = put(
        simpeg,
        person("Ayu", held.number),
        person("Ayu", held.number.replace(" ", ""), email="ayu@kota.example"),
        person("Citra", make.employee_number(), email=mailbox.email),
    )
    # The second says otherwise of the same number; the first of its kind tells of the number.
    assert [each["code"] for each in results] == ["held-number", "refused", "held-address"]
    assert "sudah dipakai akun lain" in results[0]["detail"]
    for secret in (mailbox.number, held.email, "Kota", "Kabupaten", "Instansi 2"):
        assert secret not in results[0]["detail"]
    before = staff_of(make, theirs)
    assert set(before) >= {held.number, mailbox.number}
    assert held.number not in staff_of(make, ours)


def test_nobody_vouches_for_themselves_by_their_key(
    make: Factory, officer: Person, simpeg: Consumer
) -> None:
    (result,) = put(simpeg, person("Ratna", make.employee_number(), email=officer.email))
    assert result["outcome"] == "refused"
    (own,) = put(simpeg, person(officer.name, officer.number, email="ratna@lain.example"))
    assert (own["outcome"], own["code"]) == ("refused", "own-posting")


def test_who_left_is_ours_again(
    make: Factory, ours: InstitutionRef, simpeg: Consumer, now: Any
) -> None:
    ayu = make.learner("Ayu", at=ours)
    with make.inside(), transaction():
        db.session.execute(
            update(Posting).where(Posting.account_id == ayu.id).values(ended_on=local_day(now))
        )
    assert ayu.number not in staff_of(make, ours)
    (result,) = put(simpeg, person("Ayu", ayu.number))
    assert result["outcome"] == "confirmed"
    assert ayu.number in staff_of(make, ours)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (person("", "1"), "name"), (person("Ayu", ""), "employee_number"),
        ({"name": "Ayu"}, "employee_number"), ({"employee_number": "1"}, "name"),
        (person("Ayu\0", "1"), "name"), (person("A" * 201, "1"), "name"),
        (person("Ayu", "1", role="admin"), "role"), (person("Ayu", "1", email="x" * 255), "email"),
        ({"name": ["Ayu"], "employee_number": 1}, "employee_number"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_field_and_nothing_is_stored(
    make: Factory, simpeg: Consumer, sent: dict[str, Any], field: str
) -> None:
    good = person("Citra Dewi", make.employee_number())
    problem = simpeg.get("/staff", method="PUT", body={"people": [good, sent]}, expect=422)
    assert f"json.people.1.{field}" in [each["field"] for each in problem["errors"]]
    assert make.count(StaffImport) == 0


def test_what_is_readable_and_wrong_is_refused_for_itself(
    make: Factory, ours: InstitutionRef, simpeg: Consumer
) -> None:
    hostile = "<script>alert(1)</script>"
    results = put(
        simpeg,
        person("Ayu", "123"),
        person("Ayu", make.employee_number(), email="tanpa keong"),
        person("Ayu", make.employee_number(), unit="Dinas Khayalan"),
        person(hostile, make.employee_number()),
        person("=1+1", "'; DROP TABLE accounts; --"),
        person("Citra Dewi", make.employee_number()),
    )
    assert outcomes(results)[:3] == ["refused"] * 3
    assert "Dinas Khayalan" in results[2]["detail"]
    assert all(each["code"] and each["detail"] for each in results[:3])
    assert outcomes(results)[-2:] == ["refused", "new"]
    english = put(simpeg, person("Ayu", "123"), headers={"Accept-Language": "en"})
    assert english[0]["detail"] != results[0]["detail"]


def test_more_than_five_hundred_are_refused_and_five_hundred_are_not(
    make: Factory, ours: InstitutionRef, simpeg: Consumer
) -> None:
    people = [person(f"Orang {chr(65 + at % 26)}", make.employee_number()) for at in range(501)]
    problem = simpeg.get("/staff", method="PUT", body={"people": people}, expect=413)
    assert problem["detail"].startswith("Paling banyak 500 pegawai sekaligus.")
    answer = simpeg.ask("/staff", method="PUT", body={"people": people[:500]})
    assert {each["outcome"] for each in answer.get_json()["results"]} == {"new"}
    assert answer.headers["RateLimit"].startswith('"token";r=588;')
    assert len(staff_of(make, ours)) == 501  # with the officer
    assert make.count(StaffImportLine) == 0
    forget_all(make)
    assert make.count(StaffImport) == 0


def forget_all(make: Factory) -> None:
    with make.app.app_context():
        forget_old_imports(now=utc_now() + KEPT_FOR)


def test_those_that_are_settled_one_by_one_are_put_off_beyond_some(
    make: Factory, ours: InstitutionRef, simpeg: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named, "ALONE_AT_ONCE", 2)
    claimed = [make.learner(f"Orang {name}", at=ours, confirmed=False) for name in "ABC"]
    people = [person(each.name, each.number, email=each.email or "") for each in claimed]
    results = put(simpeg, *people, person("Citra Dewi", make.employee_number()))
    assert outcomes(results) == ["confirmed", "confirmed", "refused", "new"]
    assert results[2]["code"] == "put-off"
    assert outcomes(put(simpeg, *people)) == ["known", "known", "confirmed"]


def test_many_cost_as_many_statements_as_few(
    make: Factory, simpeg: Consumer, statements: Any
) -> None:
    counts = []
    for number in (2, 2, 20):
        people = [person("Citra Dewi", make.employee_number()) for _ in range(number)]
        with statements() as seen:
            put(simpeg, *people)
        counts.append(len(seen))
    assert counts[1] == counts[2]
