"""Reads the signed content of QR codes, as the pages' script does; for tests alone.

A reader of its own, in another language than that of the pages and by the same vectors
(`tests/unit/certificates/qr_codes.json`): what the house signs is judged by what it does not use.
"""

import binascii
import hashlib
import re
import unicodedata
from base64 import b32decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates.wording import printable_text

VERSION: Final = 1
VERSION_WITH_END: Final = 2
SIGNATURE_BYTES: Final = 64
NAME_HASH_BYTES: Final = 8

_DOMAIN: Final = b"sakuham.qr.1"
_FIRST_DAY: Final = date(2020, 1, 1)
_SIGNED: Final = re.compile(
    r"(https?)://([^/?#\s]+)((?:/[^/?#\s]+)*)/([a-z]+)/([0-9a-z]+)#([a-z2-7]+)", re.IGNORECASE
)

Plain = int | str | bytes | list["Plain"]


class Genuineness(Enum):
    """What a signature tells: that we made it, that we did not, or nothing before keys are renewed.

    UNKNOWN_KEY: it names a key that whoever checks has not got.
    """

    GENUINE = "genuine"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown key"


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """What a QR code of ours says; true only once `verify` has said so.

    site: the address up to the code, without its scheme, as signed: `sakuham.example/v`.
    certificate_id: its place in the lists of what is out of force. module: code of the pocketbook,
    or the title where it is none. name: the holder's, or its beginning where `name_hash` is there.
    valid_until: the last day on which it is in force; None for good.
    """

    site: str
    code: str
    key_number: int
    certificate_id: int
    module: str
    credit_hours: int
    completed_on: date
    name: str
    name_hash: bytes | None
    payload: bytes
    signature: bytes
    valid_until: date | None = None

    def is_name(self, name: str) -> bool:
        """Whether this is the whole name, also where the code holds its beginning only."""
        wanted = _composed(name)
        if self.name_hash is None:
            return wanted == self.name
        return wanted.startswith(self.name) and _hash(wanted) == self.name_hash


def parse_signed_address(text: str) -> SignedAddress | None:
    """Read the content of a QR code, in capitals or not; None for whatever is not of this form."""
    found = _SIGNED.fullmatch(text.strip())
    if found is None:
        return None
    _, host, path, page, code, fragment = found.groups()
    try:
        content = b32decode(fragment.upper() + "=" * (-len(fragment) % 8))
    except binascii.Error:
        return None
    payload, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
    try:
        values = _Reader(payload).read_all()
    except ValueError:
        return None
    match values:
        case [int(version), int(key), int(row), str(module), int(hours), int(days), name, *end] if (
            abs(days) < 100_000
        ):
            pass
        case _:
            return None
    completed_on = _FIRST_DAY + timedelta(days)
    match version, end:
        case int(plain), [] if plain == VERSION:
            valid_until = None
        case int(ends), [int(term)] if ends == VERSION_WITH_END and abs(term) < 100_000:
            valid_until = completed_on + timedelta(term)
        case _:
            return None
    match name:
        case str():
            beginning, name_hash = name, None
        case [str(beginning), bytes(name_hash)]:
            pass
        case _:
            return None
    return SignedAddress(
        site=f"{host.lower()}{path}/{page.lower()}",
        code=code.upper(),
        key_number=key,
        certificate_id=row,
        module=module,
        credit_hours=hours,
        completed_on=completed_on,
        name=beginning,
        name_hash=name_hash,
        payload=payload,
        signature=signature,
        valid_until=valid_until,
    )


def verify(signed: SignedAddress, public_keys: Mapping[int, bytes]) -> Genuineness:
    """Judge a signature by keys for QR codes: 32 bytes each, by number, retired ones too."""
    public_key = public_keys.get(signed.key_number)
    if public_key is None:
        return Genuineness.UNKNOWN_KEY
    signed_bytes = _signed_bytes(signed.site, signed.code, signed.payload)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signed.signature, signed_bytes)
    except InvalidSignature:
        return Genuineness.FORGED
    return Genuineness.GENUINE


class _Reader:
    """Reads the few things of CBOR that a payload holds; there is nothing else it could be given.

    A stranger's bytes are read before their signature is checked, since they name the key: a
    reader of all of CBOR would make dates, patterns and great numbers of them.
    """

    def __init__(self, content: bytes) -> None:
        self._content, self._place = content, 0

    def read_all(self) -> Plain:
        """The one value that the bytes are; raises ValueError for anything else."""
        value = self._read(depth=0)
        if self._place != len(self._content):
            raise ValueError("There is more than one value.")
        return value

    def _read(self, depth: int) -> Plain:
        head = self._take(1)[0]
        kind, size = head >> 5, head & 31
        if 24 <= size <= 27:
            size = int.from_bytes(self._take(1 << size - 24))
        elif size > 27:
            raise ValueError("The length is not told.")
        match kind:
            case 0:
                return size
            case 1:
                return -1 - size
            case 2:
                return self._take(size)
            case 3:
                return self._take(size).decode()
            case 4 if depth < 2 and size < 10:
                return [self._read(depth + 1) for _ in range(size)]
        raise ValueError(f"A payload has no values of kind {kind}.")

    def _take(self, size: int) -> bytes:
        taken = self._content[self._place : self._place + size]
        if len(taken) != size:
            raise ValueError("The bytes end too early.")
        self._place += size
        return taken


def _signed_bytes(site: str, code: str, payload: bytes) -> bytes:
    return b"\0".join((_DOMAIN, site.encode(), code.encode(), payload))


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", printable_text(name))


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:NAME_HASH_BYTES]
