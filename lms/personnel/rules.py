"""What tells records apart, and when what could not be done is tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lms.jobs.rules import PAUSES as JOB_PAUSES

PAUSES: Final = JOB_PAUSES
"""How long what failed waits before each further try; the last one stays, until it works."""

UNCONFIRMED_PAUSE: Final = timedelta(hours=6)
"""How often it is looked whether a holder is confirmed by now."""

OUT_OF_FORCE_PAUSE: Final = timedelta(minutes=1)
"""What is revoked already waits so long for the log to say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A record of the service: its own name for it, and what tells whose it is."""

    course_id: str
    number: str
    title: str
    organiser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCourse:
    """What is recorded of a certificate."""

    person_id: str
    institution_id: str
    title: str
    organiser: str
    number: str
    credit_hours: int
    begun_on: date
    completed_on: date


def same_number(one: str, other: str) -> bool:
    """Whether two spellings of a certificate's number are the same number."""
    return "".join(one.split()).upper() == "".join(other.split()).upper()


def of_number(courses: Iterable[Course], number: str) -> list[Course]:
    """The records by a certificate's number."""
    return [course for course in courses if same_number(course.number, number)]


def is_our_doing(course: Course, title: str, organiser: str) -> bool:
    """Whether a record reads as we write them, so that it is ours to delete."""
    return " ".join(course.title.split()) == " ".join(title.split()) and " ".join(
        course.organiser.split()
    ) == " ".join(organiser.split())
