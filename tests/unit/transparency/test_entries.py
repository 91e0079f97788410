"""Entries as bytes: exactly those of the form, and nothing else is taken for one."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.transparency.entries import (
    BadEntry,
    Change,
    Issue,
    bundle,
    commitment_to,
    decode,
    unbundle,
)
from lms.transparency.enums import EntryKind

ISSUE = Issue(
    logged_at=1_780_000_000,
    month=(2026, 5),
    credit_hours=3,
    module_code="HAM-01",
    commitment=bytes(range(32)),
)
REVOCATION = Change(kind=EntryKind.REVOCATION, logged_at=1_780_000_001, issue_position=258)


def test_an_issue_is_these_bytes() -> None:
    head, facts = "0101000000006a18a500", "07ea05000306" + b"HAM-01".hex()
    assert ISSUE.encode().hex() == head + facts + bytes(range(32)).hex()


def test_a_revocation_is_these_bytes() -> None:
    assert REVOCATION.encode().hex() == "0103000000006a18a5010000000000000102"


def test_what_is_written_is_read_back() -> None:
    for entry in (ISSUE, REVOCATION):
        assert decode(entry.encode()) == entry


@given(st.binary(max_size=80))
def test_other_bytes_are_refused_or_are_an_entry(data: bytes) -> None:
    try:
        entry = decode(data)
    except BadEntry:
        return
    assert entry.encode() == data


@given(st.integers(0, 1), st.integers(0, 70))
def test_a_part_of_an_entry_is_none(which: int, length: int) -> None:
    whole = (ISSUE, REVOCATION)[which].encode()
    if length < len(whole):
        with pytest.raises(BadEntry):
            decode(whole[:length])
    with pytest.raises(BadEntry):
        decode(whole + b"\0")


def test_another_form_or_kind_is_refused() -> None:
    whole = REVOCATION.encode()
    with pytest.raises(BadEntry):
        decode(b"\2" + whole[1:])
    with pytest.raises(BadEntry):
        decode(whole[:1] + b"\5" + whole[2:])


def test_the_commitment_is_a_hash_over_prefix_salt_and_facts() -> None:
    salt, facts = bytes(16), b'{"code":"X"}'
    expected = hashlib.sha256(b"sakuham/cert/1" + salt + facts).digest()
    assert commitment_to(facts, salt) == expected


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_a_bundle_is_taken_apart_again(entries: list[bytes]) -> None:
    data = bundle(entries)
    assert unbundle(data) == entries
    if entries:
        with pytest.raises(BadEntry):
            unbundle(data[:-1] if entries[-1] else data + b"\0")
