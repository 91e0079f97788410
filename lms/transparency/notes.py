"""Checkpoints as C2SP has them: a signed note that names the log, its size and its root.

c2sp.org/tlog-checkpoint says what the note's text is, c2sp.org/signed-note how it is signed.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lms.keys.signers import Signer

_ED25519: Final = b"\x01"


class BadNote(ValueError):
    """This is no checkpoint."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: the log's name, how many entries it has, and their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


def origin_at(address: str) -> str:
    """The name of a log whose pages begin with this address: the same without its scheme."""
    parts = urlsplit(address)
    return (parts.netloc + parts.path).rstrip("/")


def sign_head(head: Head, signer: Signer, public_key: bytes) -> str:
    """The checkpoint: the head, signed by the key of which these are the public 32 bytes."""
    text = head.text()
    signature = _key_hash(head.origin, public_key) + signer.sign(text.encode())
    return f"{text}\n— {head.origin} {_encode(signature)}\n"


def read_head(note: str) -> Head:
    """What a checkpoint says, whoever has signed it; raises BadNote."""
    try:
        origin, size, root = note.partition("\n\n")[0].split("\n")[:3]
        return Head(origin, int(size), base64.b64decode(root, validate=True))
    except ValueError as error:
        raise BadNote("This is no checkpoint.") from error


def verifier_key(origin: str, public_key: bytes) -> str:
    """A public key in one line, as readers of signed notes take it: name+hash+key."""
    return f"{origin}+{_key_hash(origin, public_key).hex()}+{_encode(_ED25519 + public_key)}"


def _key_hash(origin: str, public_key: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
