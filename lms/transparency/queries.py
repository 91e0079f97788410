"""The log as anybody may read it, and where in it a certificate stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, exists, func, or_, select

from lms.certificates.models import ISSUED, LedgerEntry
from lms.db import AnyRow, current_connection
from lms.keys.enums import Purpose
from lms.keys.queries import list_public_keys
from lms.transparency.entries import bundle, unbundle
from lms.transparency.errors import NoSuchTile, NotLogged
from lms.transparency.models import LogCheckpoint, LogEntry, LogSalt, LogTile, UnloggedEntry
from lms.transparency.notes import read_head, verifier_key
from lms.transparency.paths import ENTRIES
from lms.transparency.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    TILE_WIDTH,
    HashAt,
    hash_of_range,
    inclusion_ranges,
    tiles_of,
    width_of,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's state after its last batch; the counts are of all its entries.

    note: the checkpoint as it was signed. logged_at: when its last entry was logged.
    """

    size: int
    logged_at: datetime
    note: str
    issue_count: int
    replacement_count: int
    revocation_count: int
    reinstatement_count: int

    @property
    def origin(self) -> str:
        """The log's name."""
        return read_head(self.note).origin

    @property
    def root(self) -> bytes:
        """The tree's hash."""
        return read_head(self.note).root

    @property
    def in_force_count(self) -> int:
        """How many certificates are in force by what the log says."""
        ended = self.replacement_count + self.revocation_count
        return self.issue_count + self.reinstatement_count - ended


@dataclass(frozen=True, slots=True)
class Place:
    """Where a certificate's issue stands in the log, counted from 0, and the log's state now."""

    position: int
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A place, the entry that stands there, and what proves it.

    hashes: the proof of RFC 6962, for the checkpoint's size, from the leaf upwards.
    """

    position: int
    entry: bytes
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint


_size = LogCheckpoint.__table__.alias()
_STATE: Final = (
    LogCheckpoint.size,
    LogCheckpoint.logged_at,
    LogCheckpoint.note,
    LogCheckpoint.issue_count,
    LogCheckpoint.replacement_count,
    LogCheckpoint.revocation_count,
    LogCheckpoint.reinstatement_count,
)
_LAST: Final = select(*_STATE).order_by(LogCheckpoint.size.desc()).limit(1)
_OF_SIZE: Final = select(*_STATE).where(LogCheckpoint.size == bindparam("of_size"))
_TILE: Final = select(LogTile.content).where(
    LogTile.level == bindparam("at_level"), LogTile.number == bindparam("at_number")
)
_TILES_OF_LEVEL: Final = (
    select(LogTile.number, LogTile.content)
    .where(LogTile.level == bindparam("at_level"), LogTile.number >= bindparam("first"))
    .order_by(LogTile.number)
    .limit(bindparam("most"))
)
_PLACE: Final = (
    select(LogEntry.position, *_STATE)
    .join(LedgerEntry, LedgerEntry.id == LogEntry.ledger_entry_id)
    .join(LogCheckpoint, LogCheckpoint.size == select(func.max(_size.c.size)).scalar_subquery())
    .where(LedgerEntry.kind == ISSUED, LedgerEntry.certificate_id == bindparam("certificate"))
)
_SALT: Final = select(LogSalt.salt).where(LogSalt.certificate_id == bindparam("certificate"))
_IS_WAITING: Final = select(exists().where(UnloggedEntry.ledger_entry_id.is_not(None)))


def has_unlogged() -> bool:
    """Whether anything waits to be logged, and there is a key to sign with."""
    if not current_connection().scalar(_IS_WAITING):
        return False
    return any(key.retired_at is None for key in list_public_keys(Purpose.LOG))


def find_checkpoint(size: int | None = None) -> Checkpoint | None:
    """The last checkpoint, or that of a size; None where there is none."""
    connection = current_connection()
    row = (
        connection.execute(_LAST)
        if size is None
        else connection.execute(_OF_SIZE, {"of_size": size})
    ).one_or_none()
    return None if row is None else Checkpoint(*row)


def get_checkpoint(size: int | None = None) -> Checkpoint:
    """The same; raises NotLogged."""
    checkpoint = find_checkpoint(size)
    if checkpoint is None:
        raise NotLogged
    return checkpoint


def list_verifier_keys(origin: str) -> list[str]:
    """The keys that have signed checkpoints of this log, the present one first, a line each."""
    keys = list_public_keys(Purpose.LOG)
    return [verifier_key(origin, key.public_bytes) for key in reversed(keys)]


def get_tile(level: int, number: int, width: int) -> bytes:
    """So many hashes of a tile, or entries of a bundle (`ENTRIES`); raises NoSuchTile.

    What has grown since can still be had as narrow as it was at a checkpoint.
    """
    connection = current_connection()
    asked = {"at_level": level, "at_number": number}
    content: bytes | None = connection.execute(_TILE, asked).scalar_one_or_none()
    if content is None:
        raise NoSuchTile
    cut = _cut(level, content, width)
    if cut is None:
        raise NoSuchTile
    return cut


def _cut(level: int, content: bytes, width: int) -> bytes | None:
    """The first so many of a tile; None where it has fewer."""
    if level == ENTRIES:
        entries = unbundle(content)
        return bundle(entries[:width]) if len(entries) >= width else None
    return content[: width * HASH_SIZE] if len(content) >= width * HASH_SIZE else None


def list_tiles(size: int, level: int, first: int, *, most: int) -> list[tuple[int, int, bytes]]:
    """Tiles of a level from a number on, as they are in a log of this size: number, width, bytes.

    An empty list is the level's end.
    """
    asked = {"at_level": level, "first": first, "most": most}
    tiles = []
    for number, content in current_connection().execute(_TILES_OF_LEVEL, asked):
        width = width_of(size, max(level, 0), number)
        cut = _cut(level, content, width) if width else None
        if cut is not None:
            tiles.append((number, width, cut))
    return tiles


def find_salt(certificate_id: int) -> bytes | None:
    """What opens a certificate's commitment, with its facts; for its holder alone."""
    salt: bytes | None = (
        current_connection().execute(_SALT, {"certificate": certificate_id}).scalar_one_or_none()
    )
    return salt


def find_place(certificate_id: int) -> Place | None:
    """Where a certificate's issue stands in the log; None while it waits."""
    row = current_connection().execute(_PLACE, {"certificate": certificate_id}).one_or_none()
    return None if row is None else Place(row[0], Checkpoint(*row[1:]))


def find_inclusion(certificate_id: int) -> Inclusion | None:
    """The same with its proof, which takes a millisecond to make."""
    place = find_place(certificate_id)
    if place is None:
        return None
    position, checkpoint = place.position, place.checkpoint
    ranges = inclusion_ranges(position, checkpoint.size)
    bundle_of = (ENTRIES, position // TILE_WIDTH)
    tiles = _load({*tiles_of(ranges), bundle_of})
    hash_at = _hashes_in(tiles)
    return Inclusion(
        position,
        unbundle(tiles[bundle_of])[position % TILE_WIDTH],
        tuple(hash_of_range(start, end, hash_at) for start, end in ranges),
        checkpoint,
    )


def root_at(size: int) -> bytes:
    """The tree's hash when it had so many entries, computed from the tiles as they are now.

    Raises KeyError for more entries than the log has.
    """
    if not size:
        return EMPTY_ROOT
    whole = [(0, size)]
    return hash_of_range(0, size, _hashes_in(_load(tiles_of(whole))))


def _hashes_in(tiles: Mapping[tuple[int, int], bytes]) -> HashAt:
    def hash_at(level: int, index: int) -> bytes:
        start = index % TILE_WIDTH * HASH_SIZE
        return tiles[level, index // TILE_WIDTH][start : start + HASH_SIZE]

    return hash_at


def _load(wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    is_wanted = (
        and_(LogTile.level == level, LogTile.number == number) for level, number in sorted(wanted)
    )
    rows: Iterator[AnyRow] = current_connection().execute(
        select(LogTile.level, LogTile.number, LogTile.content).where(or_(*is_wanted))
    )
    return {(row.level, row.number): row.content for row in rows}
