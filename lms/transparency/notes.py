"""Checkpoints as C2SP has them: a signed note that names the log, its size and its root.

c2sp.org/tlog-checkpoint says what the note's text is, c2sp.org/signed-note how it is signed.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.keys.signers import Signer
from lms.transparency.tree import HASH_SIZE

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
        head = Head(origin, int(size), base64.b64decode(root, validate=True))
    except ValueError as error:
        raise BadNote("This is no checkpoint.") from error
    if head.size < 0 or len(head.root) != HASH_SIZE:
        raise BadNote("This is no checkpoint.")
    return head


def is_signed_by(note: str, public_key: bytes) -> bool:
    """Whether one of a checkpoint's signatures is by the key of which these are the public bytes.

    Other signatures, such as those of witnesses, may stand beside it.
    """
    text, _, signatures = note.partition("\n\n")
    origin = text.partition("\n")[0]
    key = Ed25519PublicKey.from_public_bytes(public_key)
    for line in signatures.splitlines():
        try:
            signature = base64.b64decode(line.rpartition(" ")[2], validate=True)
            if signature[:4] == _key_hash(origin, public_key):
                key.verify(signature[4:], f"{text}\n".encode())
                return True
        except (ValueError, InvalidSignature):
            continue
    return False


def verifier_key(origin: str, public_key: bytes) -> str:
    """A public key in one line, as readers of signed notes take it: name+hash+key."""
    return f"{origin}+{_key_hash(origin, public_key).hex()}+{_encode(_ED25519 + public_key)}"


def _key_hash(origin: str, public_key: bytes) -> bytes:
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + public_key).digest()[:4]


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
