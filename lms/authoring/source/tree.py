"""A pocketbook's source: the files that it is made of, as they were at one moment.

Parsing, checking, rendering and hashing take a SourceTree and nothing else, so that it makes no
difference whether the files came from a folder, and none what happens to them afterwards.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from types import MappingProxyType

REGISTER_FILE = "sumber.yaml"
MAX_TEXT_BYTES = 256 * 1024
MAX_PICTURE_BYTES = 1024 * 1024


class Unread(Enum):
    """Why a file that is there is not among those that were read."""

    NOT_PLAIN = auto()
    """A symbolic link, a folder, a device."""
    UNREADABLE = auto()
    TOO_LARGE = auto()
    UNUSED = auto()
    """No part of the pocketbook by its name, or a picture that no text shows."""


@dataclass(frozen=True)
class SourceTree:
    """What a pocketbook is made of, pictures included, by the files' paths inside it.

    `slug` is the pocketbook's address and `location` what diagnostics call the folder. `unread`
    holds the other files by their paths, so that an author can be told of them; the empty path is
    the folder itself. `beside` are the pocketbooks in the same parent, with the numbers of their
    chapters; `register` is the file of the laws that they cite, or why it was not read, where the
    parent holds one.
    Nothing of it changes once it is made.
    """

    slug: str
    files: Mapping[str, bytes] = field(repr=False)
    location: str = ""
    unread: Mapping[str, Unread] = field(default_factory=dict)
    beside: Mapping[str, frozenset[int]] = field(default_factory=dict)
    register: bytes | Unread | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "location", self.location or self.slug)
        for name in ("files", "unread", "beside"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """The SHA-256 of every file, in hexadecimal."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}

    @property
    def paths(self) -> list[str]:
        """The paths of all files, read or not, in order."""
        return sorted(path for path in {*self.files, *self.unread} if path)

    def path_of(self, name: str) -> str:
        """How diagnostics call a file of the tree, or the folder itself without a name."""
        return f"{self.location}/{name}" if name else self.location
