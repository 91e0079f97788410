"""Requests for corrections: who asks, who decides, and what comes of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.enums import Role
from lms.accounts.rules import read_employee_number
from lms.audit import AuditEntry
from lms.certificates.correction_notices import list_deciders_to_notify, notify_decider
from lms.certificates.correction_requests import (
    Reach,
    Wish,
    ask_correction,
    ask_staff_correction,
    count_to_decide,
    decline_request,
    get_request,
    list_open_requests,
    list_own_requests,
    withdraw_request,
)
from lms.certificates.enums import CorrectableFact, RequestState, RevocationGround
from lms.certificates.errors import (
    AlreadyAsked,
    NoSuchCertificate,
    NoSuchRequest,
    NotForOfficers,
    NothingToCorrect,
    NotInForce,
    PreviewStale,
    ReasonMissing,
    RequestClosed,
    WantedMissing,
)
from lms.certificates.letterhead_versions import add_letterhead
from lms.certificates.letterheads import Letterhead
from lms.certificates.queries import get_any_certificate
from lms.certificates.register import get_correction
from lms.certificates.service import (
    grant_request,
    replace_certificate,
    revoke_certificate,
)
from lms.days import local_day
from lms.db import db, transaction
from lms.errors import Refusal
from lms.institutions.models import Institution
from lms.institutions.scope import Scope
from lms.institutions.service import correct_staff
from lms.mail import OutboxMessage
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import reconcile
from tests.factories import (
    PASSWORD,
    PATTERN,
    REASON,
    Factory,
    InstitutionRef,
    Issued,
    Person,
    later,
)
from tests.integration.test_at_one_moment import dawdling_after, one_soon_after_the_other

WHY = "Gelar itu saya peroleh pada 2019."
NAME = Wish(CorrectableFact.NAME, "Ayu Lestari, S.H.", WHY)
TITLE = Wish(CorrectableFact.TITLE, "Nilai Contoh", WHY)


def scope_at(institution: InstitutionRef, officer: Person) -> Scope:
    """What an officer of one institution answers for."""
    return Scope(officer.id, frozenset({institution.id}))


def ask(issued: Issued, wish: Wish, now: datetime) -> int:
    """The holder asks; stored."""
    with transaction():
        return ask_correction(issued.person.id, issued.code, wish, now=now)


def grant(reach: Reach, request_id: int, actor: Person, now: datetime) -> str:
    """Decide as the preview of this moment shows; stored."""
    with transaction():
        code = get_request(reach, request_id).code
        seen = get_correction(code, today=local_day(now)).fingerprint
        return grant_request(reach, request_id, REASON, PATTERN, actor.id, seen=seen, now=now)


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """The institution that it is about."""
    return make.institution("Kota Contoh")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    """Who answers for its people."""
    return make.officer(at=ours, password=PASSWORD)


@pytest.fixture
def issued(make: Factory, ours: InstitutionRef) -> Issued:
    """A certificate of one of its people, whose name lacks a title."""
    return make.certificate(make.learner("Ayu Lestari", at=ours))


def test_a_holder_asks_the_officer_corrects_the_list_and_the_certificate_is_replaced(
    make: Factory, ours: InstitutionRef, officer: Person, issued: Issued, now: datetime
) -> None:
    scope = scope_at(ours, officer)
    request_id = ask(issued, NAME, now)
    (asked,) = list_open_requests(scope)
    assert (asked.id, asked.wanted, asked.is_holders) == (request_id, "Ayu Lestari, S.H.", True)
    assert (count_to_decide(scope), count_to_decide(None)) == (1, 0)
    with pytest.raises(NothingToCorrect):
        grant(scope, request_id, officer, now)
    db.session.rollback()
    assert issued.person.posting_id is not None
    with transaction():
        correct_staff(
            scope,
            issued.person.posting_id,
            "Ayu Lestari, S.H.",
            read_employee_number(issued.person.number),
            now=now,
        )
    code = grant(scope, request_id, officer, later(now, days=1))
    assert get_any_certificate(code).facts.holder_name == "Ayu Lestari, S.H."
    assert get_any_certificate(issued.code).state.replaced_by_code == code
    (mine,) = list_own_requests(issued.person.id, issued.code)
    assert (mine.state, mine.closed_at) == (RequestState.GRANTED, later(now, days=1))
    assert (list_open_requests(scope), count_to_decide(scope)) == ([], 0)
    deeds = select(AuditEntry.action, AuditEntry.actor_id).order_by(AuditEntry.id)
    assert db.session.execute(deeds).all()[-2:] == [
        ("correction.granted", officer.id),
        ("certificate.replaced", officer.id),
    ]
    national = db.session.scalars(select(Programme).where(Programme.slug == NATIONAL)).one()
    assert (get_figure(NATIONAL, now=now).count, reconcile(national)) == (1, [])


def test_another_institutions_officer_neither_sees_nor_decides(
    make: Factory, ours: InstitutionRef, officer: Person, issued: Issued, now: datetime
) -> None:
    theirs = make.institution()
    other = scope_at(theirs, make.officer(at=theirs))
    request_id = ask(issued, NAME, now)
    make.rename(issued.person, "Ayu Lestari, S.H.")
    assert list_open_requests(other) == []
    assert count_to_decide(other) == 0
    seen = get_correction(issued.code, today=local_day(now)).fingerprint
    deeds: list[Callable[[], object]] = [
        lambda: get_request(other, request_id),
        lambda: decline_request(other, request_id, REASON, officer.id, now=now),
        lambda: grant_request(other, request_id, REASON, PATTERN, officer.id, seen=seen, now=now),
    ]
    for deed in deeds:
        with pytest.raises(NoSuchRequest):
            deed()
    with pytest.raises(NoSuchCertificate):
        ask_staff_correction(other, issued.code, NAME, now=now)
    make.move(issued.person, theirs, confirmed=False)  # who only says to work there is not theirs
    assert list_open_requests(other) == []
    assert get_request(None, request_id).is_open


def test_whom_no_institution_vouches_for_the_registrars_decide(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    scope = scope_at(ours, make.officer(at=ours))
    waiting = make.certificate(make.learner("Budi", at=ours, confirmed=False))
    request_id = ask(waiting, NAME, now)
    assert (count_to_decide(scope), count_to_decide(None)) == (0, 1)
    with pytest.raises(NoSuchRequest):
        get_request(scope, request_id)
    make.confirm(waiting.person)
    assert (count_to_decide(scope), count_to_decide(None)) == (1, 0)


def test_a_title_is_for_the_registrars_and_comes_from_a_corrected_release(
    make: Factory, ours: InstitutionRef, officer: Person, issued: Issued, now: datetime
) -> None:
    scope, registrar = scope_at(ours, officer), make.coordinator()
    with transaction():
        request_id = ask_staff_correction(scope, issued.code, TITLE, now=now)
    (asked,) = list_open_requests(scope)
    assert (asked.is_holders, asked.may_be_decided(scope)) == (False, False)
    for deed in (
        lambda: decline_request(scope, request_id, REASON, officer.id, now=now),
        lambda: grant_request(scope, request_id, REASON, PATTERN, officer.id, seen="", now=now),
    ):
        with pytest.raises(NotForOfficers):
            deed()
    before = get_any_certificate(issued.code).facts
    make.revise(issued.book, title="Nilai yang Benar")
    assert get_correction(issued.code, today=local_day(now)).changes == ["title"]
    after = get_any_certificate(grant(None, request_id, registrar, now)).facts
    assert (before.title, after.title) == ("Nilai Contoh", "Nilai yang Benar")
    # What was studied stays what it was.
    assert (after.release_name, after.release_sha256) == (
        before.release_name,
        before.release_sha256,
    )


def test_a_later_editions_title_changes_nothing(
    make: Factory, issued: Issued, now: datetime
) -> None:
    make.revise(issued.book, as_edition=True, title="Judul Lain")
    assert get_correction(issued.code, today=local_day(now)).changes == []


def test_the_institution_is_named_as_it_is_called_now(
    ours: InstitutionRef, issued: Issued, now: datetime
) -> None:
    db.session.execute(
        update(Institution).where(Institution.id == ours.id).values(name="Pemerintah Kota Contoh")
    )
    db.session.commit()
    correction = get_correction(issued.code, today=local_day(now))
    assert correction.changes == ["institution_name"]
    assert correction.institution_id == ours.id


def test_an_officer_does_not_decide_about_themselves(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    officer = make.officer(at=ours)
    own = make.certificate(officer)
    request_id = ask(own, NAME, now)
    scope = scope_at(ours, officer)
    make.rename(officer, "Nama Lain")
    assert count_to_decide(scope) == 0
    with pytest.raises(NotForOfficers):
        grant(scope, request_id, officer, now)
    db.session.rollback()
    colleague = make.officer(at=ours)
    assert count_to_decide(scope_at(ours, colleague)) == 1
    grant(scope_at(ours, colleague), request_id, colleague, now)


def test_one_request_at_a_time_is_open_for_a_certificate(
    make: Factory, issued: Issued, now: datetime
) -> None:
    ask(issued, NAME, now)
    with pytest.raises(AlreadyAsked):
        ask(issued, TITLE, now)
    with transaction():
        withdraw_request(issued.person.id, issued.code, now=now)
    ask(issued, TITLE, now)
    with pytest.raises(NoSuchRequest):
        withdraw_request(make.learner().id, issued.code, now=now)
    states = [each.state for each in list_own_requests(issued.person.id, issued.code)]
    assert states == [RequestState.WAITING, RequestState.WITHDRAWN]


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (Wish(CorrectableFact.NAME, "  ", WHY), WantedMissing),
        (Wish(CorrectableFact.NAME, "x" * 201, WHY), WantedMissing),
        (Wish(CorrectableFact.NAME, "Ayu", "salah"), ReasonMissing),
        (Wish(CorrectableFact.NAME, "Ayu", "x" * 501), ReasonMissing),
    ],
)
def test_a_request_says_what_and_why(
    issued: Issued, now: datetime, wish: Wish, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        ask_correction(issued.person.id, issued.code, wish, now=now)


def test_only_what_is_in_force_and_ones_own_is_asked_about(
    make: Factory, issued: Issued, now: datetime
) -> None:
    with pytest.raises(NoSuchCertificate):
        ask_correction(make.learner().id, issued.code, NAME, now=now)
    make.revoke(issued)
    with pytest.raises(NotInForce):
        ask_correction(issued.person.id, issued.code, NAME, now=now)
    make.reinstate(issued)
    ask(issued, NAME, now)


def test_a_revocation_lets_a_request_lapse_and_a_replacement_grants_it(
    make: Factory, issued: Issued, now: datetime
) -> None:
    other = make.certificate(make.learner("Budi"), make.book("tema-dua"))
    ask(issued, NAME, now)
    ask(other, NAME, now)
    make.revoke(issued)
    make.rename(other.person, "Budi, S.H.")
    make.replace(other)
    for each, state in ((issued, RequestState.LAPSED), (other, RequestState.GRANTED)):
        (asked,) = list_own_requests(each.person.id, each.code)
        assert asked.state is state


def test_who_asked_is_written_to_when_it_is_declined(
    make: Factory, ours: InstitutionRef, officer: Person, issued: Issued, now: datetime
) -> None:
    scope = scope_at(ours, officer)
    request_id = ask(issued, NAME, now)
    with pytest.raises(ReasonMissing):
        decline_request(scope, request_id, "tidak", officer.id, now=now)
    with transaction():
        decline_request(scope, request_id, "Ijazahnya belum kami terima.", officer.id, now=now)
    mail = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert mail is not None
    assert mail.recipient == issued.person.email
    assert "Ijazahnya belum kami terima." in mail.body
    assert f"/sertifikat/{issued.code}/perbaikan" in mail.body
    assert issued.person.name not in mail.body
    (asked,) = list_own_requests(issued.person.id, issued.code)
    assert (asked.state, asked.answer) == (RequestState.DECLINED, "Ijazahnya belum kami terima.")
    with pytest.raises(RequestClosed):
        decline_request(scope, request_id, REASON, officer.id, now=now)


def test_a_letterhead_that_changes_after_the_preview_is_shown_first(
    make: Factory, officer: Person, issued: Issued, now: datetime
) -> None:
    make.rename(issued.person, "Ayu Lestari, S.H.")
    seen = get_correction(issued.code, today=local_day(now)).fingerprint
    letterhead = Letterhead(
        unit_name="Pusat Pelatihan", signatory_name="Ratna", office="Kepala", place="Jakarta"
    )
    with transaction():
        letterhead_id = add_letterhead(
            letterhead,
            None,
            valid_from=local_day(now),
            valid_until=None,
            actor_id=officer.id,
            now=now,
        )
    with pytest.raises(PreviewStale):
        replace_certificate(issued.code, REASON, PATTERN, officer.id, now=now, seen=seen)
    db.session.rollback()
    again = get_correction(issued.code, today=local_day(now))
    assert again.letterhead_id == letterhead_id
    with transaction():
        code = replace_certificate(
            issued.code, REASON, PATTERN, officer.id, now=now, seen=again.fingerprint
        )
    letterhead_now = get_any_certificate(code).letterhead
    assert letterhead_now is not None
    assert letterhead_now.office == "Kepala"


def test_what_was_not_seen_is_not_issued(
    make: Factory, ours: InstitutionRef, officer: Person, issued: Issued, now: datetime
) -> None:
    request_id = ask(issued, NAME, now)
    make.rename(issued.person, "Ayu Lestari, S.H.")
    seen = get_correction(issued.code, today=local_day(now)).fingerprint
    make.rename(issued.person, "Orang Lain")
    with pytest.raises(PreviewStale):
        grant_request(
            scope_at(ours, officer), request_id, REASON, PATTERN, officer.id, seen=seen, now=now
        )
    with pytest.raises(PreviewStale):
        replace_certificate(issued.code, REASON, PATTERN, officer.id, now=now, seen=seen)
    db.session.rollback()
    assert get_any_certificate(issued.code).state.status == "valid"


def test_deciders_hear_at_once_and_then_once_a_day(
    make: Factory, ours: InstitutionRef, officer: Person, issued: Issued, now: datetime
) -> None:
    registrar = make.learner(password=PASSWORD, roles=((Role.COORDINATOR, None),))
    make.officer(at=make.institution(), password=PASSWORD)  # of whom nobody has asked anything
    assert list_deciders_to_notify(now=now) == []
    ask(issued, NAME, now)
    (waiting,) = list_deciders_to_notify(now=now)
    assert (waiting.account_id, waiting.request_count, waiting.is_registrar) == (
        officer.id,
        1,
        False,
    )
    with transaction():
        assert notify_decider(waiting, "https://contoh.example/x", str, now=now)
        assert not notify_decider(waiting, "https://contoh.example/x", str, now=now)
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.recipient == officer.email)
    ).one()
    assert "1 permintaan perbaikan sertifikat menunggu" in mail.body
    assert issued.person.name not in mail.body
    assert list_deciders_to_notify(now=later(now, days=2)) == []
    ask(make.certificate(make.learner(at=ours), make.book("tema-dua")), NAME, now)
    assert list_deciders_to_notify(now=now + timedelta(hours=23)) == []
    (again,) = list_deciders_to_notify(now=later(now, days=1))
    assert (again.account_id, again.request_count) == (officer.id, 2)
    ask(make.certificate(make.learner(), make.book("tema-tiga")), TITLE, now)
    both = list_deciders_to_notify(now=later(now, days=1))
    assert {(each.account_id, each.is_registrar) for each in both} == {
        (officer.id, False),
        (registrar.id, True),
    }


# At one moment


def test_of_granting_and_declining_at_once_one_wins(
    app: Flask, make: Factory, ours: InstitutionRef, officer: Person, now: datetime
) -> None:
    scope = scope_at(ours, officer)
    for order, slug in ((0, "tema-dua"), (1, "tema-tiga")):
        person = make.learner("Ayu", at=ours)
        issued = make.certificate(person, make.book(slug))
        request_id = ask(issued, NAME, now)
        make.rename(person, "Ayu, S.H.")
        seen = get_correction(issued.code, today=local_day(now)).fingerprint

        def granting(request_id: int = request_id, seen: str = seen) -> object:
            return grant_request(scope, request_id, REASON, PATTERN, officer.id, seen=seen, now=now)

        def declining(request_id: int = request_id) -> None:
            decline_request(scope, request_id, REASON, officer.id, now=now)

        deeds: list[Callable[[], object]] = [granting, declining]
        deeds = deeds if order == 0 else deeds[::-1]
        with dawdling_after("UPDATE correction_requests") as resting:
            first, second = one_soon_after_the_other(app, resting, *deeds)
        assert not isinstance(first, Refusal)
        assert isinstance(second, RequestClosed)
        status = get_any_certificate(issued.code).state.status
        assert status == ("replaced" if order == 0 else "valid")
        db.session.rollback()


def test_of_asking_and_revoking_at_once_no_request_is_left_open(
    app: Flask, make: Factory, issued: Issued, now: datetime
) -> None:
    actor_id = make.coordinator().id

    def revoking() -> None:
        revoke_certificate(issued.code, RevocationGround.MISTAKE, REASON, actor_id, now=now)

    def asking() -> object:
        return ask_correction(issued.person.id, issued.code, NAME, now=now)

    with dawdling_after("INTO ledger_entries") as resting:
        first, second = one_soon_after_the_other(app, resting, revoking, asking)
    assert first is None
    assert isinstance(second, NotInForce)
    assert list_open_requests(None) == []


def test_of_two_requests_at_once_one_is_open(
    app: Flask, make: Factory, issued: Issued, now: datetime
) -> None:
    def asking() -> object:
        return ask_correction(issued.person.id, issued.code, NAME, now=now)

    with dawdling_after("INTO correction_requests") as resting:
        first, second = one_soon_after_the_other(app, resting, asking, asking)
    assert not isinstance(first, Refusal)
    assert isinstance(second, AlreadyAsked)
    assert len(list_open_requests(None)) == 1


def test_of_a_long_list_what_waits_for_the_asker_comes_first(app: Flask, make: Factory) -> None:
    book, ours = make.book(), make.institution()
    officer = make.officer(at=ours)
    scope = Scope(officer.id, frozenset({ours.id}))

    def ask(fact: CorrectableFact) -> int:
        return make.correction_request(make.certificate(make.learner(at=ours), book), fact)

    for_registrars, for_officers = [], []
    for _ in range(2):
        for_registrars.append(ask(CorrectableFact.TITLE))
        for_officers.append(ask(CorrectableFact.NAME))
    with app.app_context():
        of_all = [each.id for each in list_open_requests(None)]
        assert of_all == for_registrars + for_officers
        assert [each.id for each in list_open_requests(scope)] == for_officers + for_registrars
        assert [each.id for each in list_open_requests(None, limit=3)] == of_all[:3]
