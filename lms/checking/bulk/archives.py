"""Archives that people upload: bounded before anything is unpacked, and read a file at a time.

A ZIP may claim to hold little and unfold to gigabytes, name files outside of its folder, or hold
others like itself. Nothing of it is ever written under a name that it gives: its files are read
into memory, one after another and never further than their bound, and names are only shown.
"""

import lzma
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from lms.certificates.wording import printable_text
from lms.checking.bulk.errors import UnfitUpload
from lms.checking.inspection import LARGEST
from lms.errors import N_

MOST_DOCUMENTS: Final = 500
MOST_UNPACKED: Final = 512 * 1024 * 1024
"""What an archive may claim to unfold to, in bytes; 500 scans of a megabyte each."""

MOST_ENTRIES: Final = 5_000
"""Folders, and what computers leave beside the files, count too."""

LONGEST_NAME: Final = 200
# What each line of a table of contents begins with. Archives within an archive have theirs too, and
# are told from it only when it is read: so many are borne that five thousand are surely no more.
_LINE: Final = b"PK\x01\x02"
_MOST_LINES: Final = 10 * MOST_ENTRIES
# What computers put beside the files of a folder by themselves.
_LITTER: Final = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
# NotImplementedError, for a way of packing that Python has not, is a RuntimeError.
_BROKEN: Final = (
    BadZipFile,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: its path as it is shown, and its bytes, or why there are none."""

    path: str
    content: bytes
    problem: str | None = None


def require_documents(archive: IO[bytes]) -> int:
    """How many files an archive brings to be checked; raises UnfitUpload.

    Looks at its table of contents alone.
    """
    infos = _contents(archive)
    if not infos:
        raise UnfitUpload(N_("Tidak ada berkas di dalamnya. Pilih ZIP yang berisi PDF sertifikat."))
    if len(infos) > MOST_DOCUMENTS:
        raise _too_many(len(infos))
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise UnfitUpload(
            N_(
                "Isi ZIP ini jauh lebih besar daripada sertifikat (paling banyak %(size)s MB "
                "setelah dibuka). Sertakan PDF sertifikatnya saja."
            ),
            size=MOST_UNPACKED // 1024**2,
        )
    return len(infos)


def pack(files: Iterable[tuple[str, IO[bytes]]], target: IO[bytes]) -> int:
    """Put loose files into one archive, as they are, and say how many; raises UnfitUpload."""
    count = 0
    with ZipFile(target, "w") as archive:
        for name, file in files:
            if _is_litter(name):
                continue
            count += 1
            if count > MOST_DOCUMENTS:
                raise _too_many(count)
            # The number tells files of one name apart; it is taken off again when they are read.
            info = ZipInfo(f"{count:03}/{shown_path(name)}")
            with archive.open(info, "w") as entry:
                while piece := file.read(64 * 1024):
                    entry.write(piece)
    if not count:
        raise UnfitUpload(N_("Pilih dahulu berkas yang akan diperiksa."))
    return count


def read_entries(archive: IO[bytes], *, is_packed: bool) -> Iterator[Entry]:
    """The files of an archive, one at a time; `is_packed`: it is one that `pack` has made."""
    infos = _contents(archive)
    with ZipFile(archive) as opened:
        for info in infos:
            name = info.filename.partition("/")[2] if is_packed else info.filename
            yield _read(opened, info, shown_path(name))


def shown_path(name: str) -> str:
    """A path as it is shown: in one line, its end if it is long, and leading nowhere."""
    parts = printable_text(name.replace("\\", "/")).split("/")
    path = "/".join(part for part in parts if part not in {"", ".", ".."})
    return path[-LONGEST_NAME:] or "?"


def is_archive_of_documents(archive: IO[bytes]) -> bool:
    """Whether a ZIP is one of files, and not a spreadsheet in disguise, as XLSX and ODS are.

    Raises UnfitUpload for one that nobody could read.
    """
    try:
        with _open(archive) as opened:
            names = set(opened.namelist())
    except _BROKEN:
        return True  # which says why it cannot be read
    return not ({"[Content_Types].xml", "mimetype"} & names)


def _contents(archive: IO[bytes]) -> list[ZipInfo]:
    """Its files, without folders and litter."""
    try:
        with _open(archive) as opened:
            infos = opened.infolist()
    except _BROKEN as error:
        raise UnfitUpload(
            N_("ZIP ini rusak atau tidak selesai diunduh. Buat lagi, lalu unggah sekali lagi.")
        ) from error
    if len(infos) > MOST_ENTRIES:
        raise _too_many(len(infos))
    return [info for info in infos if not info.is_dir() and not _is_litter(info.filename)]


def _open(archive: IO[bytes]) -> ZipFile:
    """The archive, unless its table of contents alone would fill the memory; raises UnfitUpload.

    A million lines of it fit into sixty megabytes, and Python makes an object of each.
    """
    archive.seek(0)
    count, end = 0, b""
    while piece := archive.read(1024 * 1024):
        seen = end + piece
        count += seen.count(_LINE)
        end = seen[1 - len(_LINE) :]
    if count > _MOST_LINES:
        raise _too_many(count)
    return ZipFile(archive)


def _is_litter(name: str) -> bool:
    parts = name.replace("\\", "/").lower().split("/")
    return parts[0] == "__macosx" or parts[-1] in _LITTER or parts[-1].startswith("._")


def _read(opened: ZipFile, info: ZipInfo, path: str) -> Entry:
    """One file, or why it is not read; whatever is wrong with it, the others are read."""
    if info.flag_bits & 0x1:
        return Entry(path, b"", N_("Dikunci dengan kata sandi. Buat ZIP tanpa kata sandi."))
    if stat.S_ISLNK(info.external_attr >> 16):
        return Entry(path, b"", N_("Hanya pintasan ke berkas lain, bukan berkasnya."))
    if info.file_size > LARGEST:
        return _too_large(path)
    try:
        with opened.open(info) as file:
            content = file.read(LARGEST + 1)
    except _BROKEN:
        return Entry(path, b"", N_("Rusak di dalam ZIP. Buat ZIP lagi dari berkas aslinya."))
    if len(content) > LARGEST:
        return _too_large(path)
    if content.startswith(b"PK\x03\x04"):
        return Entry(
            path, b"", N_("ZIP di dalam ZIP tidak dibuka. Keluarkan isinya, lalu unggah lagi.")
        )
    return Entry(path, content)


def _too_large(path: str) -> Entry:
    return Entry(
        path, b"", N_("Jauh lebih besar daripada sertifikat mana pun, dan tidak diperiksa.")
    )


def _too_many(count: int) -> UnfitUpload:
    return UnfitUpload(
        N_("Ada %(count)s berkas; sekali periksa paling banyak %(most)s. Bagi menjadi beberapa."),
        count=count,
        most=MOST_DOCUMENTS,
    )
