"""A revocation is withdrawn by an entry: the ledger is a chain, and its last word holds."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from lms.audit import AuditEntry
from lms.certificates.enums import RevocationGround
from lms.certificates.errors import (
    ChangedMeanwhile,
    HasSuccessor,
    NoSuchCertificate,
    NotInForce,
    NotRevoked,
    ReasonMissing,
)
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.own_certificates import list_own_certificates
from lms.certificates.queries import get_any_certificate
from lms.certificates.register import list_history
from lms.certificates.service import (
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from lms.db import db
from lms.errors import Refusal
from lms.institutions.scope import Scope
from lms.learning.attempts import submit_attempt
from lms.learning.errors import AlreadyPassed
from lms.learning.models import Attempt, Enrolment
from lms.mail import OutboxMessage
from lms.programmes.models import Programme, TallyEntry
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import fold, reconcile
from lms.progress.staff import Status, get_person
from tests.factories import PATTERN, REASON, TODAY, Factory, Issued, later
from tests.integration.test_at_one_moment import (
    answered,
    dawdling_after,
    hand_in,
    one_soon_after_the_other,
)

MISTAKE = RevocationGround.MISTAKE


def national() -> Programme:
    """The national programme's row."""
    return db.session.scalars(select(Programme).where(Programme.slug == NATIONAL)).one()


def chain_of(certificate_id: int) -> list[LedgerKind]:
    """What happened to a certificate, walked along from its issue, entry by entry."""
    entries = {
        entry.follows_id: entry
        for entry in db.session.scalars(
            select(LedgerEntry).where(LedgerEntry.certificate_id == certificate_id)
        )
    }
    kinds, at = [], None
    while at in entries:
        entry = entries.pop(at)
        kinds.append(entry.kind)
        at = entry.id
    assert not entries
    return kinds


def test_a_withdrawn_revocation_leaves_the_certificate_in_force_and_both_entries(
    make: Factory, now: datetime
) -> None:
    issued, baharuddin = make.certificate(), make.coordinator("Baharuddin")
    make.revoke(issued)
    reinstate_certificate(issued.code, f" {REASON} ", baharuddin.id, now=later(now, days=2))
    state = get_any_certificate(issued.code).state
    assert (state.status, state.ended_at, state.reason) == ("valid", None, None)
    *_, last = list_history(issued.code)
    assert (last.kind, last.actor_name, last.reason) == ("reinstated", "Baharuddin", REASON)
    assert chain_of(issued.id) == [
        LedgerKind.ISSUED,
        LedgerKind.REVOKED,
        LedgerKind.REINSTATED,
    ]
    deed = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certificate.reinstated")
    ).one()
    assert (deed.actor_id, deed.subject) == (baharuddin.id, f"certificate:{issued.id}")
    mail = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert mail is not None
    assert "berlaku kembali" in mail.subject
    assert REASON in mail.body


def test_the_figure_is_exact_through_revoking_withdrawing_and_revoking_again(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    issued = make.certificate(make.learner(at=ours))
    scope = Scope(None, frozenset({ours.id}))
    assert issued.person.posting_id is not None
    for deed, count in (
        (make.revoke, 0), (make.reinstate, 1), (make.revoke, 0), (make.reinstate, 1),
    ):  # fmt: skip
        deed(issued)
        assert get_figure(NATIONAL, now=now).count == count
        assert reconcile(national()) == []
        person = get_person(scope, issued.person.posting_id, now=now)
        assert (person.status is Status.FINISHED) is bool(count)
        fold(national())
        db.session.commit()
        assert reconcile(national()) == []
    steps = db.session.scalars(select(TallyEntry.step).order_by(TallyEntry.id)).all()
    assert steps == [1, -1, 1, -1, 1]


def test_the_quiz_that_the_revocation_opened_is_passed_as_before(
    make: Factory, now: datetime
) -> None:
    issued = make.certificate()
    completed = db.session.scalars(select(Enrolment.completed_at)).one()
    make.revoke(issued)
    db.session.expire_all()
    assert db.session.scalars(select(Enrolment.completed_at)).one() is None
    make.reinstate(issued)
    db.session.expire_all()
    assert db.session.scalars(select(Enrolment.completed_at)).one() == completed
    with pytest.raises(AlreadyPassed):
        make.attempt(issued.person, issued.book)


def test_an_attempt_begun_meanwhile_brings_no_second_certificate(
    make: Factory, now: datetime
) -> None:
    issued = make.certificate()
    make.revoke(issued)
    again = answered(make, make.attempt(issued.person, issued.book))
    make.reinstate(issued)
    submit_attempt(again.person.id, again.token, now=now)
    assert [own.status for own in list_own_certificates(issued.person.id, today=TODAY)] == ["valid"]
    assert db.session.get_one(Attempt, again.id).submitted_at == now


def test_after_another_certificate_the_revocation_stands(make: Factory, now: datetime) -> None:
    issued, actor = make.certificate(), make.coordinator()
    make.revoke(issued)
    newer = make.certificate(issued.person, issued.book)
    for _ in range(2):
        with pytest.raises(HasSuccessor):
            reinstate_certificate(issued.code, REASON, actor.id, now=now)
        db.session.rollback()
        make.revoke(newer)  # also when that one is out of force: it is the chain's end
        make.reinstate(newer)
    assert get_any_certificate(issued.code).state.status == "revoked"
    assert get_figure(NATIONAL, now=now).count == 1
    assert reconcile(national()) == []


def test_only_a_revocation_is_withdrawn_and_only_with_a_reason(
    make: Factory, now: datetime
) -> None:
    issued, actor = make.certificate(), make.coordinator()
    with pytest.raises(NotRevoked):
        reinstate_certificate(issued.code, REASON, actor.id, now=now)
    with pytest.raises(NoSuchCertificate):
        reinstate_certificate("000000000000", REASON, actor.id, now=now)
    make.revoke(issued)
    with pytest.raises(ReasonMissing):
        reinstate_certificate(issued.code, "salah", actor.id, now=now)
    make.reinstate(issued)
    with pytest.raises(NotRevoked):
        reinstate_certificate(issued.code, REASON, actor.id, now=now)
    make.rename(issued.person, "Nama Baru")
    make.replace(issued)
    with pytest.raises(NotRevoked):
        reinstate_certificate(issued.code, REASON, actor.id, now=now)
    assert chain_of(issued.id)[-1] is LedgerKind.REPLACED


def test_who_was_dishonest_by_mistake_is_as_before(make: Factory) -> None:
    issued = make.certificate()
    make.revoke(issued, ground=RevocationGround.DISHONESTY)
    make.reinstate(issued)
    assert [own.status for own in list_own_certificates(issued.person.id, today=TODAY)] == ["valid"]
    with pytest.raises(AlreadyPassed):
        make.attempt(issued.person, issued.book)


def test_an_attendance_is_revoked_and_reinstated_as_well(make: Factory) -> None:
    code = make.attendance(make.learner())
    make.revoke(code)
    make.reinstate(code)
    assert get_any_certificate(code).state.status == "valid"


# At one moment


def test_of_a_pass_and_a_withdrawal_at_once_one_wins(
    app: Flask, make: Factory, now: datetime
) -> None:
    ours = make.institution()
    for words, is_pass_first in (("INTO certificates", True), ("UPDATE enrolments", False)):
        issued = make.certificate(make.learner(at=ours), make.book())
        actor = make.coordinator()
        make.revoke(issued)
        passing = hand_in(answered(make, make.attempt(issued.person, issued.book)), now)

        def withdrawing(issued: Issued = issued, actor_id: int = actor.id) -> None:
            reinstate_certificate(issued.code, REASON, actor_id, now=now)

        deeds = (passing, withdrawing) if is_pass_first else (withdrawing, passing)
        with dawdling_after(words) as resting:
            first, second = one_soon_after_the_other(app, resting, *deeds)
        assert not isinstance(first, Refusal)
        assert isinstance(second, HasSuccessor) is is_pass_first
        owned = [own.status for own in list_own_certificates(issued.person.id, today=TODAY)]
        assert owned == (["revoked", "valid"] if is_pass_first else ["valid"])
        assert reconcile(national()) == []
    assert get_figure(NATIONAL, now=now).count == 2


@pytest.mark.parametrize("pair", ["revoke revoke", "revoke replace", "replace revoke"])
def test_of_two_ends_at_once_one_wins(app: Flask, make: Factory, now: datetime, pair: str) -> None:
    issued = make.certificate(make.learner("Ayu", at=make.institution()))
    make.rename(issued.person, "Ayu Lestari")
    actor_id = make.coordinator().id
    deeds: dict[str, Callable[[], object]] = {
        "revoke": lambda: revoke_certificate(issued.code, MISTAKE, REASON, actor_id, now=now),
        "replace": lambda: replace_certificate(issued.code, REASON, PATTERN, actor_id, now=now),
    }
    one, other = pair.split()
    with dawdling_after("INTO ledger_entries") as resting:
        first, second = one_soon_after_the_other(app, resting, deeds[one], deeds[other])
    assert not isinstance(first, Refusal)
    assert isinstance(second, NotInForce | ChangedMeanwhile)
    kinds = {"revoke": LedgerKind.REVOKED, "replace": LedgerKind.REPLACED}
    assert chain_of(issued.id) == [LedgerKind.ISSUED, kinds[one]]
    assert make.count(Certificate) == (2 if one == "replace" else 1)
    assert get_figure(NATIONAL, now=now).count == (1 if one == "replace" else 0)
    assert reconcile(national()) == []


def test_of_two_withdrawals_at_once_one_wins(app: Flask, make: Factory, now: datetime) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    make.revoke(issued)
    actor_id = make.coordinator().id

    def withdrawing() -> None:
        reinstate_certificate(issued.code, REASON, actor_id, now=now)

    with dawdling_after("INTO ledger_entries") as resting:
        first, second = one_soon_after_the_other(app, resting, withdrawing, withdrawing)
    assert not isinstance(first, Refusal)
    assert isinstance(second, NotRevoked | ChangedMeanwhile)
    assert get_figure(NATIONAL, now=now).count == 1


# The database keeps the chain itself


def test_no_entry_branches_off_or_leaps_from_one_certificate_to_another(make: Factory) -> None:
    ours, theirs = make.certificate(), make.certificate(make.learner(), make.book("tema-dua"))
    make.revoke(ours)
    ids = {
        (entry.certificate_id, entry.kind): entry.id
        for entry in db.session.scalars(select(LedgerEntry))
    }
    issue, end = ids[ours.id, LedgerKind.ISSUED], ids[ours.id, LedgerKind.REVOKED]
    other = ids[theirs.id, LedgerKind.ISSUED]
    before = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    for kind, certificate_id, follows_id in (
        ("revoked", ours.id, "NULL"),  # follows nothing
        ("revoked", ours.id, other),  # another certificate's
        ("revoked", ours.id, end),  # revoked already
        ("replaced", ours.id, end),
        ("reinstated", ours.id, issue),  # never revoked
        ("reinstated", theirs.id, other),
        ("reinstated", theirs.id, end),
        ("issued", theirs.id, other),  # begins what has begun
        ("revoked", ours.id, issue),  # a branch
        ("issued", theirs.id, "NULL"),  # a second beginning
    ):
        entry = f"'{kind}', {certificate_id}, '2026-05-20 00:00:00', {follows_id}"
        columns = "kind, certificate_id, entered_at, follows_id"
        statement = f"INSERT INTO ledger_entries ({columns}) VALUES ({entry})"  # noqa: S608 - ours
        with pytest.raises(DatabaseError, match=r"follows none|UNIQUE|unique") as refused:
            db.session.execute(text(statement))
        if follows_id == "NULL" and kind == "issued":
            assert isinstance(refused.value, IntegrityError)
        db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == before
