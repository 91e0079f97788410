"""The auditor's program: a true log is right, and every way to falsify one is found and named.

Logs are made here as files, and signed by the true key wherever that makes a forgery harder to see:
whoever has the log in hand has its key.
"""

import ast
import base64
import json
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.keys.signers import LocalSigner
from lms.transparency.entries import Change, Entry, Issue, bundle, commitment_to
from lms.transparency.enums import EntryKind
from lms.transparency.notes import Head, sign_head, verifier_key
from lms.transparency.paths import ENTRIES, tile_path
from lms.transparency.tree import (
    HASH_SIZE,
    TILE_WIDTH,
    Edge,
    hash_of_range,
    inclusion_ranges,
    leaf_hash,
)
from tests.conftest import ROOT
from tools.audit import ALL_RIGHT, UNREADABLE, WRONG, main

ORIGIN = "sakuham.example/log"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ANOTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
BEGAN = 1_780_000_000  # in May 2026
FACTS = json.dumps(
    {"holder_name": "Ayu", "title": "HAM", "number": "1", "completed_on": "2026-05-15"}
)
SALT = bytes(range(16))

Audit = Callable[..., int]


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def issue(number: int, **changes: object) -> Issue:
    """The entry of a certificate."""
    facts = commitment_to(FACTS.encode(), SALT) if number == 0 else number.to_bytes(32, "big")
    entry = Issue(
        logged_at=BEGAN + number,
        month=(2026, 5),
        credit_hours=3,
        module_code=f"HAM-0{number % 2}",
        commitment=facts,
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def change(kind: EntryKind, of: int, at: int) -> Change:
    return Change(kind=kind, logged_at=BEGAN + at, issue_position=of)


def true_entries(count: int = 300) -> list[Entry]:
    """Issues, and at the end one of each thing that can become of them."""
    return [
        *(issue(number) for number in range(count - 4)),
        change(EntryKind.REVOCATION, 3, count),
        change(EntryKind.REPLACEMENT, 4, count),
        change(EntryKind.REINSTATEMENT, 3, count),
        change(EntryKind.REVOCATION, 5, count),
    ]


class Log:
    """A log as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, entries: Sequence[Entry], key: Ed25519PrivateKey = KEY) -> str:
        """Write all of it, signed; returns the checkpoint."""
        data = [entry.encode() for entry in entries]
        edge = Edge(0, {})
        edge.add(leaf_hash(each) for each in data)
        for (level, number), tile in edge.grown().items():
            self.put(level, number, len(tile) // HASH_SIZE, tile)
        for start in range(0, len(data), TILE_WIDTH):
            part = data[start : start + TILE_WIDTH]
            self.put(ENTRIES, start // TILE_WIDTH, len(part), bundle(part))
        note = sign_head(
            Head(ORIGIN, edge.size, edge.root()), LocalSigner("log-1", key), public(key)
        )
        (self.folder / "checkpoint").write_text(note)
        (self.folder / "kunci").write_text(verifier_key(ORIGIN, public(KEY)) + "\n")
        return note

    def write_bundles(self, entries: list[Entry]) -> None:
        """Put other entries in the place of those that tiles and checkpoint are of."""
        data = [entry.encode() for entry in entries]
        for start in range(0, len(data), TILE_WIDTH):
            part = data[start : start + TILE_WIDTH]
            self.put(ENTRIES, start // TILE_WIDTH, len(part), bundle(part))

    def put(self, level: int, number: int, width: int, content: bytes) -> None:
        file = self.folder / "tile" / tile_path(level, number, width)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    folder = tmp_path / "log"
    folder.mkdir()
    return Log(folder)


@pytest.fixture
def audit(log: Log) -> Audit:
    """Check the log with these arguments; gives the exit code."""

    def check(*arguments: object) -> int:
        return main([str(log.folder), "--english", *map(str, arguments)])

    return check


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_a_true_log_is_right_and_recounted(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(true_entries())
    assert audit() == ALL_RIGHT
    words = said(capsys)
    assert "Issues 296 - replacements 1 - revocations 2 + reinstatements 1 = 294" in words
    assert "HAM-00: 147" in words
    assert "HAM-01: 147" in words
    assert "Mind: the key was taken from the log itself" in words
    assert audit("--key", verifier_key(ORIGIN, public(KEY))) == ALL_RIGHT
    assert "Mind:" not in said(capsys)


def test_it_speaks_indonesian(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    log.write(true_entries())
    assert main([str(log.folder)]) == ALL_RIGHT
    assert "SEMUA BENAR." in said(capsys)


@pytest.mark.parametrize("size", [5, 255, 256, 257, 600])
def test_logs_of_every_shape_are_read(log: Log, audit: Audit, size: int) -> None:
    log.write(true_entries(size + 4)[:-4])
    assert audit() == ALL_RIGHT


def test_an_empty_log_is_right(log: Log, audit: Audit) -> None:
    log.write([])
    assert audit() == ALL_RIGHT


def changed(entries: list[Entry]) -> list[Entry]:
    entries[7] = issue(7, credit_hours=30)
    return entries


def dropped(entries: list[Entry]) -> list[Entry]:
    del entries[290]
    return entries


def reordered(entries: list[Entry]) -> list[Entry]:
    entries[8], entries[9] = entries[9], entries[8]
    return entries


def back_dated(entries: list[Entry]) -> list[Entry]:
    entries[8] = issue(8, logged_at=BEGAN - 86_400)
    return entries


def slipped_in(entries: list[Entry]) -> list[Entry]:
    return [*entries[:9], issue(8, commitment=bytes(32)), *entries[9:]]


FORGERIES = (changed, dropped, reordered, back_dated, slipped_in)


@pytest.mark.parametrize("forge", FORGERIES)
def test_entries_that_do_not_fit_the_signed_root_are_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str], forge: Callable[..., list[Entry]]
) -> None:
    """Whoever changes the entries and cannot sign."""
    log.write(true_entries())
    forged = forge(true_entries())
    # As long as it was, so that all files are where the checkpoint says.
    forged = [*forged, issue(299)][:300]
    log.write_bundles(forged)
    assert audit() == WRONG
    assert "The root computed from all entries is not the one that was signed" in said(capsys)


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_log_written_anew_and_signed_is_found_by_who_kept_a_checkpoint(
    log: Log,
    audit: Audit,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    forge: Callable[..., list[Entry]],
) -> None:
    """Whoever has the key, and makes everything anew."""
    kept = tmp_path / "kept.txt"
    log.write(true_entries())
    assert audit("--save", kept) == ALL_RIGHT
    log.write([*forge(true_entries()), issue(301, logged_at=BEGAN + 301)])
    assert audit("--since", kept, "--save", kept) == WRONG
    assert "the log was rewritten" in said(capsys)
    # What was kept stays what it was.
    log.write(true_entries())
    assert audit("--since", kept) == ALL_RIGHT


def test_a_log_that_was_cut_off_is_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    log.write(true_entries())
    audit("--save", kept)
    log.write(true_entries()[:299])
    assert audit("--since", kept) == WRONG
    assert "The log has shrunk: it had 300 entries, and has 299." in said(capsys)


@pytest.mark.parametrize("size", [1, 3, 255, 256, 257, 300])
def test_a_log_that_has_grown_still_holds_the_one_of_before(
    log: Log, audit: Audit, tmp_path: Path, size: int
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(log.write(true_entries()[:size]))
    log.write(true_entries())
    assert audit("--since", kept) == ALL_RIGHT


def test_time_that_goes_back_is_found_though_all_is_signed(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(back_dated(true_entries()))
    assert audit() == WRONG
    words = said(capsys)
    assert "Entry 8 is of 2026-05-27T20:26:40Z, earlier than the one before it" in words


def test_a_month_and_a_time_that_had_not_come_are_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write([issue(0, month=(2026, 6)), issue(1, logged_at=1 << 40)])
    assert audit() == WRONG
    words = said(capsys)
    assert "Entry 0 is of a certificate of 2026-06, which had not come then." in words
    assert "which is to come" in words


@pytest.mark.parametrize(
    "last",
    [
        [change(EntryKind.REVOCATION, 300, 301)],
        [change(EntryKind.REVOCATION, 297, 301)],
        [change(EntryKind.REVOCATION, 5, 301)],
        [change(EntryKind.REINSTATEMENT, 6, 301)],
        [change(EntryKind.REVOCATION, 1 << 60, 301)],
    ],
    ids=["itself", "no issue", "revoked before", "in force", "nowhere"],
)
def test_changes_that_cannot_be_are_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str], last: list[Entry]
) -> None:
    log.write(true_entries() + last)
    assert audit() == WRONG
    assert "Entry 300 " in said(capsys)


def test_bytes_that_are_no_entry_are_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    class Bad:
        def encode(self) -> bytes:
            return b"\1\1"

    log.write([issue(0), Bad(), issue(2)])  # type: ignore[list-item]
    assert audit() == WRONG
    words = said(capsys)
    assert "Entry 1 cannot be read" in words
    assert "= 2 certificates in force" in words


def test_a_tile_of_other_hashes_is_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(true_entries())
    log.put(1, 0, 1, bytes(HASH_SIZE))
    assert audit() == WRONG
    assert "tile/1/000.p/1 holds other hashes than its entries give." in said(capsys)


def test_a_checkpoint_of_another_key_is_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write(true_entries(), ANOTHER_KEY)
    assert audit() == WRONG
    assert "not signed by a known key" in said(capsys)


def test_a_signature_over_something_else_is_found(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    note = log.write(true_entries())
    signature = note.split("\n\n")[1]
    other = log.write(true_entries()[:299])
    (log.folder / "checkpoint").write_text(other.split("\n\n")[0] + "\n\n" + signature)
    assert audit() == WRONG
    assert "its signature is false" in said(capsys)


def test_more_than_can_be_read_is_counted(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str]
) -> None:
    log.write([issue(number, logged_at=BEGAN - number) for number in range(50)])
    assert audit() == WRONG
    words = said(capsys)
    assert words.count("WRONG: Entry") == 20
    assert "and 29 things more" in words


@pytest.mark.parametrize("path", ["checkpoint", "kunci", "tile/entries/000", "tile/0/001.p/44"])
def test_what_is_missing_is_unreadable(
    log: Log, audit: Audit, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    log.write(true_entries())
    (log.folder / path).unlink()
    assert audit() == UNREADABLE
    assert path in said(capsys)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("checkpoint", "x"),
        ("checkpoint", "a\n-1\nAA==\n\n— a AAAA\n"),
        ("kunci", "x\n"),
        ("kunci", f"{ORIGIN}+00000000+AQ==\n"),
        ("tile/entries/000", "\0\1"),
        ("tile/entries/000", "\0\7x"),
    ],
)
def test_what_is_of_no_kind_is_unreadable(log: Log, audit: Audit, path: str, content: str) -> None:
    log.write(true_entries())
    (log.folder / path).write_text(content)
    assert audit() in {UNREADABLE, WRONG}


def test_nothing_is_read_from_nowhere(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nowhere.tar")]) == UNREADABLE
    (tmp_path / "bad.tar").write_bytes(b"x" * 700)
    assert main([str(tmp_path / "bad.tar")]) == UNREADABLE
    assert main(["http://127.0.0.1:9/log"]) == UNREADABLE


def proof_of(entries: Sequence[Entry], position: int, note: str) -> dict[str, object]:
    """As a certificate's page gives it."""
    leaves = [leaf_hash(entry.encode()) for entry in entries]

    def hash_at(level: int, index: int) -> bytes:
        assert level == 0
        return leaves[index]

    ranges = inclusion_ranges(position, len(entries))
    hashes = [hash_of_range(start, end, hash_at) for start, end in ranges]
    return {
        "form": "sakuham.log.proof.1",
        "position": position,
        "entry": base64.b64encode(entries[position].encode()).decode(),
        "hashes": [base64.b64encode(each).decode() for each in hashes],
        "checkpoint": note,
    }


@pytest.fixture
def certificate(log: Log, tmp_path: Path) -> tuple[Path, Path]:
    """The proof and the opening of the first certificate of a log that has grown since."""
    early = true_entries()[:200]
    proof = proof_of(early, 0, log.write(early))
    log.write(true_entries())
    opening = {
        "form": "sakuham.log.opening.1",
        "salt": base64.b64encode(SALT).decode(),
        "facts": FACTS,
    }
    files = (tmp_path / "bukti.json", tmp_path / "pembuka.json")
    files[0].write_text(json.dumps(proof))
    files[1].write_text(json.dumps(opening))
    return files


def test_a_certificate_is_found_in_the_log_and_opened(
    audit: Audit, certificate: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    proof, opening = certificate
    assert audit("--proof", proof) == ALL_RIGHT
    assert "entry 0, counted from 0: in force." in said(capsys)
    assert audit("--proof", proof, "--opening", opening) == ALL_RIGHT
    assert "holder_name=Ayu" in said(capsys)


def test_a_revoked_certificate_is_said_to_be_so(
    log: Log, audit: Audit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    early = true_entries()[:200]
    proof = tmp_path / "bukti.json"
    proof.write_text(json.dumps(proof_of(early, 5, log.write(early))))
    log.write(true_entries())
    assert audit("--proof", proof) == ALL_RIGHT
    assert "entry 5, counted from 0: revoked." in said(capsys)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("position", 1, "does not lead"),
        ("position", 10_000, "does not lead"),
        ("hashes", [], "does not lead"),
        ("entry", "AAAA", "does not lead"),
    ],
)
def test_a_false_proof_is_found(
    audit: Audit,
    certificate: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: object,
    told: str,
) -> None:
    proof, _ = certificate
    proof.write_text(json.dumps(json.loads(proof.read_text()) | {name: value}))
    assert audit("--proof", proof) == WRONG
    assert told in said(capsys)


def test_a_proof_of_another_log_is_found(
    log: Log,
    audit: Audit,
    certificate: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A log shown to one person alone: signed, and with a proof that leads to its root."""
    proof, _ = certificate
    other = [issue(number, credit_hours=9) for number in range(200)]
    proof.write_text(json.dumps(proof_of(other, 0, log.write(other))))
    log.write(true_entries())
    assert audit("--proof", proof) == WRONG
    assert "is no state of this log" in said(capsys)


def test_other_facts_do_not_open_the_commitment(
    audit: Audit, certificate: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    proof, opening = certificate
    forged = json.loads(opening.read_text())
    forged["facts"] = forged["facts"].replace("Ayu", "Budi")
    opening.write_text(json.dumps(forged))
    assert audit("--proof", proof, "--opening", opening) == WRONG
    assert "not those that were logged" in said(capsys)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"form": "sakuham.log.proof.1"}'])
def test_a_file_that_is_no_proof_is_unreadable(
    log: Log, audit: Audit, tmp_path: Path, content: str
) -> None:
    log.write(true_entries())
    proof = tmp_path / "bukti.json"
    proof.write_text(content)
    assert audit("--proof", proof) == UNREADABLE


def test_archives_are_read_without_unpacking_them(log: Log, tmp_path: Path) -> None:
    log.write(true_entries())
    files = [tmp_path / "1.tar", tmp_path / "2.tar"]
    for file, paths in zip(
        files, [("checkpoint", "kunci", "tile/entries"), ("checkpoint", "tile/0", "tile/1")],
        strict=True,
    ):  # fmt: skip
        with tarfile.open(file, "w") as archive:
            for path in paths:
                archive.add(log.folder / path, path)
    assert main([str(files[0]), str(files[1])]) == ALL_RIGHT
    assert main([str(files[0])]) == UNREADABLE
    log.write(true_entries()[:299])
    with tarfile.open(files[1], "w") as archive:
        archive.add(log.folder / "checkpoint", "checkpoint")
    assert main([str(files[0]), str(files[1])]) == UNREADABLE


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address(log: Log) -> Iterator[str]:
    """The log's files behind a web server."""
    handler = partial(Quiet, directory=str(log.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_log_is_read_from_its_address(log: Log, address: str) -> None:
    log.write(true_entries(600))
    assert main([address]) == ALL_RIGHT
    log.write_bundles(changed(true_entries(600)))
    assert main([address]) == WRONG


def test_it_is_one_file_that_needs_nothing_of_ours(log: Log, tmp_path: Path) -> None:
    """Copied elsewhere, and run by a Python that sees no other file of this project."""
    log.write(true_entries())
    program = tmp_path / "audit.py"
    program.write_bytes((ROOT / "tools" / "audit.py").read_bytes())
    command = [sys.executable, "-P", "-W", "error", str(program), str(log.folder)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (ALL_RIGHT, "")
    assert "SEMUA BENAR." in ran.stdout
    imported = set()
    for node in ast.walk(ast.parse(program.read_text())):
        if isinstance(node, ast.Import):
            imported |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).partition(".")[0])
    assert imported - sys.stdlib_module_names == {"cryptography"}
