"""The canonical source of an edition, and the hash that is its identity."""

import hashlib
from collections.abc import Sequence

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.parsing.pictures import shown_pictures
from lms.authoring.register import cited_regulations, read_register
from lms.authoring.source.texts import SourceFile
from lms.authoring.source.tree import SourceTree

LINE_FEED = "\n"


def canonical_source(tree: SourceTree, sources: Sequence[SourceFile]) -> str:
    """One text for all that an edition is made of; `sources` are the tree's texts.

    Each file stands in its normal form and in order, introduced by its name and its number of
    lines, so that no text can pose as the beginning of another file. The pictures that they show
    follow with the SHA-256 of their files, and what the register says of the laws that they cite.
    Line ends, a mark of byte order and trailing spaces make no difference unless they end a line
    within its paragraph; a letter does.
    """
    files = (
        f"file {source.name} {source.text.count(LINE_FEED)}\n{source.text}" for source in sources
    )
    shown = sorted(shown_pictures(sources) & tree.files.keys())
    pictures = (f"picture {tree.hashes[path]} {path}\n" for path in shown)
    register = read_register(tree, Diagnostics("")) or {}
    regulations = (f"source {each.printed}\n" for each in cited_regulations(sources, register))
    return "".join(["sakuham 1\n", *files, *pictures, *regulations])


def edition_hash(source: str) -> str:
    """The SHA-256 of a canonical source, in hexadecimal."""
    return hashlib.sha256(source.encode("utf-8")).hexdigest()
