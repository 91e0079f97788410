"""What a person can do next, the most pressing first, and the states of their covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import url_for

from lms.assignments.queries import OwnDuty
from lms.certificates.own_certificates import OwnCertificate, latest_of_editions
from lms.learning.queries import OwnBook
from lms.pocketbooks.queries import ChapterLine, ReleaseView


@dataclass(frozen=True, slots=True)
class NextAction:
    """What comes next, in which pocketbook, and where it is done.

    `kind`: "attempt" (a quiz that is open), "wait", "quiz", "resume" and "begin" (at `chapter`),
    "certificate", "revoked" or "expired". `minutes_left` is what is still to be read. `revoked_at`
    is set where the latest certificate was revoked, and `expired_since`, a day, where it has
    expired, whatever comes next now.
    """

    kind: str
    book: ReleaseView
    address: str
    chapter: ChapterLine | None = None
    minutes_left: int = 0
    opens_at: datetime | None = None
    revoked_at: datetime | None = None
    expired_since: date | None = None


_ORDER = {
    "attempt": 0,
    "quiz": 1,
    "resume": 1,
    "wait": 2,
    "revoked": 3,
    "expired": 3,
    "begin": 4,
    "certificate": 5,
}
_OVER = {"revoked", "expired"}


def next_actions(
    offered: Sequence[ReleaseView],
    own: Sequence[OwnBook],
    certificates: Sequence[OwnCertificate],
) -> list[NextAction]:
    """What a person may do now, the most pressing first; nothing only where nothing is offered.

    `own` comes latest used first: what is begun comes before what is new, and a certificate last.
    """
    latest = latest_of_editions(certificates)
    begun = [next_action(each, latest.get(each.progress.edition_id)) for each in own]
    taken = {each.book.module_id for each in own}
    new = [_begin(book) for book in offered if book.module_id not in taken]
    return sorted([*begun, *new], key=lambda action: _ORDER[action.kind])


def with_actions(
    duties: Sequence[OwnDuty], actions: Sequence[NextAction]
) -> list[tuple[OwnDuty, NextAction | None]]:
    """What a person is asked, each with what comes next in it; None where it is not offered."""
    known = {action.book.module_id: action for action in actions}
    return [(duty, known.get(duty.module_id)) for duty in duties]


def without_assigned(
    actions: Sequence[NextAction], duties: Sequence[tuple[OwnDuty, NextAction | None]]
) -> list[NextAction]:
    """What comes next besides what is asked, which stands on the page already."""
    asked = {duty.module_id for duty, _ in duties}
    return [action for action in actions if action.book.module_id not in asked]


def cover_states(
    offered: Sequence[ReleaseView],
    own: Sequence[OwnBook],
    certificates: Sequence[OwnCertificate],
) -> tuple[tuple[str, int], ...]:
    """For each pocketbook that is offered: what its cover says, and chapters read.

    It says "new", "begun", "done", "revoked" or "expired". Somebody who completed a former edition
    and has not begun the present one is done too.
    """
    latest = latest_of_editions(certificates)
    known = {each.book.module_id: each for each in own}
    return tuple(
        _cover(known[book.module_id], latest) if book.module_id in known else ("new", 0)
        for book in offered
    )


def visitors_states(
    offered: Sequence[ReleaseView], finished: Mapping[int, frozenset[int]]
) -> tuple[tuple[str, int], ...]:
    """The same for a visitor, from the chapters that were finished on their device."""
    counts = [len(finished.get(book.edition_id, ())) for book in offered]
    return tuple(("begun" if count else "new", count) for count in counts)


def _cover(own: OwnBook, latest: dict[int, OwnCertificate]) -> tuple[str, int]:
    certificate = latest.get(own.progress.edition_id)
    if certificate is not None and certificate.status in _OVER:
        return (certificate.status, len(own.progress.read))
    if own.progress.is_complete:
        return ("done", len(own.progress.read))
    return ("begun" if own.progress.read else "new", len(own.progress.read))


def _begin(book: ReleaseView) -> NextAction:
    address = url_for("reading.chapter", slug=book.slug, number=1)
    return NextAction("begin", book, address, book.chapters[0], book.minutes)


def next_action(own: OwnBook, certificate: OwnCertificate | None) -> NextAction:
    """What comes next in a pocketbook that is taken up; `certificate` is its edition's latest."""
    action = _next_action(own, certificate)
    if certificate is None or certificate.status not in _OVER:
        return action
    return replace(action, revoked_at=certificate.ended_at, expired_since=certificate.expired_since)


def _next_action(own: OwnBook, certificate: OwnCertificate | None) -> NextAction:
    book, progress, access = own.book, own.progress, own.access
    if access.state == "open":
        return NextAction(
            "attempt", access.book, url_for("quiz.attempt", token=access.attempt_token)
        )
    if certificate is not None and progress.is_complete:
        kind = certificate.status if certificate.status in _OVER else "certificate"
        return NextAction(kind, book, url_for("certificates.show", code=certificate.code))
    if access.state == "waiting":
        address = url_for("quiz.result", token=access.attempt_token)
        return NextAction("wait", book, address, opens_at=access.opens_at)
    if not access.unread or not book.requires_reading:
        return NextAction("quiz", book, url_for("quiz.intro", slug=book.slug))
    if not (progress.read or progress.anchor or progress.chapter_number > 1):
        return _begin(book)
    unread = {line.number: line for line in access.unread}
    chapter = unread.get(progress.chapter_number, access.unread[0])
    # At which paragraph, is asked when it is pressed: the word of the page before comes late.
    address = (
        url_for("reading.resume", slug=book.slug)
        if chapter.number == progress.chapter_number
        else url_for("reading.chapter", slug=book.slug, number=chapter.number)
    )
    minutes_left = sum(line.minutes for line in access.unread)
    return NextAction("resume", book, address, chapter, minutes_left)
