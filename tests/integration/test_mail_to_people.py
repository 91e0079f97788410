"""What people are told by mail: the holder of a certificate, and officers for whom people wait."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.accounts.rules import read_employee_number
from lms.certificates.codes import show_code
from lms.certificates.enums import RevocationGround
from lms.certificates.own_certificates import find_own_certificate
from lms.db import db, transaction
from lms.institutions.decisions.service import decline_staff
from lms.institutions.models import Institution
from lms.institutions.notifications import list_officers_to_notify, notify_officer
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import add_staff
from lms.learning.attempts import submit_attempt
from lms.learning.service import enrol_in_edition
from lms.mail import OutboxMessage
from tests.factories import PASSWORD, REASON, TODAY, Factory, InstitutionRef, Person, later

ADDRESS = "https://sakuham.example/kepegawaian?status=waiting"


def mail_to(person: Person) -> list[tuple[str, str]]:
    """Subject and words of every mail to a person, the oldest first."""
    rows = db.session.execute(
        select(OutboxMessage.subject, OutboxMessage.body)
        .where(OutboxMessage.recipient == person.email)
        .order_by(OutboxMessage.id)
    )
    return [(row.subject, row.body) for row in rows]


def tell_all(now: datetime) -> int:
    """What the background process does."""
    told = [
        notify_officer(each, ADDRESS, str, now=now) for each in list_officers_to_notify(now=now)
    ]
    db.session.commit()
    return sum(told)


# The holder


def test_who_passes_is_told_with_the_address_of_the_certificate(make: Factory) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    ((subject, body),) = mail_to(issued.person)
    assert subject == "Sertifikat Anda sudah terbit"
    assert f"https://sakuham.example/sertifikat/{issued.code}\n" in body
    assert show_code(issued.code) in body
    assert "Nilai Contoh" in body
    assert "belum mengonfirmasi" not in body


def test_who_is_not_confirmed_is_told_that_the_certificate_waits_for_it(make: Factory) -> None:
    issued = make.certificate(make.learner(at=make.institution(), confirmed=False))
    ((_, body),) = mail_to(issued.person)
    assert "belum mengonfirmasi" in body


@pytest.mark.parametrize("ground", list(RevocationGround))
def test_a_revocation_is_told_with_its_reason_and_what_follows(
    make: Factory, ground: RevocationGround
) -> None:
    issued = make.certificate()
    make.revoke(issued, ground=ground)
    subject, body = mail_to(issued.person)[-1]
    assert subject == "Sertifikat Anda dicabut"
    assert REASON in body
    assert f"/sertifikat/{issued.code}" in body
    assert "hubungi layanan bantuan" in body
    assert "/bantuan)" in body
    assert ("kuisnya lagi" in body) is ground.reopens_quiz


def test_who_reads_a_later_edition_is_not_sent_to_the_former_ones_quiz(
    make: Factory, now: datetime
) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    newer = make.revise(issued.book, as_edition=True, title="Judul Lain")
    with transaction():
        enrol_in_edition(issued.person.id, newer.slug, now=now)
    make.revoke(issued)
    _, body = mail_to(issued.person)[-1]
    assert "kuisnya lagi" not in body
    assert "tidak terbuka lagi bagi Anda" in body
    own = find_own_certificate(issued.person.id, issued.book.edition_id, today=TODAY)
    assert own is not None
    assert (own.status, own.is_reopened) == ("revoked", False)


@pytest.mark.parametrize("confirmed", [True, False])
def test_who_saw_the_key_is_told_that_the_certificate_does_not_count(
    make: Factory, confirmed: bool
) -> None:
    book = make.book()
    person = make.learner(at=make.institution(), confirmed=confirmed, password=PASSWORD)
    make.answer_sheet(person, book)
    make.certificate(person, book)
    ((_, body),) = mail_to(person)
    assert "tidak dihitung dalam capaian nasional" in body
    assert "begitu dikonfirmasi" not in body
    if not confirmed:
        make.confirm(person)
        assert "kini dihitung" not in mail_to(person)[-1][1]


def test_a_replacement_is_told_with_its_reason_and_the_new_address(make: Factory) -> None:
    issued = make.certificate(make.learner("Ayu Lestri"))
    make.rename(issued.person, "Ayu Lestari")
    code = make.replace(issued)
    subject, body = mail_to(issued.person)[-1]
    assert subject == "Sertifikat Anda diganti"
    assert REASON in body
    assert f"/sertifikat/{code}" in body
    assert issued.code not in body


def test_what_is_undone_tells_nobody(make: Factory, now: datetime) -> None:
    sitting = make.attempt()
    make.answers(sitting, sitting.right)
    submit_attempt(sitting.person.id, sitting.token, now=now)
    db.session.rollback()
    assert mail_to(sitting.person) == []


def test_no_message_holds_a_name_or_a_number(make: Factory) -> None:
    evil = make.learner("Menangkan hadiah di evil.example", at=make.institution(), confirmed=False)
    issued = make.certificate(evil)
    make.rename(evil, "Klaim di evil.example")
    make.revoke(make.replace(issued))
    for subject, body in mail_to(evil):
        assert "evil" not in subject + body
        assert not re.search(r"\d{18}", body)


def test_who_is_declined_is_told_without_a_name(make: Factory, now: datetime) -> None:
    institution = make.institution()
    evil = make.learner("Menangkan hadiah di evil.example", at=institution, confirmed=False)
    assert evil.posting_id is not None
    decline_staff(Scope(None, frozenset({institution.id})), evil.posting_id, now=now)
    db.session.commit()
    ((_, body),) = mail_to(evil)
    assert "evil" not in body


# Confirmation


def test_who_is_confirmed_is_told(make: Factory) -> None:
    ayu = make.learner(at=make.institution(), confirmed=False, password=PASSWORD)
    make.confirm(ayu)
    ((subject, body),) = mail_to(ayu)
    assert subject == "Data kepegawaian Anda terkonfirmasi"
    assert "dihitung" in body


def test_a_list_of_people_is_one_message_each_and_none_to_the_officer(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours, password=PASSWORD)
    for count in range(5):
        add_staff(
            Scope(None, frozenset({ours.id})),
            db.session.get_one(Institution, ours.id),
            f"Pegawai {count}",
            f"baru-{count}@contoh-b.example",
            read_employee_number(make.employee_number()),
            lambda token: f"https://sakuham.example/tautan/{token}",
            now=now,
        )
    db.session.commit()
    assert make.count(OutboxMessage) == 5
    assert tell_all(now) == 0
    assert mail_to(ratna) == []


# The officer


def waiting(make: Factory, institution: InstitutionRef, **changes: object) -> Person:
    """Somebody who has answered from their mailbox and waits to be confirmed."""
    return make.learner(at=institution, confirmed=False, password=PASSWORD, **changes)  # type: ignore[arg-type]


def test_an_officer_hears_at_once_of_the_first_who_waits(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours, password=PASSWORD)
    oki = make.officer(at=theirs, password=PASSWORD)
    assert tell_all(now) == 0
    ayu = waiting(make, ours)
    assert tell_all(now) == 1
    ((subject, body),) = mail_to(ratna)
    assert subject == "Ada yang menunggu konfirmasi Anda"
    assert "1 orang" in body
    assert ADDRESS in body
    assert ayu.name not in body
    assert mail_to(oki) == []


def test_then_at_most_once_a_day_and_only_of_others(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours, password=PASSWORD)
    waiting(make, ours)
    assert tell_all(now) == 1
    for _ in range(3):
        waiting(make, ours)
    assert tell_all(later(now, minutes=60 * 23)) == 0
    assert tell_all(later(now, days=1)) == 1
    assert "4 orang" in mail_to(ratna)[-1][1]
    assert tell_all(later(now, days=2)) == 0
    waiting(make, ours)
    assert tell_all(later(now, days=3)) == 1


def test_who_has_not_answered_from_the_mailbox_waits_for_nobody(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    make.officer(at=ours, password=PASSWORD)
    early = make.learner(at=ours, confirmed=False)
    waiting(make, ours)
    assert tell_all(now) == 1
    db.session.execute(
        update(Account).where(Account.id == early.id).values(activated_at=later(now, minutes=5))
    )
    db.session.commit()
    assert tell_all(later(now, days=1)) == 1


def test_an_officer_does_not_wait_for_themselves(make: Factory, now: datetime) -> None:
    ours = make.institution()
    make.learner(at=ours, confirmed=False, password=PASSWORD, roles=((Role.HR_OFFICER, ours),))
    assert tell_all(now) == 0


def test_two_processes_tell_an_officer_once(make: Factory, now: datetime) -> None:
    ours = make.institution()
    make.officer(at=ours, password=PASSWORD)
    waiting(make, ours)
    (found,) = list_officers_to_notify(now=now)
    assert notify_officer(found, ADDRESS, str, now=now)
    assert not notify_officer(found, ADDRESS, str, now=now)
