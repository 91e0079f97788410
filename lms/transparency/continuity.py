"""Whether the log in the database goes on from a checkpoint that was published before.

A database that was restored from a backup may lack entries that others have copies of. A log that
went on from there would be another one under the same name and key, which everybody who kept a
checkpoint would find. So the last checkpoint is kept outside of the database too, and is looked at
before another is signed.
"""

import hashlib
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import NamedTemporaryFile

from lms.keys.enums import Purpose
from lms.keys.queries import list_public_keys
from lms.transparency.notes import BadNote, Head, is_signed_by, read_head
from lms.transparency.queries import find_checkpoint, root_at


class LogForked(Exception):
    """The log does not go on from what was published; the message tells the operator."""


class Continuity(Enum):
    """How the log in the database stands to a checkpoint."""

    KEPT = "kept"
    CUT_OFF = "cut off"
    REWRITTEN = "rewritten"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A checkpoint beside the log: what it says, and how many entries the log has.

    is_ours: whether a key of this database has signed it.
    """

    continuity: Continuity
    head: Head
    size: int
    is_ours: bool


def compare_with(note: str) -> Comparison:
    """Compare the log with a checkpoint that somebody kept; raises BadNote for what is none."""
    note = "\n".join(note.strip().splitlines()) + "\n"
    head = read_head(note)
    keys = list_public_keys(Purpose.LOG)
    is_ours = any(is_signed_by(note, key.public_bytes) for key in keys)
    last = find_checkpoint()
    size = 0 if last is None else last.size
    if head.size > size:
        return Comparison(Continuity.CUT_OFF, head, size, is_ours)
    if last is not None and head.origin != last.origin:
        return Comparison(Continuity.RENAMED, head, size, is_ours)
    is_kept = root_at(head.size) == head.root
    continuity = Continuity.KEPT if is_kept else Continuity.REWRITTEN
    return Comparison(continuity, head, size, is_ours)


def kept_in(folder: str) -> Path | None:
    """Where the last checkpoint of this log is kept outside of the database.

    Named after the first key that signed for the log: a restored database has the same, and one
    that was begun anew another. None where there is no key, or nothing is to be kept.
    """
    keys = list_public_keys(Purpose.LOG)
    if not folder or not keys:
        return None
    return Path(folder) / f"log-{hashlib.sha256(keys[0].public_key).hexdigest()[:16]}.txt"


def require_continuity(file: Path) -> None:
    """Refuse to go on where the log lacks what this file says was published; raises LogForked."""
    try:
        note = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return  # before the first checkpoint, or on another host
    last = find_checkpoint()
    if last is not None and last.note == note:
        return
    try:
        found = compare_with(note)
    except BadNote as error:
        raise LogForked(f"{file} holds no checkpoint; see docs/operator.md, part 10.") from error
    if found.continuity is not Continuity.KEPT:
        raise LogForked(
            f"The log in the database ({found.size} entries) does not go on from the checkpoint of"
            f" {found.head.size} entries that was published ({file}): nothing is signed. A backup"
            " was restored that is too old; see docs/operator.md, part 10."
        )


def keep_checkpoint(file: Path) -> None:
    """Keep the last checkpoint in this file, which is written whole or not at all."""
    last = find_checkpoint()
    if last is None or _holds(file, last.note):
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as made:
        made.write(last.note)
        made.flush()
        os.fsync(made.fileno())
    Path(made.name).replace(file)


def _holds(file: Path, note: str) -> bool:
    try:
        return file.read_text(encoding="utf-8") == note
    except FileNotFoundError:
        return False
