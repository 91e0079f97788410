"""Kinds of jobs: handler, queue, retries and schedule; `lms/job_kinds.py` lists them all."""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from lms.jobs.rules import PAUSES


class Lane(enum.Enum):
    """Which workers do it: what takes a core for seconds holds up nothing that somebody awaits."""

    QUICK = "quick"
    SLOW = "slow"


# A run that takes longer is taken for hung: its claim is not extended any more.
LONGEST = {Lane.QUICK: timedelta(minutes=15), Lane.SLOW: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Run:
    """One try at a job, which has it until its lease runs out."""

    job_id: int
    kind: str
    arguments: Mapping[str, Any]
    asker_id: int | None
    scope: frozenset[int]
    tried_count: int
    claim: str
    report: Callable[[int, int], None] = lambda _done, _total: None
    """Says how much is done of how much, in a transaction of its own; raises ClaimLost where the
    job was cancelled meanwhile, so that nobody goes on for nothing."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that the asker may fetch: bytes, or a large one as a file to be read from its start.

    Whoever stores it closes it.
    """

    name: str
    media_type: str
    content: bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Output:
    """What a run has made; the asker is given it once the job is done, and never a part of it."""

    result: Mapping[str, Any] = field(default_factory=dict)
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """How often a kind has its turn, and what there is to do then.

    `find` only reads; it gives the arguments of each job that is due, and nothing where none is.
    """

    every: timedelta
    find: Callable[[datetime], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How jobs of one kind are done.

    `work` is called outside of any transaction. What it stores by itself may be done twice, when
    it is killed; what it returns is stored once. A refusal that it raises is told to the asker, if
    there is one, and ends the job; anything else is tried again after `pauses`.
    """

    name: str
    work: Callable[[Run], Output | None]
    lane: Lane = Lane.QUICK
    turn: Turn | None = None
    pauses: Sequence[timedelta] = PAUSES
    is_endless: bool = False
    """Whether it is tried until it works, the last pause between, as what comes round again is."""
