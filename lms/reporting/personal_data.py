"""Export of personal data: all that is held about a person (UU 27/2022, articles 7 and 13)."""

from typing import Any

from sqlalchemy import Select, or_, select

from lms.accounts.models import (
    Account,
    AccountMerge,
    AccountSeparation,
    ActivationCode,
    Device,
    EmployeeNumber,
    MailPreference,
    RoleGrant,
    SecondFactor,
)
from lms.accounts.one_person import accounts_of, list_accounts
from lms.assignments.models import Assignee, Assignment, Reminder
from lms.audit import AuditEntry
from lms.certificates.ledger import are_of
from lms.certificates.models import (
    Certificate,
    CorrectionNotice,
    CorrectionRequest,
    LedgerEntry,
)
from lms.checking.bulk.models import BulkCheck
from lms.checking.models import MismatchReport
from lms.db import db
from lms.desk.models import Desk, SavedFilter
from lms.evidence.models import EvidenceReport
from lms.exchange.models import ApiToken, Webhook
from lms.exports.models import ExportLayout, ExportMark, ExportPoint
from lms.institutions.decisions.models import StaffDecision
from lms.institutions.doubts.models import ConfirmationDoubt
from lms.institutions.models import Institution, OfficerNotice, Posting, Unit
from lms.institutions.registry.models import InstitutionRequest
from lms.institutions.samples.models import ConfirmationSample, SampledConfirmation
from lms.institutions.staff_lists.models import StaffImport
from lms.institutions.staff_models import (
    Invitation,
    InvitationBatch,
    StaffFact,
    UnreachedAddress,
)
from lms.jobs.models import Job
from lms.learning.models import Answer, Attempt, ChapterRead, Enrolment, KeySeen, Regrading
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.pocketbooks.models import Edition, Module, Pocketbook
from lms.reporting.models import ConfirmationDay
from lms.signon.models import ExternalIdentity


def list_own_rows(account_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row about a person, by kind, with its values by name; under all of their accounts.

    Secrets and quiz keys are not among them. Answers are the positions that were chosen, as the
    person saw them.
    """
    return {kind: _rows(statement) for kind, statement in _statements(account_id).items()}


def gather_personal_data(account_id: int) -> dict[str, list[dict[str, Any]]]:
    """The same as plain values, which JSON can hold; moments are in UTC."""
    return {
        kind: [{name: _plain(value) for name, value in row.items()} for row in rows]
        for kind, rows in list_own_rows(account_id).items()
    }


def _statements(account_id: int) -> dict[str, Select[Any]]:
    own = accounts_of(account_id)
    subjects = [f"account:{own_id}" for own_id in list_accounts(account_id)]
    own_enrolments = select(Enrolment.id).where(Enrolment.account_id.in_(own))
    own_attempts = select(Attempt.id).where(Attempt.account_id.in_(own))
    own_certificates = select(Certificate.id).where(Certificate.account_id.in_(own))
    return {
        "account": select(
            Account.name,
            Account.email,
            Account.created_at,
            Account.activated_at,
            Account.closed_at.label("account_closed_at"),
        ).where(Account.id.in_(own)),
        "employee_numbers": select(
            EmployeeNumber.number,
            EmployeeNumber.kind,
            EmployeeNumber.started_on,
            EmployeeNumber.ended_on,
        ).where(EmployeeNumber.account_id.in_(own)),
        "postings": select(
            Institution.name.label("institution"),
            Unit.name.label("unit"),
            Posting.source,
            Posting.started_on,
            Posting.confirmed_at,
            Posting.ended_on,
        )
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .where(Posting.account_id.in_(own)),
        "institution_requests": select(
            InstitutionRequest.words, InstitutionRequest.asked_at, InstitutionRequest.closed_at
        ).where(InstitutionRequest.account_id.in_(own)),
        "merges": select(
            AccountMerge.merged_at, AccountMerge.reason, AccountSeparation.separated_at
        )
        .outerjoin(AccountSeparation, AccountSeparation.merge_id == AccountMerge.id)
        .where(or_(AccountMerge.kept_id.in_(own), AccountMerge.merged_id.in_(own))),
        "activation_codes": select(ActivationCode.created_at, ActivationCode.expires_at).where(
            ActivationCode.account_id.in_(own)
        ),
        "invitations": select(Invitation.state, Invitation.settled_at).where(
            Invitation.account_id.in_(own)
        ),
        "invitation_batches": select(InvitationBatch.asked_at, InvitationBatch.stopped_at).where(
            InvitationBatch.officer_id.in_(own)
        ),
        "unreached_addresses": select(UnreachedAddress.email, UnreachedAddress.failed_at).where(
            UnreachedAddress.account_id.in_(own)
        ),
        "staff_facts": select(
            StaffFact.kind,
            StaffFact.takes_force_on,
            StaffFact.noted_at,
            StaffFact.applied_at,
            StaffFact.undone_at,
        ).where(StaffFact.account_id.in_(own)),
        "roles": select(RoleGrant.role, RoleGrant.granted_at, RoleGrant.ends_on).where(
            RoleGrant.account_id.in_(own)
        ),
        "officer_notices": select(OfficerNotice.told_at).where(OfficerNotice.account_id.in_(own)),
        "mail_preferences": select(
            MailPreference.reminders, MailPreference.digest, MailPreference.changed_at
        ).where(MailPreference.account_id.in_(own)),
        "assignments": select(
            Pocketbook.title,
            Assignment.due_on,
            Assignment.words.label("message"),
            Assignee.added_at,
            Assignee.state,
            Assignee.finished_on,
        )
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .join(Module, Module.id == Assignment.module_id)
        .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
        .where(Assignee.account_id.in_(own)),
        "reminders": select(Reminder.written_at).where(Reminder.account_id.in_(own)),
        "desks": select(Desk.seen_at.label("last_seen_at")).where(Desk.account_id.in_(own)),
        "api_keys": select(
            ApiToken.name,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.last_used_at,
            ApiToken.revoked_at,
        ).where(ApiToken.creator_id.in_(own)),
        "webhooks": select(Webhook.url, Webhook.created_at, Webhook.delivered_at).where(
            Webhook.creator_id.in_(own)
        ),
        "saved_filters": select(SavedFilter.name, SavedFilter.saved_at).where(
            SavedFilter.account_id.in_(own)
        ),
        "confirmation_doubts": select(
            Institution.name.label("institution"),
            ConfirmationDoubt.ground,
            ConfirmationDoubt.words,
            ConfirmationDoubt.opened_at,
            ConfirmationDoubt.answered_at,
            ConfirmationDoubt.answer,
            ConfirmationDoubt.evidence,
        )
        .join(Institution, Institution.id == ConfirmationDoubt.institution_id)
        .where(ConfirmationDoubt.account_id.in_(own)),
        "confirmation_days": select(ConfirmationDay.day, ConfirmationDay.people_count).where(
            ConfirmationDay.officer_id.in_(own)
        ),
        "sampled_confirmations": select(
            ConfirmationSample.week_on.label("asked_on"),
            SampledConfirmation.answered_at,
            SampledConfirmation.answer,
            SampledConfirmation.reason,
        )
        .join(ConfirmationSample, ConfirmationSample.id == SampledConfirmation.sample_id)
        .where(SampledConfirmation.account_id.in_(own)),
        "samples_answered": select(
            SampledConfirmation.answer,
            SampledConfirmation.reason,
            SampledConfirmation.answered_at,
        ).where(SampledConfirmation.answerer_id.in_(own)),
        "doubts_opened": select(
            ConfirmationDoubt.ground, ConfirmationDoubt.words, ConfirmationDoubt.opened_at
        ).where(ConfirmationDoubt.opener_id.in_(own)),
        "doubts_answered": select(
            ConfirmationDoubt.answer, ConfirmationDoubt.evidence, ConfirmationDoubt.answered_at
        ).where(ConfirmationDoubt.answerer_id.in_(own)),
        "staff_decisions": select(
            StaffDecision.kind, StaffDecision.begun_at, StaffDecision.undone_at
        ).where(StaffDecision.officer_id.in_(own)),
        "second_factors": select(SecondFactor.begun_at, SecondFactor.confirmed_at).where(
            SecondFactor.account_id.in_(own)
        ),
        "external_identities": select(
            ExternalIdentity.issuer,
            ExternalIdentity.subject,
            ExternalIdentity.linked_at,
            ExternalIdentity.last_used_at,
            ExternalIdentity.vouched_at,
        ).where(ExternalIdentity.account_id.in_(own)),
        "devices": select(Device.label, Device.created_at, Device.last_seen_at).where(
            Device.account_id.in_(own)
        ),
        "reading": select(
            Pocketbook.title,
            Edition.year,
            Edition.number,
            Enrolment.started_at,
            Enrolment.last_activity_at,
            Enrolment.completed_at,
            Enrolment.completed_until,
        )
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Pocketbook, Pocketbook.id == Edition.pocketbook_id)
        .where(Enrolment.account_id.in_(own)),
        "chapters_read": select(ChapterRead.chapter_number, ChapterRead.read_at).where(
            ChapterRead.enrolment_id.in_(own_enrolments)
        ),
        "answer_sheets_taken": select(Pocketbook.title, KeySeen.seen_at)
        .join(Module, Module.id == KeySeen.module_id)
        .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
        .where(KeySeen.account_id.in_(own)),
        "attempts": select(
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.right_count,
            Attempt.verdict,
        ).where(Attempt.account_id.in_(own)),
        "regradings": select(Regrading.right_count, Regrading.reason, Regrading.regraded_at).where(
            Regrading.attempt_id.in_(own_attempts)
        ),
        "answers": select(Answer.position, Answer.choices, Answer.saved_at).where(
            Answer.attempt_id.in_(own_attempts)
        ),
        "certificates": select(
            Certificate.code,
            Certificate.number,
            Certificate.holder_name,
            Certificate.employee_number,
            Certificate.institution_name,
            Certificate.cause_kind,
            Certificate.title,
            Certificate.edition_name,
            Certificate.credit_hours,
            Certificate.started_on.label("begun_on"),
            Certificate.completed_on,
            Certificate.pass_mark,
            Certificate.issued_at,
            Certificate.valid_until,
        ).where(Certificate.account_id.in_(own)),
        "ledger": select(LedgerEntry.kind, LedgerEntry.entered_at, LedgerEntry.reason)
        .where(are_of(lambda certificate_id: certificate_id.in_(own_certificates)))
        .order_by(LedgerEntry.id),
        "state_records": select(
            Certificate.number,
            PersonnelRecord.state,
            PersonnelRecord.trouble,
            PersonnelRecord.words,
            PersonnelRecord.receipt_id,
            PersonnelRecord.recorded_at,
        )
        .join(Certificate, Certificate.id == PersonnelRecord.certificate_id)
        .where(PersonnelRecord.certificate_id.in_(own_certificates)),
        "state_record_wishes": select(
            Institution.name.label("institution"),
            PersonnelOptIn.begun_at,
            PersonnelOptIn.ended_at,
        )
        .join(Institution, Institution.id == PersonnelOptIn.institution_id)
        .where(or_(PersonnelOptIn.begun_by.in_(own), PersonnelOptIn.ended_by.in_(own))),
        "correction_requests": select(
            CorrectionRequest.fact,
            CorrectionRequest.wanted,
            CorrectionRequest.reason,
            CorrectionRequest.asked_at,
            CorrectionRequest.state,
            CorrectionRequest.closed_at,
            CorrectionRequest.answer,
        ).where(CorrectionRequest.certificate_id.in_(own_certificates)),
        "correction_notices": select(CorrectionNotice.told_at).where(
            CorrectionNotice.account_id.in_(own)
        ),
        "mismatch_reports": select(
            MismatchReport.words,
            MismatchReport.reported_at,
            MismatchReport.closed_at,
            MismatchReport.answer,
        ).where(MismatchReport.certificate_id.in_(own_certificates)),
        "bulk_checks": select(
            BulkCheck.kind, BulkCheck.name, BulkCheck.item_count, BulkCheck.created_at
        ).where(BulkCheck.asker_id.in_(own)),
        "staff_imports": select(
            StaffImport.name, StaffImport.state, StaffImport.line_count, StaffImport.created_at
        ).where(StaffImport.asker_id.in_(own)),
        "export_layouts": select(ExportLayout.name).where(ExportLayout.account_id.in_(own)),
        "export_points": select(ExportPoint.layout_key, ExportPoint.exported_at).where(
            ExportPoint.account_id.in_(own)
        ),
        "export_marks": select(Certificate.number, ExportMark.marked_at)
        .join(Certificate, Certificate.id == ExportMark.certificate_id)
        .where(or_(Certificate.id.in_(own_certificates), ExportMark.marked_by.in_(own))),
        "evidence_reports": select(EvidenceReport.month, EvidenceReport.asked_at).where(
            EvidenceReport.asker_id.in_(own)
        ),
        "jobs": select(Job.kind, Job.state, Job.created_at, Job.ended_at).where(
            Job.asker_id.in_(own)
        ),
        "actions": select(AuditEntry.action, AuditEntry.entered_at).where(
            AuditEntry.subject.in_(subjects)
        ),
    }


def _rows(statement: Select[Any]) -> list[dict[str, Any]]:
    return [
        dict(row._mapping)  # noqa: SLF001 - public, by its docs
        for row in db.session.execute(statement)
    ]


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return getattr(value, "value", value)
