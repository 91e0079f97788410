"""A PDF file written object by object, as small as the format allows."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import md5
from struct import Struct
from typing import Final

# The second line tells programs that transfer files that this one is not text.
HEADER: Final = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"

# A certificate gets larger by a fiftieth, and is written in a twentieth less of time.
_LEVEL: Final = 1

# The kind of an entry; its offset in the file, or its object stream; its index in that.
_ENTRY: Final = Struct(">BIH")
_FREE: Final = _ENTRY.pack(0, 0, 0)
_IN_THE_FILE: Final = 1
_IN_A_STREAM: Final = 2


@dataclass(slots=True)
class Writer:
    """A file being written: what it holds so far, and where each of its objects is.

    Start one with the content and the entries of another to go on from there.
    """

    content: bytearray = field(default_factory=lambda: bytearray(HEADER))
    entries: dict[int, bytes] = field(default_factory=dict)

    def add(self, number: int, data: bytes) -> None:
        """Write an object."""
        self.entries[number] = _ENTRY.pack(_IN_THE_FILE, len(self.content), 0)
        self.content += b"%d 0 obj\n%b\nendobj\n" % (number, data)

    def add_stream(self, number: int, data: bytes, about: bytes = b"") -> None:
        """Write a stream and compress it; `about` are further entries of its dictionary."""
        packed = zlib.compress(data, _LEVEL)
        dictionary = b"<<%b/Filter /FlateDecode/Length %d>>" % (about, len(packed))
        self.add(number, b"%b\nstream\n%b\nendstream" % (dictionary, packed))

    def add_packed(self, number: int, objects: Mapping[int, bytes]) -> None:
        """Write objects that are no streams into one that is, where they take a third."""
        offsets, length = [], 0
        for index, (each, data) in enumerate(objects.items()):
            self.entries[each] = _ENTRY.pack(_IN_A_STREAM, number, index)
            offsets.append(b"%d %d" % (each, length))
            length += len(data) + 1
        first = b" ".join(offsets) + b"\n"
        about = b"/Type /ObjStm/N %d/First %d" % (len(objects), len(first))
        self.add_stream(number, first + b"\n".join(objects.values()), about)

    def finish(self, number: int, *, root: bytes, info: bytes, identifier: str) -> bytes:
        """Write the table of objects as the last of them, and return the file.

        root, info: references. identifier: what the document is called; the other half of the
        file's identifier is made from the content.
        """
        start, size = len(self.content), number + 1
        self.entries[number] = _ENTRY.pack(_IN_THE_FILE, start, 0)
        table = b"".join(self.entries.get(each, _FREE) for each in range(size))
        version = md5(self.content, usedforsecurity=False).hexdigest()
        about = f"/Type /XRef/Size {size}/W [1 4 2]/ID [<{identifier.encode().hex()}> <{version}>]"
        self.add_stream(number, table, b"%b/Root %b/Info %b" % (about.encode(), root, info))
        return bytes(self.content) + b"startxref\n%d\n%%%%EOF\n" % start
