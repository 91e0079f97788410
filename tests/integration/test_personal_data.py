"""All that is held about a person, for that person and about nobody else."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.enums import Digest, Role
from lms.accounts.mail_preferences import MailWishes, set_mail_wishes
from lms.accounts.models import AccountMerge, ActivationCode
from lms.accounts.second_factor import begin_setup
from lms.accounts.tokens import hash_token, new_token
from lms.assignments.models import Reminder
from lms.certificates.correction_notices import WaitingRequests, notify_decider
from lms.certificates.correction_requests import Wish, ask_correction
from lms.certificates.enums import CorrectableFact
from lms.checking.bulk.models import BulkCheck, UploadKind
from lms.checking.models import MismatchReport
from lms.db import db
from lms.desk.saved_filters import save_filter
from lms.desk.visits import note_visit
from lms.evidence.models import EvidenceReport, ReportForm
from lms.exchange.models import ApiToken, Webhook
from lms.exports.models import ExportLayout, ExportMark, ExportPoint
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.decisions.service import begin_decision
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.notifications import Waiting, notify_officer
from lms.institutions.registry.requests import settle_registered
from lms.institutions.samples.models import (
    ConfirmationSample,
    SampleAnswer,
    SampledConfirmation,
)
from lms.institutions.staff_lists.models import StaffImport
from lms.institutions.staff_models import (
    FactKind,
    Invitation,
    InvitationBatch,
    StaffFact,
    UnreachedAddress,
)
from lms.jobs.service import enqueue
from lms.learning.models import Attempt, Regrading
from lms.letters import Letter
from lms.mail import write_patient_letter
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.reporting.models import ConfirmationDay
from lms.reporting.personal_data import gather_personal_data, list_own_rows
from lms.schema import metadata
from lms.signon.models import ExternalIdentity
from lms.web.account.personal_data import COLUMNS, KINDS, WORDS, in_words
from tests.factories import PASSWORD, REASON, Book, Factory, Issued, Person

LMS = Path(__file__).parents[2] / "lms"


def everything_about(make: Factory, name: str) -> Person:
    """A person of whom every kind of row is held."""
    place = make.institution(f"Instansi {name}")
    person = make.learner(
        name, at=place, confirmed=False, password=PASSWORD, roles=((Role.AUTHOR, place),)
    )
    make.device(person, f"Mozilla/5.0 (Windows NT 10.0) {name} Firefox/130.0")
    make.confirm(person)
    tell_of_waiting(make, person)
    with make.inside():
        enqueue("staff_list", {}, asker_id=person.id, now=make.now)
        db.session.commit()
    book = make.book(f"buku-{name.lower()}")
    make.answer_sheet(person, book)
    issued = make.certificate(person, book)
    tell_of_requests(make, person, issued)
    check_and_be_reported(make, person, issued)
    make.rename(person, f"{name} Baru")
    make.revoke(make.replace(issued))
    grade_anew(make, person, book)
    invite_note_and_merge(make, person)
    ask_and_remind(make, person, book)
    find_other_ways_in(make, person)
    return person


def find_other_ways_in(make: Factory, person: Person) -> None:
    """Have a person sign in elsewhere, and set an app up."""
    with make.inside():
        identity = ExternalIdentity(
            account_id=person.id,
            issuer="https://masuk.contoh.example",
            subject=f"masuk-{person.id}",
            linked_at=make.now,
            last_used_at=make.now,
            vouched_at=make.now,
        )
        db.session.add(identity)
        begin_setup(person.id, now=make.now)
        db.session.commit()


def ask_and_remind(make: Factory, person: Person, book: Book) -> None:
    """Have a module asked of the person, and a reminder written; they wish for a weekly digest."""
    assert person.institution is not None
    key = make.assignment(make.officer(at=person.institution), book)
    with make.inside():
        assert key
        letter = Letter(subject="Penugasan", parts=("Isi.",), why="Karena ditugaskan.")
        message_id = write_patient_letter(person.email, letter, now=make.now)
        db.session.add(Reminder(account_id=person.id, message_id=message_id, written_at=make.now))
        set_mail_wishes(person.id, MailWishes(digest=Digest.WEEKLY), now=make.now)
        db.session.commit()


def invite_note_and_merge(make: Factory, person: Person) -> None:
    """Have a code, an invitation, a dated fact and a second account of the person stored."""
    second = make.learner(person.name)
    with make.inside():
        batch = InvitationBatch(officer_id=second.id, asked_at=make.now)
        own = InvitationBatch(officer_id=person.id, asked_at=make.now)
        db.session.add_all([batch, own])
        db.session.flush()
        db.session.add_all(
            [
                ActivationCode(
                    account_id=person.id,
                    code_hash=b"x" * 32,
                    created_at=make.now,
                    expires_at=make.now,
                    issuer_id=None,
                ),
                Invitation(batch_id=batch.id, account_id=person.id),
                UnreachedAddress(
                    account_id=person.id,
                    institution_id=person.institution.id if person.institution else 0,
                    email=person.email,
                    failed_at=make.now,
                ),
                StaffFact(
                    account_id=person.id,
                    posting_id=person.posting_id or 0,
                    kind=FactKind.NAME,
                    takes_force_on=make.today,
                    noted_at=make.now,
                    officer_id=None,
                    details={},
                ),
                AccountMerge(
                    kept_id=person.id,
                    merged_id=second.id,
                    merged_at=make.now,
                    actor_id=None,
                    reason=REASON,
                ),
            ]
        )
        db.session.commit()


def tell_of_waiting(make: Factory, person: Person) -> None:
    """Write the person, as an officer, that somebody waits."""
    waiting = Waiting(person.id, person.email, people_count=1, posting_id=1)
    with make.inside():
        notify_officer(waiting, "https://sakuham.example/kepegawaian", str, now=make.now)
        db.session.commit()


def tell_of_requests(make: Factory, person: Person, issued: Issued) -> None:
    """Have the person ask for a correction, and write them, as an officer, that requests wait."""
    wish = Wish(CorrectableFact.NAME, f"{person.name}, S.H.", REASON)
    waiting = WaitingRequests(person.id, person.email, 1, 1, is_registrar=False)
    with make.inside():
        ask_correction(person.id, issued.code, wish, now=make.now)
        notify_decider(waiting, "https://sakuham.example/kepegawaian", str, now=make.now)
        db.session.commit()


def check_and_be_reported(make: Factory, person: Person, issued: Issued) -> None:
    """Have the person check many certificates, and somebody report that theirs differs."""
    with make.inside():
        db.session.add_all(
            [
                BulkCheck(
                    asker_id=person.id,
                    kind=UploadKind.TABLE,
                    name="daftar.xlsx",
                    item_count=12,
                    created_at=make.now,
                ),
                StaffImport(
                    asker_id=person.id,
                    institution_id=make.institution().id,
                    scope=[],
                    name="pegawai.xlsx",
                    created_at=make.now,
                ),
                Webhook(
                    institution_id=make.institution().id,
                    creator_id=person.id,
                    url="https://simpeg.example/",
                    sealed_secret=b"sealed",
                    created_at=make.now,
                    position=0,
                    due_at=make.now,
                ),
                ApiToken(
                    institution_id=make.institution().id,
                    creator_id=person.id,
                    name="Simpeg",
                    scopes="check",
                    token_hash=hash_token(new_token()),
                    prefix="sakuham_Ab3",
                    created_at=make.now,
                    expires_at=make.now,
                ),
                PersonnelOptIn(
                    institution_id=make.institution().id,
                    begun_at=make.now,
                    begun_by=person.id,
                    next_position=0,
                ),
                PersonnelRecord(
                    certificate_id=issued.id,
                    institution_id=make.institution().id,
                    state=RecordState.RECORDED,
                    position=0,
                    due_at=None,
                    trouble=Trouble.TWICE,
                    receipt_id="rw-1",
                    recorded_at=make.now,
                ),
                ExportLayout(account_id=person.id, name="Untuk arsip", columns={}),
                ExportPoint(
                    account_id=person.id, layout_key="lengkap", log_size=0, exported_at=make.now
                ),
                ExportMark(certificate_id=issued.id, marked_at=make.now, marked_by=person.id),
                EvidenceReport(
                    subject="nation",
                    month=make.today,
                    counted_at=make.now,
                    form=ReportForm.PDF,
                    is_own=False,
                    asker_id=person.id,
                    asked_at=make.now,
                ),
                MismatchReport(
                    certificate_id=issued.id,
                    reported_at=make.now,
                    words="Nama pada lembarnya lain.",
                    contact="pelapor@contoh.example",
                ),
            ]
        )
        settle_registered(person.id, None, None, "Dinas Contoh", now=make.now)
        note_visit(person.id, now=make.now)
        save_filter(person.id, "Belum mulai", "status=not_started", now=make.now)
        db.session.add(
            ConfirmationDoubt(
                account_id=person.id,
                institution_id=person.institution.id if person.institution else 0,
                ground=DoubtGround.SAMPLE,
                words=REASON,
                opened_at=make.now,
                opener_id=person.id,
                answered_at=make.now,
                answerer_id=person.id,
                answer=DoubtAnswer.UPHELD,
                evidence=REASON,
            )
        )
        db.session.add(
            ConfirmationDay(
                day=make.today,
                officer_id=person.id,
                institution_id=person.institution.id if person.institution else 0,
                people_count=3,
                foreign_count=0,
                weight=0,
                signals=[],
            )
        )
        sample = ConfirmationSample(
            week_on=make.today,
            institution_id=person.institution.id if person.institution else 0,
            seed="benih",
            pool_count=1,
            drawn_count=1,
            drawn_at=make.now,
        )
        db.session.add(sample)
        db.session.flush()
        db.session.add(
            SampledConfirmation(
                sample_id=sample.id,
                institution_id=sample.institution_id,
                account_id=person.id,
                place=1,
                asked_at=make.now,
                answered_at=make.now,
                answerer_id=person.id,
                answer=SampleAnswer.YES,
                reason=REASON,
            )
        )
        begin_decision(person.id, DecisionKind.CONFIRMED, now=make.now)
        db.session.commit()


def grade_anew(make: Factory, person: Person, book: Book) -> None:
    """Have an attempt of the person graded anew."""
    with make.inside():
        attempt_id = db.session.scalars(
            select(Attempt.id).where(Attempt.account_id == person.id)
        ).one()
        db.session.add(
            Regrading(
                attempt_id=attempt_id,
                release_id=book.release_id,
                question_keys=["uji01-k01"],
                right_count=4,
                reason=REASON,
                actor_id=person.id,
                regraded_at=make.now,
            )
        )
        db.session.commit()


def text_of(person: Person) -> str:
    """A person's data as the file that they download."""
    return json.dumps(gather_personal_data(person.id), ensure_ascii=False)


def test_every_kind_of_row_is_in_it(make: Factory) -> None:
    data = gather_personal_data(everything_about(make, "Ayu").id)
    assert {kind for kind, rows in data.items() if not rows} == set()
    assert [row["number"] for row in data["employee_numbers"]]
    assert [row["status"] for row in data["certificates"] if "status" in row] == []
    assert [row["kind"] for row in data["ledger"]] == ["issued", "replaced", "issued", "revoked"]
    assert len(data["certificates"]) == 2
    assert len(data["answers"]) == 4


def test_ones_own_is_in_it_and_nobody_elses(make: Factory) -> None:
    ayu, budi = everything_about(make, "Ayu"), everything_about(make, "Budi")
    for own, other in ((ayu, budi), (budi, ayu)):
        text = text_of(own)
        assert own.institution is not None
        assert other.institution is not None
        for mine in (own.name, own.number, own.email, own.institution.name):
            assert mine in text
        for theirs in (other.name, other.number, other.email, other.institution.name):
            assert theirs not in text


def test_no_secret_and_no_key_is_in_it(make: Factory) -> None:
    text = text_of(everything_about(make, "Ayu"))
    assert "KUNCI" not in text
    assert "argon2" not in text
    assert "hash" not in text
    assert "token" not in text
    assert "pelapor@" not in text


def test_somebody_new_has_a_file_too(make: Factory) -> None:
    data = gather_personal_data(make.learner("Ayu").id)
    assert [row["name"] for row in data["account"]] == ["Ayu"]
    assert data["certificates"] == []


def test_every_kind_and_every_column_has_words_on_the_page(app: Flask, make: Factory) -> None:
    held = list_own_rows(everything_about(make, "Ayu").id)
    assert held.keys() == KINDS.keys()
    assert {name for rows in held.values() for row in rows for name in row} == COLUMNS.keys()
    with app.test_request_context():
        shown = in_words(held)
    assert all(len(row) == len(kind.columns) for kind in shown for row in kind.rows)
    cells = [cell.text for kind in shown for row in kind.rows for cell in row]
    assert "Lulus" in cells
    assert not [text for text in cells if re.search(r"\d{4}-\d\d-\d\d", text)]


@pytest.mark.sqlite_only
def test_every_deed_about_a_person_has_words() -> None:
    source = "".join(file.read_text("utf-8") for file in LMS.rglob("*.py"))
    actions = re.findall(r'\brecord\(\s*"([a-z_.]+)",\s*f"account:', source)
    actions += re.findall(r'\b_note\(\s*"([a-z_.]+)"', source)
    assert len(actions) > 8
    assert set(actions) - WORDS.keys() == set()


HELD_WITHOUT_A_PLACE_IN_THE_FILE = {
    "due_date_changes",  # what an officer did, which is among the actions
    "registry_events",  # what a coordinator or an officer did, which is among the actions
    "registry_uploads",  # a sheet about institutions, forgotten after a day
    "one_time_links",  # secrets of a few hours
    "sealing_rounds",  # what an officer did, which is among the actions
    "standings",  # follows from the certificates
    "staff_progress",  # follows from the account, postings, reading and certificates
    "staff_search",  # name, address and number once more
}


@pytest.mark.sqlite_only
def test_every_table_that_names_a_person_is_thought_of(make: Factory) -> None:
    tables = {
        table.name
        for table in metadata.tables.values()
        if any(key.column.table.name == "accounts" for key in table.foreign_keys)
    }
    kinds = {
        "employee_numbers": "employee_numbers",
        "postings": "postings",
        "role_grants": "roles",
        "institution_requests": "institution_requests",
        "officer_notices": "officer_notices",
        "mail_preferences": "mail_preferences",
        "assignments": "assignments",
        "assignees": "assignments",
        "reminders": "reminders",
        "keys_seen": "answer_sheets_taken",
        "regradings": "regradings",
        "desks": "desks",
        "saved_filters": "saved_filters",
        "confirmation_days": "confirmation_days",
        "sampled_confirmations": "sampled_confirmations",
        "confirmation_doubts": "confirmation_doubts",
        "api_tokens": "api_keys",
        "personnel_opt_ins": "state_record_wishes",
        "webhooks": "webhooks",
        "staff_decisions": "staff_decisions",
        "devices": "devices",
        "enrolments": "reading",
        "attempts": "attempts",
        "certificates": "certificates",
        "ledger_entries": "ledger",
        "correction_requests": "correction_requests",
        "correction_notices": "correction_notices",
        "audit_entries": "actions",
        "bulk_checks": "bulk_checks",
        "staff_imports": "staff_imports",
        "export_layouts": "export_layouts",
        "export_points": "export_points",
        "export_marks": "export_marks",
        "evidence_reports": "evidence_reports",
        "mismatch_reports": "mismatch_reports",
        "jobs": "jobs",
        "accounts": "account",
        "account_merges": "merges",
        "account_separations": "merges",
        "activation_codes": "activation_codes",
        "invitations": "invitations",
        "invitation_batches": "invitation_batches",
        "unreached_addresses": "unreached_addresses",
        "staff_facts": "staff_facts",
        "external_identities": "external_identities",
        "second_factors": "second_factors",
        "recovery_codes": "second_factors",
    }
    assert tables == kinds.keys() | HELD_WITHOUT_A_PLACE_IN_THE_FILE
    assert set(kinds.values()) <= gather_personal_data(make.learner().id).keys()
    db.session.rollback()
