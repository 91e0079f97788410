"""Letterheads as they are kept: every one that was set stays, and a change is another version."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import BindParameter, Select, bindparam, desc, or_, select

from lms.accounts.rules import read_employee_number, read_name
from lms.audit import record
from lms.certificates.letterheads import Emblem, Letterhead
from lms.certificates.models import EmblemFile, LetterheadVersion
from lms.certificates.wording import printable_text
from lms.db import current_connection, db, insert_once
from lms.errors import N_, Invalid

LENGTHS: Final[Mapping[str, int]] = {
    "unit_name": 200, "signatory_name": 200, "office": 200, "place": 100, "rank": 100,
}  # fmt: skip
"""The longest texts, in characters."""

_MISSING: Final[Mapping[str, str]] = {
    "unit_name": N_("Tulis nama unit yang menerbitkan."),
    "office": N_("Tulis jabatan penanda tangan."),
    "place": N_("Tulis tempat penandatanganan."),
}


_DAY: BindParameter[date] = bindparam("letterhead_day")
VALID_THEN: Select[int] = (
    select(LetterheadVersion.id)
    .where(
        LetterheadVersion.valid_from <= _DAY,
        or_(LetterheadVersion.valid_until.is_(None), LetterheadVersion.valid_until >= _DAY),
    )
    .order_by(desc(LetterheadVersion.id))
    .limit(1)
)
"""The letterhead of a day (`letterhead_day`): of those whose time it is, the one set last."""


@dataclass(frozen=True, slots=True)
class KeptLetterhead:
    """A version with its time: from a day on, until another or for good."""

    id: int
    letterhead: Letterhead
    valid_from: date
    valid_until: date | None
    created_at: datetime


def read_letterhead(letterhead: Letterhead) -> Letterhead:
    """A letterhead as it will be printed; raises Invalid for the first text that cannot be."""
    texts: dict[str, str] = {}
    for name, longest in LENGTHS.items():
        text = printable_text(getattr(letterhead, name))
        if not text and name in _MISSING:
            raise Invalid(name, _MISSING[name])
        if len(text) > longest:
            raise Invalid(name, N_("Paling panjang %(max)d karakter."), max=longest)
        texts[name] = text
    try:
        texts["signatory_name"] = read_name(texts["signatory_name"])
    except Invalid as refusal:
        raise Invalid(
            "signatory_name", refusal.sentence.text, **refusal.sentence.values
        ) from refusal
    number = letterhead.employee_number.strip()
    if number:
        number = read_employee_number(number).number
    return Letterhead(**texts, employee_number=number, emblem=letterhead.emblem)


def keep_emblem(content: bytes, *, now: datetime) -> str:
    """Keep a picture that somebody brings, made safe; gives the name by which it is found again.

    Raises Invalid (`emblem`), see `read_emblem`.
    """
    # What reads pictures is slow to import, and few bring one.
    from lms.certificates.emblems import read_emblem

    emblem = read_emblem(content)
    sha256 = hashlib.sha256(emblem.content).hexdigest()
    values = {
        "sha256": sha256,
        "content": emblem.content,
        "media_type": emblem.media_type,
        "ratio": emblem.ratio,
        "created_at": now,
    }
    connection = current_connection()
    connection.execute(insert_once(EmblemFile, connection), values)
    return sha256


def find_emblem(sha256: str) -> Emblem | None:
    """An emblem that was kept."""
    file = db.session.get(EmblemFile, sha256)
    return None if file is None else Emblem(file.content, file.media_type, file.ratio)


def add_letterhead(
    letterhead: Letterhead,
    emblem_sha256: str | None,
    *,
    valid_from: date,
    valid_until: date | None,
    actor_id: int | None,
    now: datetime,
) -> int:
    """Set a letterhead for what is issued in its time; the one before stays with what it headed.

    The emblem is named, see `keep_emblem`; the letterhead's own is not looked at. Raises Invalid
    for a text that cannot be printed, and for a time that ends before it begins.
    """
    read = read_letterhead(letterhead)
    if valid_until is not None and valid_until < valid_from:
        raise Invalid("valid_until", N_("Masa berlaku berakhir sebelum dimulai."))
    version = LetterheadVersion(
        unit_name=read.unit_name,
        signatory_name=read.signatory_name,
        office=read.office,
        place=read.place,
        rank=read.rank,
        employee_number=read.employee_number,
        emblem_sha256=emblem_sha256,
        valid_from=valid_from,
        valid_until=valid_until,
        created_at=now,
    )
    db.session.add(version)
    db.session.flush()
    record(
        "letterhead.set",
        f"letterhead:{version.id}",
        actor_id=actor_id,
        now=now,
        valid_from=valid_from.isoformat(),
        valid_until=valid_until and valid_until.isoformat(),
    )
    return version.id


@lru_cache(maxsize=64)
def get_letterhead(letterhead_id: int) -> Letterhead:
    """A version by its number, kept in the process: none ever changes."""
    version = db.session.get_one(LetterheadVersion, letterhead_id)
    emblem = version.emblem_sha256 and find_emblem(version.emblem_sha256)
    return Letterhead(
        unit_name=version.unit_name,
        signatory_name=version.signatory_name,
        office=version.office,
        place=version.place,
        rank=version.rank,
        employee_number=version.employee_number,
        emblem=emblem or None,
    )


def find_letterhead_on(day: date) -> int | None:
    """The number of the version with which a certificate of a day is issued, if there is one."""
    found: int | None = current_connection().execute(VALID_THEN, {"letterhead_day": day}).scalar()
    return found


def find_emblem_of(letterhead_id: int) -> str | None:
    """The name of a version's emblem."""
    return db.session.get_one(LetterheadVersion, letterhead_id).emblem_sha256


def list_letterheads() -> list[KeptLetterhead]:
    """Every version, the one that was set last first."""
    rows = db.session.scalars(select(LetterheadVersion).order_by(desc(LetterheadVersion.id)))
    return [
        KeptLetterhead(
            row.id, get_letterhead(row.id), row.valid_from, row.valid_until, row.created_at
        )
        for row in rows
    ]
