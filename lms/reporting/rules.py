"""Signals: what is out of the ordinary in what one officer confirmed on one day; from values."""

import enum
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import log2
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

# Where an institution has not said what its domain is: that of the state.
OFFICIAL_DOMAIN: Final = "go.id"
# Mailboxes that many people have for themselves: no sign of anything.
COMMON_DOMAINS: Final = frozenset(
    {
        "gmail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "outlook.co.id",
        "outlook.com",
        "rocketmail.com",
        "yahoo.co.id",
        "yahoo.com",
        "ymail.com",
    }
)
NIGHT_HOURS: Final = frozenset({22, 23, 0, 1, 2, 3, 4})
AT_ONCE_SECONDS: Final = 60
FEWEST_OF_MANY: Final = 20
TIMES_THE_USUAL: Final = 4
MANY_AT_FIRST: Final = 200
"""How many are unusual on a day of whose like there was none."""
FEWEST: Final = 3
FEWEST_OF_A_DOMAIN: Final = 10
FEWEST_OF_A_NIGHT: Final = 5
MOST_KEPT: Final = 50_000
"""Of how many domains and mailboxes of a day it is counted who stands behind them."""
_DIGITS = re.compile(r"\d+")


class SignalKind(enum.Enum):
    """What is out of the ordinary."""

    ONE_MAILBOX = "one_mailbox"
    """Several people whose addresses differ by a number or by what follows a plus."""
    AT_ONCE = "at_once"
    """Confirmed within a minute of having registered."""
    ONE_DOMAIN = "one_domain"
    """Many people at one domain that is neither the institution's nor a common one."""
    UNUSUAL_DOMAIN = "unusual_domain"
    NIGHT = "night"
    MANY = "many"
    """Many more than this officer, or others of the institution, confirm in a day."""


IMPORTANCE: Final[Mapping[SignalKind, int]] = {
    SignalKind.ONE_MAILBOX: 10,
    SignalKind.AT_ONCE: 8,
    SignalKind.ONE_DOMAIN: 6,
    SignalKind.UNUSUAL_DOMAIN: 4,
    SignalKind.NIGHT: 3,
    SignalKind.MANY: 2,
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One confirmation: when, of whom, by their address, and since when they were there.

    `registered_at` is empty of who did not register themselves.
    """

    at: datetime
    email: str
    domain: str | None
    time_zone: str
    registered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signal:
    """What is out of the ordinary, and of how many people."""

    kind: SignalKind
    people_count: int


@dataclass(slots=True)
class DayFacts:
    """What is counted of one officer's day at one institution."""

    people_count: int = 0
    foreign_count: int = 0
    unusual_count: int = 0
    night_count: int = 0
    at_once_count: int = 0
    domains: Counter[str] = field(default_factory=Counter)
    mailboxes: Counter[str] = field(default_factory=Counter)

    def add(self, each: Confirmed) -> None:
        """Count one confirmation."""
        self.people_count += 1
        self.night_count += each.at.astimezone(ZoneInfo(each.time_zone)).hour in NIGHT_HOURS
        self.at_once_count += _was_at_once(each)
        box = mailbox_of(each.email)
        if box:
            _count(self.mailboxes, box)
        if not is_foreign(each.email, each.domain):
            return
        self.foreign_count += 1
        domain = each.email.rpartition("@")[2]
        if domain not in COMMON_DOMAINS:
            self.unusual_count += 1
            _count(self.domains, domain)


def is_foreign(email: str, domain: str | None) -> bool:
    """Whether an address is neither of an institution's domain nor the state's; none is not."""
    official, own = domain or OFFICIAL_DOMAIN, email.rpartition("@")[2]
    return bool(own) and own != official and not own.endswith(f".{official}")


def mailbox_of(email: str) -> str:
    """What addresses of one mailbox, or of a row of made-up ones, have in common; "" if nothing.

    Without digits, dots and what follows a plus; an address that is only a number, as a NIP is,
    has nothing in common with another.
    """
    local, _, domain = email.lower().rpartition("@")
    name = _DIGITS.sub("", local.partition("+")[0]).replace(".", "").strip("_-")
    return f"{name}@{domain}" if name else ""


def usual_of(own: Sequence[int], others: Sequence[int]) -> int:
    """How many are usual in a day: the officer's median, or that of others, where it is more."""
    return int(max(median(own) if own else 0, median(others) if others else 0))


def find_signals(facts: DayFacts, usual: int) -> list[Signal]:
    """What is out of the ordinary in a day, the weightiest first."""
    total = facts.people_count
    shared = sum(count for count in facts.mailboxes.values() if count >= FEWEST)
    at_one = max(facts.domains.values(), default=0)
    is_many = total >= max(FEWEST_OF_MANY, usual * TIMES_THE_USUAL + 1 if usual else MANY_AT_FIRST)
    found = {
        SignalKind.ONE_MAILBOX: shared,
        SignalKind.AT_ONCE: facts.at_once_count if facts.at_once_count >= FEWEST else 0,
        SignalKind.ONE_DOMAIN: at_one if at_one >= FEWEST_OF_A_DOMAIN else 0,
        SignalKind.UNUSUAL_DOMAIN: facts.unusual_count if facts.unusual_count >= FEWEST else 0,
        SignalKind.NIGHT: facts.night_count if _is_nightly(facts) else 0,
        SignalKind.MANY: total if is_many else 0,
    }
    signals = [Signal(kind, count) for kind, count in found.items() if count]
    return sorted(signals, key=lambda signal: -_weight(signal, total))


def weigh(signals: Iterable[Signal], total: int) -> int:
    """How much a day's signals weigh together: by kind, by how many people, and by their share."""
    return round(sum(_weight(signal, total) for signal in signals))


def _weight(signal: Signal, total: int) -> float:
    share = signal.people_count / total
    return IMPORTANCE[signal.kind] * share * log2(1 + signal.people_count)


def _is_nightly(facts: DayFacts) -> bool:
    """Whether at least half were confirmed at night: a late one now and then is nothing."""
    return facts.night_count >= FEWEST_OF_A_NIGHT and facts.night_count * 2 >= facts.people_count


def _was_at_once(each: Confirmed) -> bool:
    if each.registered_at is None:
        return False
    return 0 <= (each.at - each.registered_at).total_seconds() < AT_ONCE_SECONDS


def _count(counter: Counter[str], key: str) -> None:
    if key in counter or len(counter) < MOST_KEPT:
        counter[key] += 1
