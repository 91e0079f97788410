"""What the reading pages show: a release's contents joined with where the reader is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for

from lms.certificates.own_certificates import OwnCertificate
from lms.editions.covers import Cover
from lms.learning.queries import Progress, find_quiz_access
from lms.pocketbooks.queries import (
    CheckAnswer,
    ReleaseView,
)

# The appendices that have a page, each with what its address ends in, in the order of their links.
# The others are for paper, or for facilitators. Search leads to the same ones.
APPENDIX_PAGES: Final = {
    "pasal": "pasal",
    "sederhana": "sederhana",
    "istilah": "istilah",
    "sumber": "peraturan",
}


@dataclass(frozen=True, slots=True)
class AppendixLink:
    """An appendix that can be opened: its title, and what its address ends in."""

    name: str
    title: str


def appendix_links(book: ReleaseView, here: str = "") -> tuple[AppendixLink, ...]:
    """What a release has beside its chapters, but for the kind that is being read."""
    titles = {each.kind: each.title for each in book.appendices if each.kind != here}
    return tuple(
        AppendixLink(name, titles[kind]) for kind, name in APPENDIX_PAGES.items() if kind in titles
    )


@dataclass(frozen=True, slots=True)
class Step:
    """The one step that comes next in a pocketbook.

    kind: "begin", "resume" (at a chapter), "quiz", "attempt" (a quiz that is open), "wait" (until
    `opens_at`), "certificate", "revoked" or "expired" (a certificate too).
    """

    kind: str
    address: str
    chapter_number: int = 1
    opens_at: datetime | None = None


def next_step(
    account_id: int | None,
    book: ReleaseView,
    progress: Progress | None,
    read: frozenset[int],
    own: OwnCertificate | None,
    *,
    now: datetime,
) -> Step:
    """What comes next for a reader who has finished these chapters.

    `own` is the certificate that they have of the edition.
    """
    if own is not None and progress is not None and progress.is_complete:
        kind = "certificate" if own.status == "valid" else own.status
        return Step(kind, url_for("certificates.show", code=own.code))
    unread = [line.number for line in book.chapters if line.number not in read]
    if (account_id is not None and not book.requires_reading) or not unread:
        return _quiz_step(account_id, book, progress, now=now)
    number, anchor = (progress.chapter_number, progress.anchor) if progress else (unread[0], "")
    if not (read or anchor or number > 1):
        return Step("begin", url_for("reading.chapter", slug=book.slug, number=1))
    if number not in {line.number for line in book.chapters}:
        number = 1
    return Step("resume", resume_url(book.slug, number, anchor), number)


def _quiz_step(
    account_id: int | None, book: ReleaseView, progress: Progress | None, *, now: datetime
) -> Step:
    if account_id is not None:
        access = find_quiz_access(account_id, book, progress, now=now)
        if access.state == "open":
            return Step("attempt", url_for("quiz.attempt", token=access.attempt_token))
        if access.state == "waiting":
            address = url_for("quiz.result", token=access.attempt_token)
            return Step("wait", address, opens_at=access.opens_at)
    return Step("quiz", url_for("quiz.intro", slug=book.slug))


@dataclass(frozen=True, slots=True)
class CheckFeedback:
    """What a reader is told about the answer to a small question.

    outcome: "empty" (nothing was chosen), "again" (a miss: there is another try, and as many as
    it takes), "right", or "told" (the reader asked for the explanation). Before the end `right`
    is empty, and notes stand at the wrong choices only.
    """

    outcome: str
    chosen: frozenset[int]
    wrong: frozenset[int] = frozenset()
    right: frozenset[int] = frozenset()
    notes: tuple[str | None, ...] = ()
    explanation_html: str | None = None
    source_html: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether the reader knows it all now."""
        return self.outcome in {"right", "told"}


def check_feedback(answer: CheckAnswer, *, asks_why: bool) -> CheckFeedback:
    """A miss says what is wrong about what was chosen; who is right or asks why is told all."""
    wrong = answer.chosen - answer.right
    if answer.is_right or asks_why:
        return CheckFeedback(
            "right" if answer.is_right else "told",
            answer.chosen,
            wrong,
            answer.right,
            tuple(answer.feedback),
            answer.explanation_html,
            answer.source_html,
        )
    if not answer.chosen:
        return CheckFeedback("empty", answer.chosen)
    notes = tuple(
        note if position in wrong else None for position, note in enumerate(answer.feedback)
    )
    return CheckFeedback("again", answer.chosen, wrong, notes=notes)


def cover_of(book: ReleaseView) -> Cover:
    """What its picture says where a pocketbook is shared, in the language of its text."""
    facts = f"{len(book.chapters)} bab · {book.minutes} menit · sertifikat {book.credit_hours} JP"
    return Cover(book.theme, book.code, book.title, facts)


def resume_url(slug: str, chapter_number: int, anchor: str) -> str:
    """Where reading goes on: the chapter, at the paragraph."""
    return url_for("reading.chapter", slug=slug, number=chapter_number, _anchor=anchor or None)
