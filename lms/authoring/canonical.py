"""The canonical source of an edition, and the hash that is its identity."""

import hashlib

from lms.authoring.parsing.result import Reading

LINE_FEED = "\n"


def canonical_source(reading: Reading) -> str:
    """One text for all that an edition is made of.

    Each file stands in its normal form and in order, introduced by its name and its number of
    lines, so that no text can pose as the beginning of another file. Pictures follow with the
    SHA-256 of their files. Line ends, a mark of byte order and trailing spaces make no
    difference unless they end a line within its paragraph; a letter does.
    """
    files = (
        f"file {source.name} {source.text.count(LINE_FEED)}\n{source.text}"
        for source in reading.sources
    )
    pictures = (
        f"picture {reading.pictures[path].source_sha256} {path}\n"
        for path in sorted(reading.pictures)
    )
    return "".join(["sakuham 1\n", *files, *pictures])


def edition_hash(source: str) -> str:
    """The SHA-256 of a canonical source, in hexadecimal."""
    return hashlib.sha256(source.encode("utf-8")).hexdigest()
