"""Who hears of what, and in which order.

One thing leads to another: a passed attempt has its certificate issued, and the issue has the
person recounted and written to; all in the transaction of the pass.
"""

from functools import partial

from flask import Flask

from lms.accounts.announcements import (
    AccountHandedOver,
    AddressTakenBack,
    PeopleChanged,
    PersonRegrouped,
    RegistrationAnswered,
)
from lms.accounts.people import forget_second_factor
from lms.addresses import certificate_address, correction_address, help_address
from lms.announcements import listen
from lms.assignments.people import refresh_assignees
from lms.certificates.announcements import (
    CertificateIssued,
    CertificateReinstated,
    CertificateReplaced,
    CertificateRevoked,
    CorrectionDeclined,
)
from lms.certificates.notifications import (
    notify_declined,
    notify_issued,
    notify_reinstated,
    notify_replaced,
    notify_revoked,
)
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import issue_certificate
from lms.institutions.announcements import (
    ConfirmationTakenBack,
    DoubtChanged,
    PeoplePosted,
    PersonConfirmed,
    PostingsChanged,
    UnitReplanted,
)
from lms.institutions.doubts.renewals import doubt_again
from lms.institutions.notifications import notify_confirmed, tell_of_taking_back
from lms.institutions.registry.requests import settle_registered
from lms.institutions.unreached import note_reached, note_unreached
from lms.learning.announcements import AttemptPassed, ReadingBegan
from lms.mail import MailSettled
from lms.pocketbooks.announcements import ModuleOffered
from lms.programmes.counting import recount_person
from lms.progress.cells import move_sums
from lms.progress.modules import number_modules
from lms.progress.refresh import begin_progress, refresh_progress
from lms.sealing.service import queue_sheet
from lms.signon.links import forget_identities, sign_out_others


def wire(app: Flask, pattern: NumberPattern, *, seals_elsewhere: bool) -> None:
    """Connect the packages.

    `pattern` is that of official certificate numbers; `seals_elsewhere`: sheets wait for a service
    that seals them, those of certificates that are in force again too.
    """
    queue = (_queue_sheet,) if seals_elsewhere else ()
    listen(app, RegistrationAnswered, _post)
    listen(app, ModuleOffered, _number)
    listen(app, AddressTakenBack, _forget_ways_in, _tell_of_taking_back)
    listen(app, AccountHandedOver, _forget_identities)
    listen(app, PersonRegrouped, _recount_all, _sign_out_others)
    listen(app, PeoplePosted, _begin_all)
    listen(app, PeopleChanged, _refresh_all, _refresh_assignees)
    listen(app, PostingsChanged, _refresh_all, _refresh_assignees)
    listen(app, UnitReplanted, _move_sums)
    listen(app, ReadingBegan, _refresh)
    listen(app, AttemptPassed, partial(_issue, pattern))
    listen(app, CertificateIssued, _recount, _refresh, _refresh_assignee, _tell_issued, *queue)
    listen(app, CertificateReplaced, _recount, _refresh, _refresh_assignee, _tell_replaced, *queue)
    listen(app, CertificateRevoked, _recount, _refresh, _refresh_assignee, _tell_revoked)
    listen(
        app, CertificateReinstated, _recount, _refresh, _refresh_assignee, _tell_reinstated, *queue
    )
    listen(app, CorrectionDeclined, _tell_declined)
    listen(app, PersonConfirmed, _doubt_again, _recount, _tell_confirmed)
    listen(app, ConfirmationTakenBack, _recount)
    listen(app, DoubtChanged, _recount)
    listen(app, MailSettled, _note_mail)


def _note_mail(event: MailSettled) -> None:
    if event.was_taken:
        note_reached(event.recipient)
    else:
        note_unreached(event.recipient, now=event.now)


def _forget_ways_in(event: AddressTakenBack) -> None:
    """Whoever had the account may have set up another way in, or what shuts its holder out."""
    forget_second_factor(event.account_id)
    forget_identities(event.account_id, now=event.now)


def _forget_identities(event: AccountHandedOver) -> None:
    forget_identities(event.account_id, now=event.now)


def _sign_out_others(event: PersonRegrouped) -> None:
    sign_out_others(event.account_ids)


def _tell_of_taking_back(event: AddressTakenBack) -> None:
    tell_of_taking_back(event.account_id, now=event.now)


def _post(event: RegistrationAnswered) -> None:
    settle_registered(
        event.account_id,
        event.institution_id,
        event.unit_id,
        event.institution_words,
        now=event.now,
    )


def _issue(pattern: NumberPattern, event: AttemptPassed) -> None:
    issue_certificate(event, pattern)


def _recount(
    event: CertificateIssued
    | CertificateReplaced
    | CertificateRevoked
    | CertificateReinstated
    | PersonConfirmed
    | ConfirmationTakenBack
    | DoubtChanged,
) -> None:
    recount_person(event.account_id, now=event.now)


def _doubt_again(event: PersonConfirmed) -> None:
    doubt_again(event.account_id, event.institution_id, event.confirmer_id, now=event.now)


def _recount_all(event: PersonRegrouped) -> None:
    for account_id in event.account_ids:
        recount_person(account_id, now=event.now)


def _refresh(
    event: CertificateIssued
    | CertificateReplaced
    | CertificateRevoked
    | CertificateReinstated
    | ReadingBegan,
) -> None:
    refresh_progress((event.account_id,), are_same=True, now=event.now)


def _refresh_all(event: PeopleChanged | PostingsChanged) -> None:
    refresh_progress(event.account_ids, now=event.now)


def _begin_all(event: PeoplePosted) -> None:
    begin_progress(event.account_ids)


def _move_sums(event: UnitReplanted) -> None:
    move_sums(event.institution_id, event.old, event.new)


def _number(_event: ModuleOffered) -> None:
    number_modules()


def _refresh_assignee(
    event: CertificateIssued | CertificateReplaced | CertificateRevoked | CertificateReinstated,
) -> None:
    refresh_assignees([event.account_id], now=event.now)


def _refresh_assignees(event: PeopleChanged | PostingsChanged) -> None:
    refresh_assignees(event.account_ids, now=event.now)


def _tell_issued(event: CertificateIssued) -> None:
    notify_issued(event, certificate_address(event.code))


def _tell_replaced(event: CertificateReplaced) -> None:
    notify_replaced(event, certificate_address(event.code))


def _tell_revoked(event: CertificateRevoked) -> None:
    notify_revoked(event, certificate_address(event.code), help_address())


def _tell_reinstated(event: CertificateReinstated) -> None:
    notify_reinstated(event, certificate_address(event.code))


def _queue_sheet(event: CertificateIssued | CertificateReinstated | CertificateReplaced) -> None:
    queue_sheet(event.code, now=event.now)


def _tell_declined(event: CorrectionDeclined) -> None:
    notify_declined(event, correction_address(event.code, is_holders=event.is_holders))


def _tell_confirmed(event: PersonConfirmed) -> None:
    if not event.is_told_later:
        notify_confirmed(event.account_id, now=event.now)
