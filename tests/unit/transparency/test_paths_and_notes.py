"""Paths of tiles and signed notes, as C2SP writes them, and as a reader that is not ours reads."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tlog_scales import tiles as theirs
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tlog import Checkpoint

from lms.keys.signers import LocalSigner
from lms.transparency.notes import (
    BadNote,
    Head,
    origin_at,
    read_head,
    sign_head,
    verifier_key,
)
from lms.transparency.paths import ENTRIES, parse_path, tile_path

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
HEAD = Head("sakuham.example/log", 3, bytes(32))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        ((0, 0, 256), "0/000"),
        ((1, 7, 12), "1/007.p/12"),
        ((0, 1_234_067, 256), "0/x001/x234/067"),
        ((ENTRIES, 1000, 255), "entries/x001/000.p/255"),
    ],
)
def test_a_tile_has_one_path(tile: tuple[int, int, int], path: str) -> None:
    assert tile_path(*tile) == path
    assert parse_path(path) == tile
    partial = 0 if tile[2] == 256 else tile[2]
    assert "/".join(theirs.tile_path(tile[0], tile[1], partial)) == f"tile/{path}"


@pytest.mark.parametrize(
    "path",
    ["", "0", "0/", "0/0", "00/000", "0/1000", "0/x000/001", "64/000", "0/000.p/0", "0/000.p/256",
     "0/000.p/01", "0/x1/000", "-1/000", "entries/000/", "entry/000", "0/x001/x234"],
)  # fmt: skip
def test_what_is_written_otherwise_is_no_path(path: str) -> None:
    assert parse_path(path) is None


def test_a_log_is_named_by_its_address_without_scheme() -> None:
    assert origin_at("https://sakuham.example/log") == "sakuham.example/log"
    assert origin_at("http://127.0.0.1:8000/log/") == "127.0.0.1:8000/log"


def test_another_reader_takes_our_checkpoint_and_key() -> None:
    note = sign_head(HEAD, LocalSigner("log-1", KEY), PUBLIC)
    checkpoint = Checkpoint.from_text(note)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root_hash) == (
        HEAD.origin,
        HEAD.size,
        HEAD.root,
    )
    key = Vkey.from_string(verifier_key(HEAD.origin, PUBLIC))
    assert len(VkeySet(key).verify(checkpoint.signatures, checkpoint)) == 1
    assert read_head(note) == HEAD


@pytest.mark.parametrize("note", ["", "a\nb\nc\n\n", "a\n1\n???\n\n", "a\n1\n\n"])
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        read_head(note)
