"""Signals of confirmations: what is out of the ordinary, and what is not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from lms.reporting.rules import (
    MOST_KEPT,
    Confirmed,
    DayFacts,
    Signal,
    SignalKind,
    find_signals,
    is_foreign,
    mailbox_of,
    usual_of,
    weigh,
)

NOON = datetime(2026, 5, 20, 5, tzinfo=UTC)
"""Midday in Jakarta."""
ZONE = "Asia/Jakarta"


def facts_of(
    emails: Iterable[str], at: datetime = NOON, registered_at: datetime | None = None
) -> DayFacts:
    """The facts of a day on which these were confirmed, by an institution without a domain."""
    facts = DayFacts()
    for email in emails:
        facts.add(Confirmed(at, email, None, ZONE, registered_at))
    return facts


def kinds(facts: DayFacts, usual: int = 0) -> list[SignalKind]:
    """What stands out in a day."""
    return [signal.kind for signal in find_signals(facts, usual)]


def official(count: int) -> list[str]:
    """Addresses of the state, as names have them."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"{letters[i % 26]}{letters[i // 26 % 26]}sari@dinas.go.id" for i in range(count)]


def test_an_ordinary_day_says_nothing() -> None:
    assert kinds(facts_of(official(19))) == []
    assert kinds(facts_of(["dewi@gmail.com", "eko@yahoo.com", "fajar@outlook.com"] * 1)) == []


@pytest.mark.parametrize(
    ("email", "box"),
    [
        ("budi1@gratis.example", "budi@gratis.example"),
        ("budi+27@gratis.example", "budi@gratis.example"),
        ("B.u.di@gratis.example", "budi@gratis.example"),
        ("budi_3@gratis.example", "budi@gratis.example"),
        ("198501172009031001@dinas.go.id", ""),
        ("", ""),
        ("@", ""),
        ("tanpa-tanda", ""),
    ],
)
def test_addresses_of_one_mailbox_are_alike(email: str, box: str) -> None:
    assert mailbox_of(email) == box


def test_a_row_of_made_up_addresses_stands_out() -> None:
    facts = facts_of([f"peserta{count}@gmail.com" for count in range(8)] + official(2))
    assert find_signals(facts, 0) == [Signal(SignalKind.ONE_MAILBOX, 8)]
    assert kinds(facts_of(["budi1@gmail.com", "budi2@gmail.com"])) == []
    assert kinds(facts_of([f"19850117200903{n:04}@dinas.go.id" for n in range(9)])) == []


def test_domains_of_nobody_stand_out_and_common_ones_do_not() -> None:
    names = [address.partition("@")[0] for address in official(12)]
    at_one = facts_of([f"{name}@gratis.example" for name in names])
    assert set(kinds(at_one)) == {SignalKind.UNUSUAL_DOMAIN, SignalKind.ONE_DOMAIN}
    assert kinds(facts_of([f"{name}@gmail.com" for name in names])) == []
    assert kinds(facts_of([f"{names[0]}@a.example", f"{names[1]}@b.example"])) == []


@pytest.mark.parametrize(
    ("email", "domain", "expected"),
    [
        ("a@dinas.go.id", None, False),
        ("a@go.id", None, False),
        ("a@evilgo.id", None, True),
        ("a@contoh.example", "contoh.example", False),
        ("a@sub.contoh.example", "contoh.example", False),
        ("a@contoh.example.jahat.example", "contoh.example", True),
        ("", None, False),
    ],
)
def test_an_address_is_the_institutions_or_not(
    email: str, domain: str | None, expected: bool
) -> None:
    assert is_foreign(email, domain) is expected


def test_nights_stand_out_by_the_institutions_own_clock() -> None:
    late = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)  # 23.30 in Jakarta, 01.30 in Jayapura
    assert kinds(facts_of(official(6), late)) == [SignalKind.NIGHT]
    assert kinds(facts_of(official(4), late)) == []
    mixed = facts_of(official(6), late)
    for email in official(7):
        mixed.add(Confirmed(NOON, email, None, ZONE, None))
    assert kinds(mixed) == []
    early = datetime(2026, 5, 20, 21, 30, tzinfo=UTC)  # 04.30 in Jakarta, 06.30 in Jayapura
    facts = DayFacts()
    for email in official(6):
        facts.add(Confirmed(early, email, None, "Asia/Jayapura", None))
    assert kinds(facts) == []


def test_who_is_confirmed_as_soon_as_they_register_stands_out() -> None:
    assert kinds(facts_of(official(3), NOON, NOON - timedelta(seconds=59))) == [SignalKind.AT_ONCE]
    assert kinds(facts_of(official(3), NOON, NOON - timedelta(seconds=60))) == []
    # An account that was activated after it was confirmed says nothing.
    assert kinds(facts_of(official(3), NOON, NOON + timedelta(seconds=5))) == []


def test_many_are_many_beside_what_is_usual() -> None:
    assert usual_of([], []) == 0
    assert usual_of([4, 6, 90], [1]) == 6
    assert usual_of([], [10, 30]) == 20
    assert kinds(facts_of(official(199))) == []
    assert SignalKind.MANY in kinds(facts_of(official(200)))
    assert kinds(facts_of(official(24)), usual=6) == []
    assert kinds(facts_of(official(25)), usual=6) == [SignalKind.MANY]
    assert kinds(facts_of(official(19)), usual=1) == []


def test_more_people_and_a_larger_share_weigh_more() -> None:
    few = [Signal(SignalKind.ONE_MAILBOX, 3)]
    assert weigh(few, 3) > weigh(few, 30) > 0
    assert weigh([Signal(SignalKind.ONE_MAILBOX, 30)], 30) > weigh(few, 3)
    assert weigh([*few, Signal(SignalKind.NIGHT, 3)], 3) > weigh(few, 3)
    assert weigh([], 3) == 0


def test_no_flood_of_addresses_fills_the_memory() -> None:
    facts = facts_of(f"a{chr(97 + n % 26)}@d{n}.example" for n in range(MOST_KEPT + 50))
    assert len(facts.domains) == len(facts.mailboxes) == MOST_KEPT
    assert facts.unusual_count == MOST_KEPT + 50
