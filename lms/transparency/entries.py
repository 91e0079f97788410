"""Entries of the log, as bytes: what anybody may read of a certificate without knowing whose it is.

Form 1; numbers are unsigned, the high byte first. Every entry begins with

    0  1  the form: 1
    1  1  the kind: 1 issue, 2 replacement, 3 revocation, 4 reinstatement
    2  8  when it was logged: whole seconds since 1970-01-01T00:00:00Z

An issue goes on, and ends, with

    10  2  the year of completion
    12  1  its month, 1 to 12
    13  2  credit hours (JP)
    15  1  n, the length of the module's code in bytes; 0 where it is no pocketbook
    16  n  the module's code in UTF-8, for example "HAM-01"
   16+n 32 the commitment

and an entry of another kind with

    10  8  the position of the issue that it is about; positions count from 0

The commitment is SHA-256("sakuham/cert/1" ‖ salt ‖ facts): 16 random bytes of this certificate
alone, and its facts in their canonical form (ADR 24). Who has salt and facts can show that they are
what was logged; who has not can guess at neither, also not at a name that they know. Once the salt
and the certificate's record are deleted, the entry is about nobody.

No entry names an institution: with few people of a module and month it would single them out.
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from lms.transparency.enums import EntryKind

FORM: Final = 1
SALT_SIZE: Final = 16
COMMITMENT_PREFIX: Final = b"sakuham/cert/1"

_HEAD: Final = struct.Struct(">BBQ")
_FACTS: Final = struct.Struct(">HBHB")
_POSITION: Final = struct.Struct(">Q")
_COMMITMENT_SIZE: Final = 32


class BadEntry(ValueError):
    """These bytes are no entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """That a certificate was issued: logged_at in seconds, month as (year, month), hours in JP."""

    logged_at: int
    month: tuple[int, int]
    credit_hours: int
    module_code: str
    commitment: bytes

    @property
    def kind(self) -> EntryKind:
        """Always an issue."""
        return EntryKind.ISSUE

    def encode(self) -> bytes:
        """Its bytes in form 1."""
        code = self.module_code.encode()
        return (
            _HEAD.pack(FORM, EntryKind.ISSUE, self.logged_at)
            + _FACTS.pack(*self.month, self.credit_hours, len(code))
            + code
            + self.commitment
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a certificate later; `issue_position` is where its issue stands."""

    kind: EntryKind
    logged_at: int
    issue_position: int

    def encode(self) -> bytes:
        """Its bytes in form 1."""
        return _HEAD.pack(FORM, self.kind, self.logged_at) + _POSITION.pack(self.issue_position)


Entry = Issue | Change


def decode(data: bytes) -> Entry:
    """The entry that these bytes are; raises BadEntry."""
    try:
        form, number, logged_at = _HEAD.unpack_from(data)
        kind = EntryKind(number)
        if form != FORM:
            raise BadEntry(f"An entry of form {form}.")
        rest = data[_HEAD.size :]
        if kind is not EntryKind.ISSUE:
            return Change(kind=kind, logged_at=logged_at, issue_position=_POSITION.unpack(rest)[0])
        year, month, hours, length = _FACTS.unpack_from(rest)
        code, commitment = rest[_FACTS.size :][:length], rest[_FACTS.size + length :]
        if len(commitment) != _COMMITMENT_SIZE or not 1 <= month <= 12:
            raise BadEntry("An issue of another length, or of no month.")
        return Issue(
            logged_at=logged_at,
            month=(year, month),
            credit_hours=hours,
            module_code=code.decode(),
            commitment=commitment,
        )
    except (struct.error, ValueError) as error:
        raise BadEntry(str(error)) from error


def commitment_to(facts: bytes, salt: bytes) -> bytes:
    """What an issue says instead of the facts, which are in their canonical form."""
    return hashlib.sha256(COMMITMENT_PREFIX + salt + facts).digest()


def bundle(entries: list[bytes]) -> bytes:
    """Entries one after the other as C2SP tlog-tiles has them: each after its length, 2 bytes."""
    return b"".join(len(each).to_bytes(2, "big") + each for each in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; raises BadEntry where it ends in the middle of one."""
    entries = []
    start = 0
    while start < len(data):
        end = start + 2 + int.from_bytes(data[start : start + 2], "big")
        if start + 2 > len(data) or end > len(data):
            raise BadEntry("A bundle ends in the middle of an entry.")
        entries.append(data[start + 2 : end])
        start = end
    return entries
