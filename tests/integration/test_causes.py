"""Facts come back as they were stored; and a certificate may have another cause than a quiz."""

from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from lms.certificates.enums import CauseKind, RevocationGround
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.certificates.hours import hours_by_year
from lms.certificates.models import Certificate
from lms.certificates.own_certificates import list_own_certificates
from lms.certificates.queries import find_certificate, get_any_certificate
from lms.certificates.register import search_certificates
from lms.db import db
from lms.institutions.scope import Scope
from lms.mail import OutboxMessage
from lms.programmes.counting import recount_person
from lms.programmes.queries import NATIONAL, get_figure
from lms.progress.staff import StaffFilter, Status, list_staff, summarise
from lms.reporting.personal_data import gather_personal_data
from tests.factories import REASON, TODAY, Factory, later


def texts(size: int) -> st.SearchStrategy[str]:
    """What a column takes: PostgreSQL stores no NUL, and nobody half a character."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    return st.text(letters, max_size=size)


FACTS = st.builds(
    CertificateFacts,
    code=texts(12),
    number=texts(80),
    holder_name=texts(200),
    employee_number=st.none() | texts(18),
    institution_name=st.none() | texts(200),
    was_confirmed=st.booleans(),
    cause_kind=st.just(CauseKind.ATTENDANCE),
    title=texts(200),
    theme=texts(40),
    pocketbook_code=st.none() | texts(20),
    edition_name=st.none() | texts(20),
    release_name=st.none() | texts(20),
    release_sha256=st.none() | texts(64),
    credit_hours=st.integers(0, 2**31 - 1),
    completed_on=st.dates(date(1900, 1, 1)),
    issued_at=st.datetimes(timezones=st.just(UTC)),
    template_version=st.integers(0, 2**31 - 1),
    saw_key=st.booleans(),
    started_on=st.none() | st.dates(date(1900, 1, 1)),
    pass_mark=st.none() | st.integers(0, 100),
    valid_until=st.none() | st.dates(date(1900, 1, 1)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS)
def test_facts_are_stored_and_come_back_as_themselves(
    make: Factory, facts: CertificateFacts
) -> None:
    person = make.learner()
    values: dict[str, Any] = {name: getattr(facts, name) for name in FACT_NAMES}
    db.session.execute(
        insert(Certificate).values(values | {"account_id": person.id, "cause_id": 1})
    )
    row = db.session.scalars(select(Certificate).where(Certificate.account_id == person.id)).one()
    stored, read = row.facts, get_any_certificate(facts.code).facts
    db.session.rollback()
    assert read == stored == facts
    assert read.canonical() == facts.canonical()


def test_what_is_issued_reads_back_as_it_stands_in_its_row(make: Factory) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    row = db.session.get_one(Certificate, issued.id)
    facts = get_any_certificate(issued.code).facts
    assert facts == row.facts
    assert facts.cause_kind is CauseKind.PASSED_ATTEMPT


@pytest.mark.parametrize(
    "changes",
    [
        {"cause_kind": CauseKind.ATTENDANCE},
        {"cause_id": 7},
        {"edition_id": None},
        {"module_id": None},
        {"attempt_id": None},
        {"release_sha256": None},
    ],
    ids=str,
)
def test_a_passed_attempt_is_named_whole_and_as_nothing_else(
    make: Factory, changes: dict[str, object]
) -> None:
    issued = make.certificate()
    columns = select(Certificate.__table__).where(Certificate.id == issued.id)
    row = dict(db.session.execute(columns).one()._mapping)  # noqa: SLF001 - public, by its docs
    del row["id"]
    copy = row | {"code": "000000000000", "number": "HAM.01/9/2026", "replaces_id": issued.id}
    with pytest.raises(IntegrityError, match="ck_certificates_cause"):
        db.session.execute(insert(Certificate).values(copy | changes))
    db.session.rollback()
    db.session.execute(insert(Certificate).values(copy))
    db.session.rollback()


def test_of_one_person_and_event_one_chain_begins(make: Factory) -> None:
    ayu, budi = make.learner(), make.learner()
    make.attendance(ayu, event=1)
    make.attendance(ayu, event=2)
    make.attendance(budi, event=1)
    with pytest.raises(IntegrityError):
        make.attendance(ayu, event=1)
    db.session.rollback()
    assert make.count(Certificate) == 3


def test_an_attendance_counts_as_hours_and_in_no_programme(make: Factory) -> None:
    ours = make.institution()
    ayu = make.learner(at=ours)
    make.certificate(ayu)
    budi = make.learner(at=ours)
    for person in (ayu, budi):
        make.attendance(person)
        recount_person(person.id, now=make.now)
        db.session.commit()
    assert get_figure(NATIONAL, now=make.now).count == 1
    assert hours_by_year(list_own_certificates(ayu.id, today=TODAY)) == {2026: 5}
    assert hours_by_year(list_own_certificates(budi.id, today=TODAY)) == {2026: 3}


def test_the_officers_list_is_about_modules(make: Factory) -> None:
    ours = make.institution()
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    issued = make.certificate(ayu)
    make.attendance(ayu)
    make.revoke(make.attendance(budi))
    scope = Scope(None, frozenset({ours.id}))
    ayus, budis = list_staff(scope, StaffFilter(), now=make.now).rows
    assert ayus.latest is not None
    assert (ayus.status, ayus.latest.certificate_code) == (Status.FINISHED, issued.code)
    assert (budis.status, budis.latest) == (Status.NOT_STARTED, None)
    assert not any(each.certificate_code or each.is_revoked for each in budis.modules)
    assert summarise(scope, StaffFilter(), now=make.now).finished == 1


def test_the_file_about_a_person_says_for_what_each_certificate_was_issued(make: Factory) -> None:
    ayu = make.learner()
    make.certificate(ayu)
    make.attendance(ayu)
    rows = gather_personal_data(ayu.id)["certificates"]
    assert [(row["cause_kind"], row["edition_name"]) for row in rows] == [
        ("passed_attempt", "2026.1"),
        ("attendance", None),
    ]


def test_an_attendance_is_replaced_and_keeps_its_cause(make: Factory) -> None:
    ayu = make.learner("Ayu Lestri")
    code = make.attendance(ayu, event=7)
    before = get_any_certificate(code).facts
    make.rename(ayu, "Ayu Lestari")
    make.now = later(make.now, days=3)
    new_code = make.replace(code)
    found = find_certificate(code)
    assert found is not None
    assert (found.state.status, found.state.replaced_by_code) == ("replaced", new_code)
    new = get_any_certificate(new_code).facts
    assert new == replace(
        before,
        code=new_code,
        number=new.number,
        holder_name="Ayu Lestari",
        issued_at=make.now,
        template_version=new.template_version,
    )
    assert new.number.startswith("HAM.00/")
    assert [each.facts.code for each in search_certificates("Ayu")] == [new_code, code]
    row = db.session.scalars(select(Certificate).where(Certificate.code == new_code)).one()
    assert row.cause_id == 7


def test_whose_attendance_is_revoked_reads_of_no_quiz(make: Factory) -> None:
    ayu = make.learner()
    code = make.attendance(ayu)
    make.revoke(code, ground=RevocationGround.MISTAKE)
    own = list_own_certificates(ayu.id, today=TODAY)
    assert [(each.status, each.is_reopened) for each in own] == [("revoked", False)]
    letter = db.session.scalars(
        select(OutboxMessage.body).where(OutboxMessage.recipient == ayu.email)
    ).one()
    assert REASON in letter
    assert "kuis" not in letter.lower()
