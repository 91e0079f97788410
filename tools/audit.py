#!/usr/bin/env python3
"""Checks a log of SakuHAM's certificates, for somebody who does not take our word for it.

    python3 audit.py https://host/log --save kept.txt
    python3 audit.py https://host/log --since kept.txt --save kept.txt
    python3 audit.py sakuham-log-1200.tar --proof bukti.json --opening pembuka.json

It wants Python 3.11 or later and the package `cryptography`, and nothing of ours: the log is read
from its address, from a folder of its files, or from the TAR files that can be downloaded. Every
hash is computed anew, from the entries up to the root that is signed. What the bytes mean is said
in docs/log.md; the formats are RFC 6962 and C2SP's tlog-tiles, tlog-checkpoint and signed-note.

Exit code 0: all is right. 1: something is wrong, and was said. 2: it could not be read or asked.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
HASH = 32
ISSUE, REPLACEMENT, REVOCATION, REINSTATEMENT = 1, 2, 3, 4
ALL_RIGHT, WRONG, UNREADABLE = 0, 1, 2
LARGEST_ANSWER = 32 * 1024 * 1024
SECONDS = 30
AT_ONCE = 8
TRIES = 5
MOST_TOLD = 20
CLOCKS_DIFFER = 300  # seconds that our clock and the log's may be apart
EASTERNMOST = 14 * 3600  # a day begins there so many seconds earlier than in UTC

_HEAD = struct.Struct(">BBQ")
_FACTS = struct.Struct(">HBHB")
_POSITION = struct.Struct(">Q")

_english = False


def say(indonesian: str, english: str) -> str:
    """The sentence in the language that was asked for."""
    return english if _english else indonesian


class Unreadable(Exception):
    """What was to be read is not there, or is not of the kind."""


def require(what: object, *, is_so: bool) -> None:
    """Raise ValueError that says what is not as it must be."""
    if not is_so:
        raise ValueError(what)


# Where the log is read from


class Source(Protocol):
    """The files of a log."""

    def get(self, path: str) -> bytes | None:
        """A file by its path below the log's address; None where there is none."""
        ...


class Folder:
    """Files in a folder, in the places that they have below the log's address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, path: str) -> bytes | None:
        """See Source."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None


class Archives:
    """One or more TAR files, each with a part of the log; nothing is unpacked on the disk."""

    def __init__(self, files: Iterable[Path]) -> None:
        self._found: dict[str, memoryview] = {}
        for file in files:
            content = memoryview(file.read_bytes())
            with tarfile.open(file, "r:") as archive:
                for each in archive:
                    if not each.isfile():
                        continue
                    data = content[each.offset_data : each.offset_data + each.size]
                    # All parts must be of one moment.
                    if bytes(self._found.setdefault(each.name, data)) != bytes(data):
                        raise Unreadable(
                            say(
                                f"Berkas-berkas TAR berbeda pada {each.name}: unduh semuanya lagi.",
                                f"The TAR files differ in {each.name}: download all of them again.",
                            )
                        )

    def get(self, path: str) -> bytes | None:
        """See Source."""
        data = self._found.get(path)
        return None if data is None else bytes(data)


class Web:
    """The log at its address."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")

    def get(self, path: str) -> bytes | None:
        """See Source; waits where it is told that it asks too often."""
        for attempt in range(TRIES):
            wish = urllib.request.Request(  # noqa: S310 - the scheme was looked at
                f"{self._address}/{path}", headers={"User-Agent": "sakuham-audit/1"}
            )
            try:
                with urllib.request.urlopen(wish, timeout=SECONDS) as answer:  # noqa: S310
                    data: bytes = answer.read(LARGEST_ANSWER + 1)
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return None
                if error.code not in {429, 503} or attempt == TRIES - 1:
                    raise Unreadable(f"{self._address}/{path}: HTTP {error.code}") from error
                asked = error.headers.get("Retry-After") or ""
                time.sleep(min(60, int(asked)) if asked.isdecimal() else 2**attempt)
            except OSError as error:
                raise Unreadable(f"{self._address}/{path}: {error}") from error
            else:
                if len(data) > LARGEST_ANSWER:
                    raise Unreadable(f"{self._address}/{path}: > {LARGEST_ANSWER} bytes")
                return data
        return None


def open_source(names: list[str]) -> Source:
    """Where these names lead: one address, one folder, or TAR files."""
    if len(names) == 1 and re.match(r"https?://", names[0]):
        return Web(names[0])
    paths = [Path(name) for name in names]
    if len(paths) == 1 and paths[0].is_dir():
        return Folder(paths[0])
    return Archives(paths)


def fetch(source: Source, path: str) -> bytes:
    """A file that must be there."""
    data = source.get(path)
    if data is None:
        raise Unreadable(say(f"Tidak ada: {path}", f"It is not there: {path}"))
    return data


# Signed checkpoints


@dataclass(frozen=True)
class Key:
    """A key that may sign: its name, its four bytes, and the key itself."""

    name: str
    hint: bytes
    public: bytes

    @classmethod
    def read(cls, line: str) -> "Key":
        """From `name+hash+key`."""
        try:
            name, hint, data = line.strip().split("+", 2)
            kind_and_key = base64.b64decode(data, validate=True)
            key = cls(name, bytes.fromhex(hint), kind_and_key[1:])
        except ValueError as error:
            raise Unreadable(say(f"Bukan kunci: {line}", f"No key: {line}")) from error
        expected = hashlib.sha256(name.encode() + b"\n" + kind_and_key).digest()[:4]
        if kind_and_key[:1] != b"\1" or len(key.public) != 32 or key.hint != expected:
            raise Unreadable(say(f"Kunci rusak: {line}", f"A broken key: {line}"))
        return key


@dataclass(frozen=True)
class Checkpoint:
    """A signed state of the log."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: tuple[tuple[str, bytes], ...]
    note: bytes

    @classmethod
    def read(cls, note: bytes) -> "Checkpoint":
        """From a signed note; the signatures are checked by `signer`."""
        try:
            head, signatures = note.decode().rsplit("\n\n", 1)
            origin, size, root = head.split("\n")[:3]
            require(size, is_so=re.fullmatch(r"0|[1-9][0-9]{0,17}", size) is not None)
            found = []
            for line in signatures.splitlines():
                dash, name, data = line.split(" ")
                require(line, is_so=dash == "—")
                found.append((name, base64.b64decode(data, validate=True)))
            digest = base64.b64decode(root, validate=True)
            require(root, is_so=len(digest) == HASH)
            return cls(origin, int(size), digest, f"{head}\n".encode(), tuple(found), note)
        except ValueError as error:
            raise Unreadable(say("Ini bukan titik periksa.", "This is no checkpoint.")) from error

    def signer(self, keys: Iterable[Key]) -> Key | None:
        """The key that has signed it; None where none has, or a signature of one is false."""
        signed_by = None
        for key in keys:
            for name, data in self.signatures:
                if name != key.name or name != self.origin or data[:4] != key.hint:
                    continue
                try:
                    Ed25519PublicKey.from_public_bytes(key.public).verify(data[4:], self.text)
                except InvalidSignature:
                    return None
                signed_by = key
        return signed_by


# The tree


def tile_path(level: str, number: int, width: int) -> str:
    """The place of a tile, as C2SP tlog-tiles has it."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    ending = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(parts)}{ending}"


def widths(count: int) -> list[int]:
    """How wide the tiles are that so many hashes take."""
    full, rest = divmod(count, WIDTH)
    return [WIDTH] * full + [rest] * (rest > 0)


def fold(hashes: list[bytes]) -> bytes:
    """The hash over a power of two of hashes."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    return hashes[0]


def cut(hashes: bytes) -> list[bytes]:
    """Hashes one by one."""
    return [hashes[start : start + HASH] for start in range(0, len(hashes), HASH)]


def root_of(levels: list[bytes], size: int) -> bytes:
    """The root that the tree had when it had this size.

    levels: of each level of tiles all hashes of subtrees that are full, one after the other.
    """
    root: bytes | None = None
    for level, hashes in enumerate(levels):
        count = size >> 8 * level
        rest = cut(hashes[count // WIDTH * WIDTH * HASH : count * HASH])
        while rest:
            width = len(rest) & -len(rest)
            subtree = fold(rest[-width:])
            root = subtree if root is None else hashlib.sha256(b"\1" + subtree + root).digest()
            rest = rest[:-width]
    return hashlib.sha256(b"").digest() if root is None else root


def root_by_proof(leaf: bytes, position: int, size: int, hashes: list[bytes]) -> bytes | None:
    """The root to which a proof of inclusion leads (RFC 9162, 2.1.3.2); None where it cannot be."""
    if not 0 <= position < size:
        return None
    first, last, root = position, size - 1, leaf
    for digest in hashes:
        if last == 0:
            return None
        if first & 1 or first == last:
            root = hashlib.sha256(b"\1" + digest + root).digest()
            while first and not first & 1:
                first, last = first >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\1" + root + digest).digest()
        first, last = first >> 1, last >> 1
    return root if last == 0 else None


# The log as a whole


@dataclass
class Audit:
    """What is known of a log once it was gone through."""

    findings: list[str] = field(default_factory=list)
    finding_count: int = 0
    levels: list[bytes] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    in_force: Counter[str] = field(default_factory=Counter)
    ended: dict[int, int] = field(default_factory=dict)
    """By the position of the issue, what took a certificate out of force."""

    def find(self, indonesian: str, english: str) -> None:
        """Note that something is wrong."""
        self.finding_count += 1
        if len(self.findings) < MOST_TOLD:
            self.findings.append(say(indonesian, english))


def read_entries(data: bytes) -> list[bytes]:
    """The entries of a bundle, each after its length; raises ValueError."""
    entries = []
    start, end = 0, len(data)
    while start < end:
        stop = start + 2 + (data[start] << 8 | data[start + 1]) if start + 2 <= end else end + 1
        if stop > end:
            raise ValueError("a bundle ends in the middle of an entry")
        entries.append(data[start + 2 : stop])
        start = stop
    return entries


def gather(source: Source, paths: list[str]) -> Iterator[bytes | None]:
    """Files in their order; from the web some at once, and a few of them ahead of time."""
    if not isinstance(source, Web):
        yield from map(source.get, paths)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(paths), WIDTH):
            yield from pool.map(source.get, paths[start : start + WIDTH])


def audit_log(source: Source, checkpoint: Checkpoint, *, now: float) -> Audit:
    """Go through all entries and hashes up to a checkpoint, and note whatever is wrong."""
    audit = Audit()
    reader = _Entries(audit)
    sha256 = hashlib.sha256
    leaves: list[bytes] = []
    above: list[bytes] = []
    shape = widths(checkpoint.size)
    bundles = gather(source, [tile_path("entries", *each) for each in enumerate(shape)])
    for number, (width, data) in enumerate(zip(shape, bundles, strict=True)):
        try:
            entries = read_entries(_present(data, tile_path("entries", number, width)))
        except ValueError as error:
            raise Unreadable(f"{tile_path('entries', number, width)}: {error}") from error
        if len(entries) != width:
            audit.find(
                f"Bundel {number} memuat {len(entries)} entri, bukan {width}.",
                f"Bundle {number} holds {len(entries)} entries instead of {width}.",
            )
        hashes = [sha256(b"\0" + entry).digest() for entry in entries]
        reader.read(entries)
        leaves.append(b"".join(hashes))
        if len(hashes) == WIDTH:
            above.append(fold(hashes))
    audit.levels.append(b"".join(leaves))
    while above:
        level = b"".join(above)
        audit.levels.append(level)
        above = [
            fold(cut(level[start : start + WIDTH * HASH]))
            for start in range(0, len(level) // (WIDTH * HASH) * WIDTH * HASH, WIDTH * HASH)
        ]
    _compare_tiles(source, checkpoint, audit)
    if root_of(audit.levels, checkpoint.size) != checkpoint.root:
        audit.find(
            "Akar yang dihitung dari semua entri bukan akar yang ditandatangani: ada entri yang "
            "diubah, dihilangkan, disisipkan, atau ditukar urutannya.",
            "The root computed from all entries is not the one that was signed: an entry was "
            "changed, dropped, added, or moved.",
        )
    if reader.last > now + CLOCKS_DIFFER:
        audit.find(
            f"Entri terakhir bertanggal {_moment(reader.last)}, di masa depan.",
            f"The last entry is of {_moment(reader.last)}, which is to come.",
        )
    return audit


def _present(data: bytes | None, path: str) -> bytes:
    if data is None:
        raise Unreadable(say(f"Tidak ada: {path}", f"It is not there: {path}"))
    return data


def _compare_tiles(source: Source, checkpoint: Checkpoint, audit: Audit) -> None:
    """Every tile that is served must hold the hashes that its entries give."""
    for level, hashes in enumerate(audit.levels):
        shape = widths(checkpoint.size >> 8 * level)
        paths = [tile_path(str(level), *each) for each in enumerate(shape)]
        for number, (path, data) in enumerate(zip(paths, gather(source, paths), strict=True)):
            start = number * WIDTH * HASH
            if _present(data, path) != hashes[start : start + shape[number] * HASH]:
                audit.find(
                    f"{path} memuat sidik yang lain dari yang dihitung dari entrinya.",
                    f"{path} holds other hashes than its entries give.",
                )


class _Entries:
    """Reads entries one after the other: their form, their time, and what follows from what."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._modules: list[str | None] = []
        """Of each position the module that was issued for; None where it is no issue."""
        self.last = 0
        self._latest_month = 0

    def read(self, entries: list[bytes]) -> None:
        """The next of them."""
        counts, modules = self._audit.counts, self._modules
        for entry in entries:
            module = None
            try:
                form, kind, logged_at = _HEAD.unpack_from(entry)
                require(form, is_so=form == 1)
                if logged_at != self.last:
                    self._turn_to(logged_at)
                if kind == ISSUE:
                    module = self._issue(entry)
                else:
                    self._change(kind, entry)
                counts[kind] += 1
            except (struct.error, ValueError) as error:
                self._audit.find(
                    f"Entri {len(modules)} tidak dapat dibaca: {error}.",
                    f"Entry {len(modules)} cannot be read: {error}.",
                )
            modules.append(module)

    def _turn_to(self, logged_at: int) -> None:
        if logged_at < self.last:
            self._audit.find(
                f"Entri {len(self._modules)} bertanggal {_moment(logged_at)}, lebih awal daripada "
                f"entri sebelumnya ({_moment(self.last)}).",
                f"Entry {len(self._modules)} is of {_moment(logged_at)}, earlier than the one "
                f"before it ({_moment(self.last)}).",
            )
        self.last = logged_at
        there = time.gmtime(min(logged_at, 1 << 40) + EASTERNMOST)
        self._latest_month = there.tm_year * 12 + there.tm_mon

    def _issue(self, entry: bytes) -> str:
        year, month, _, length = _FACTS.unpack_from(entry, _HEAD.size)
        start = _HEAD.size + _FACTS.size
        if len(entry) != start + length + HASH or not 1 <= month <= 12:
            raise ValueError("an issue of another length, or of no month")
        if year * 12 + month > self._latest_month:
            self._audit.find(
                f"Entri {len(self._modules)} mencatat sertifikat bulan {year}-{month:02d}, yang "
                "ketika itu belum tiba.",
                f"Entry {len(self._modules)} is of a certificate of {year}-{month:02d}, which "
                "had not come then.",
            )
        module = entry[start : start + length].decode()
        self._audit.in_force[module] += 1
        return module

    def _change(self, kind: int, entry: bytes) -> None:
        (issue,) = _POSITION.unpack(entry[_HEAD.size :])
        position = len(self._modules)
        module = self._modules[issue] if issue < position else None
        if kind not in {REPLACEMENT, REVOCATION, REINSTATEMENT}:
            raise ValueError(f"kind {kind}")
        is_ended = issue in self._audit.ended
        if module is None:
            self._audit.find(
                f"Entri {position} menunjuk entri {issue}, yang bukan penerbitan sebelumnya.",
                f"Entry {position} is about entry {issue}, which is no issue before it.",
            )
        elif (kind == REINSTATEMENT) != is_ended:
            self._audit.find(
                f"Entri {position} tidak sesuai dengan keadaan sertifikat pada entri {issue}.",
                f"Entry {position} does not fit what had become of the certificate of {issue}.",
            )
        elif kind == REINSTATEMENT:
            del self._audit.ended[issue]
            self._audit.in_force[module] += 1
        else:
            self._audit.ended[issue] = kind
            self._audit.in_force[module] -= 1


def _moment(seconds: int) -> str:
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
    except (OverflowError, ValueError, OSError):
        return str(seconds)


# One certificate


def check_certificate(
    proof_file: Path,
    opening_file: Path | None,
    keys: list[Key],
    checkpoint: Checkpoint,
    audit: Audit,
) -> list[str]:
    """Check a proof, and what opens its commitment; notes what is wrong, and says what is right."""
    proof = _read_json(proof_file, "sakuham.log.proof.1")
    try:
        entry = base64.b64decode(proof["entry"], validate=True)
        hashes = [base64.b64decode(each, validate=True) for each in proof["hashes"]]
        position, theirs = int(proof["position"]), Checkpoint.read(proof["checkpoint"].encode())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{proof_file}: {error}") from error
    leaf = hashlib.sha256(b"\0" + entry).digest()
    if theirs.origin != checkpoint.origin or theirs.signer(keys) is None:
        audit.find(
            "Titik periksa dalam bukti tidak ditandatangani kunci log ini.",
            "The checkpoint in the proof is not signed by a key of this log.",
        )
    if theirs.size > checkpoint.size or root_of(audit.levels, theirs.size) != theirs.root:
        audit.find(
            "Titik periksa dalam bukti bukan keadaan log ini.",
            "The checkpoint in the proof is no state of this log.",
        )
    if root_by_proof(leaf, position, theirs.size, hashes) != theirs.root:
        audit.find(
            "Bukti itu tidak mengantar dari entri ke akarnya.",
            "The proof does not lead from the entry to its root.",
        )
    if audit.levels[0][position * HASH : (position + 1) * HASH] != leaf or entry[1:2] != b"\1":
        audit.find(
            f"Entri {position} dalam log bukan penerbitan yang disebut bukti itu.",
            f"Entry {position} of the log is not the issue that the proof has.",
        )
    lines = []
    ended = audit.ended.get(position)
    if not audit.finding_count:
        state = {
            None: ("berlaku", "in force"),
            REPLACEMENT: ("diganti", "replaced"),
            REVOCATION: ("dicabut", "revoked"),
        }[ended]
        lines.append(
            say(
                f"Sertifikat ini adalah entri {position}, dihitung dari 0: {state[0]}.",
                f"This certificate is entry {position}, counted from 0: {state[1]}.",
            )
        )
    if opening_file is not None:
        lines += _check_opening(opening_file, entry, audit)
    return lines


def _check_opening(file: Path, entry: bytes, audit: Audit) -> list[str]:
    opening = _read_json(file, "sakuham.log.opening.1")
    try:
        salt = base64.b64decode(opening["salt"], validate=True)
        text = str(opening["facts"])
        facts = json.loads(text)
        told = {name: facts[name] for name in ("holder_name", "title", "number", "completed_on")}
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"{file}: {error}") from error
    expected = hashlib.sha256(b"sakuham/cert/1" + salt + text.encode()).digest()
    if len(salt) != 16 or entry[-HASH:] != expected:
        audit.find(
            "Isi dalam berkas pembuka bukan isi yang tercatat dalam log.",
            "The facts in the opening are not those that were logged.",
        )
        return []
    return [
        say("Isi yang tercatat: ", "The facts that were logged: ")
        + ", ".join(f"{name}={value}" for name, value in told.items())
    ]


def _read_json(file: Path, form: str) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unreadable(f"{file}: {error}") from error
    if not isinstance(content, dict) or content.get("form") != form:
        raise Unreadable(say(f"{file} bukan {form}.", f"{file} is no {form}."))
    return content


# The command


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        prog="audit.py",
        description="Memeriksa log sertifikat SakuHAM. / Checks a log of SakuHAM's certificates.",
        epilog="0: semua benar / all is right. 1: ada yang salah / something is wrong. "
        "2: tidak dapat dibaca / it could not be read.",
    )
    parser.add_argument(
        "source", nargs="+", help="alamat log, folder, atau berkas TAR / address, folder, TAR files"
    )
    parser.add_argument(
        "--key",
        action="append",
        metavar="KEY",
        help="kunci yang Anda percaya, nama+sidik+kunci / a key that you trust",
    )
    parser.add_argument(
        "--since",
        type=Path,
        metavar="FILE",
        help="titik periksa yang Anda simpan dahulu / a checkpoint that you kept",
    )
    parser.add_argument(
        "--save",
        type=Path,
        metavar="FILE",
        help="simpan titik periksa ini bila semua benar / keep this one if all is right",
    )
    parser.add_argument("--proof", type=Path, metavar="FILE", help="bukti.json")
    parser.add_argument("--opening", type=Path, metavar="FILE", help="pembuka.json")
    parser.add_argument("--english", action="store_true", help="in English")
    asked = parser.parse_args(arguments)
    if asked.opening is not None and asked.proof is None:
        parser.error("--opening: --proof?")
    return asked


def main(arguments: list[str] | None = None) -> int:
    """Check what was asked for, say what came of it, and return the exit code."""
    global _english
    asked = parse_arguments(arguments)
    _english = asked.english
    try:
        return _check(asked)
    except Unreadable as problem:
        print(say(f"TIDAK TERBACA: {problem}", f"UNREADABLE: {problem}"))
    except (OSError, tarfile.TarError) as problem:
        print(say(f"TIDAK TERBACA: {problem}", f"UNREADABLE: {problem}"))
    return UNREADABLE


def _check(asked: argparse.Namespace) -> int:
    source = open_source(asked.source)
    checkpoint = Checkpoint.read(fetch(source, "checkpoint"))
    keys, are_trusted = _keys(asked.key, source)
    signed_by = checkpoint.signer(keys)
    audit = audit_log(source, checkpoint, now=time.time())
    if signed_by is None:
        audit.find(
            "Titik periksa tidak ditandatangani kunci yang dikenal, atau tanda tangannya palsu.",
            "The checkpoint is not signed by a known key, or its signature is false.",
        )
    if asked.since is not None:
        _compare_with(Checkpoint.read(asked.since.read_bytes()), checkpoint, keys, audit)
    lines = _summary(checkpoint, audit, signed_by)
    if asked.proof is not None:
        lines += check_certificate(asked.proof, asked.opening, keys, checkpoint, audit)
    print("\n".join(lines))
    if not are_trusted:
        print(
            say(
                "Perhatian: kuncinya diambil dari log itu sendiri. Cocokkan dengan kunci yang Anda "
                "catat, lalu sebut dengan --key.",
                "Mind: the key was taken from the log itself. Compare it with one that you have "
                "noted down, and name it by --key.",
            )
        )
    if audit.findings:
        for finding in audit.findings:
            print(say("SALAH: ", "WRONG: ") + finding)
        if audit.finding_count > len(audit.findings):
            more = audit.finding_count - len(audit.findings)
            print(say(f"SALAH: dan {more} hal lagi.", f"WRONG: and {more} things more."))
        print(
            say(
                "Simpan titik periksa dan berkas log ini: bersama-sama keduanya adalah bukti.",
                "Keep the checkpoint and the files of this log: together they are evidence.",
            )
        )
        return WRONG
    if asked.save is not None:
        _save(asked.save, checkpoint.note)
    print(say("SEMUA BENAR.", "ALL IS RIGHT."))
    return ALL_RIGHT


def _keys(given: list[str] | None, source: Source) -> tuple[list[Key], bool]:
    """The keys that may have signed, and whether they are the auditor's own."""
    if given:
        return [Key.read(line) for line in given], True
    lines = fetch(source, "kunci").decode(errors="replace").splitlines()
    return [Key.read(line) for line in lines if line.strip()], False


def _compare_with(kept: Checkpoint, checkpoint: Checkpoint, keys: list[Key], audit: Audit) -> None:
    """The log of before must be the beginning of the log of now."""
    if kept.origin != checkpoint.origin:
        audit.find(
            f"Titik periksa simpanan berasal dari log lain: {kept.origin}.",
            f"The checkpoint that you kept is of another log: {kept.origin}.",
        )
    elif kept.signer(keys) is None:
        audit.find(
            "Titik periksa simpanan tidak ditandatangani kunci-kunci ini.",
            "The checkpoint that you kept is not signed by these keys.",
        )
    if kept.size > checkpoint.size:
        audit.find(
            f"Log menyusut: dahulu {kept.size} entri, sekarang {checkpoint.size}.",
            f"The log has shrunk: it had {kept.size} entries, and has {checkpoint.size}.",
        )
    elif root_of(audit.levels, kept.size) != kept.root:
        audit.find(
            f"{kept.size} entri pertama bukan lagi yang dahulu: log ditulis ulang.",
            f"The first {kept.size} entries are not those of before: the log was rewritten.",
        )


def _summary(checkpoint: Checkpoint, audit: Audit, signed_by: Key | None) -> list[str]:
    counts = audit.counts
    total = counts[ISSUE] - counts[REPLACEMENT] - counts[REVOCATION] + counts[REINSTATEMENT]
    lines = [
        f"{checkpoint.origin}: {checkpoint.size} " + say("entri", "entries"),
        say("Akar: ", "Root: ") + base64.b64encode(checkpoint.root).decode(),
    ]
    if signed_by is not None:
        packed = base64.b64encode(b"\1" + signed_by.public).decode()
        lines.append(
            say("Ditandatangani: ", "Signed by: ")
            + f"{signed_by.name}+{signed_by.hint.hex()}+{packed}"
        )
    lines.append(
        say(
            f"Penerbitan {counts[ISSUE]} - penggantian {counts[REPLACEMENT]} - pencabutan "
            f"{counts[REVOCATION]} + pemulihan {counts[REINSTATEMENT]} = {total} "
            "sertifikat berlaku",
            f"Issues {counts[ISSUE]} - replacements {counts[REPLACEMENT]} - revocations "
            f"{counts[REVOCATION]} + reinstatements {counts[REINSTATEMENT]} = {total} "
            "certificates in force",
        )
    )
    lines += [f"  {module or '–'}: {count}" for module, count in sorted(audit.in_force.items())]
    return lines


def _save(file: Path, note: bytes) -> None:
    """As a whole or not at all: what is kept must not be lost to a full disk."""
    draft = file.with_name(f"{file.name}.new")
    draft.write_bytes(note)
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main())
