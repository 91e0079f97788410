"""What stands in a certificate's QR code: its address, and signed behind `#` what it says (ADR 32).

    HTTPS://SAKUHAM.EXAMPLE/V/MBT96K8JG5MG#Q4AQCGF7…

A camera without an application opens the address, and the page there gives the live verdict. A
browser keeps the fragment to itself, so that no server and no log sees it. Whoever holds our public
keys reads it without a network: base 32 (RFC 4648, without padding) of a CBOR array (RFC 8949)

    [1, key number, certificate's row, module, JP, days from 2020-01-01 to completion, name]

and of its signature, 64 bytes of Ed25519. Signed with the array are the site and the code of the
address: a fragment that is moved to another code or another host no longer holds. All but a site's
own path is in capitals, which a QR code holds in 5.5 bits a character (ISO/IEC 18004, 7.4.4).
"""

import binascii
import hashlib
import re
import unicodedata
from base64 import b32decode, b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import accumulate
from typing import Final

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certificates.facts import CertificateFacts
from lms.certificates.wording import printable_text
from lms.keys.signers import Signer

VERSION: Final = 1
SIGNATURE_BYTES: Final = 64
NAME_HASH_BYTES: Final = 8

LONGEST_NAME: Final = 96
"""In bytes. A longer name is cut to its beginning and a hash, so that a module of the code stays
0.43 mm wide on the sheet (ADR 32)."""
BEGINNING: Final = 72
LONGEST_MODULE: Final = 48

_DOMAIN: Final = b"sakuham.qr.1"
_FIRST_DAY: Final = date(2020, 1, 1)
_ADDRESS: Final = re.compile(
    r"(https?)://([^/?#\s]+)((?:/[^/?#\s]+)*)/([a-z]+)/([0-9a-z]+)", re.IGNORECASE
)
_SIGNED: Final = re.compile(_ADDRESS.pattern + r"#([a-z2-7]+)", re.IGNORECASE)

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

    def is_name(self, name: str) -> bool:
        """Whether this is the whole name, also where the code holds its beginning only."""
        wanted = _composed(name)
        if self.name_hash is None:
            return wanted == self.name
        return wanted.startswith(self.name) and _hash(wanted) == self.name_hash


def signed_address(
    address: str, facts: CertificateFacts, certificate_id: int, signer: Signer
) -> str:
    """The content of a certificate's QR code.

    Takes the address of its check, such as `https://sakuham.example/v/MBT96K8JG5MG`, what it says,
    its row, and who signs. The same values give the same text. Raises ValueError for an address
    that does not end with the certificate's code, or a signer whose key has no number.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or found[5].upper() != facts.code:
        raise ValueError(f"{address} is not where {facts.code} is checked.")
    scheme, host, path, page, code = found.groups()
    payload = cbor2.dumps(
        [
            VERSION,
            int(signer.key_id.rpartition("-")[2]),
            certificate_id,
            _module(facts),
            facts.credit_hours,
            (facts.completed_on - _FIRST_DAY).days,
            _shortened(_composed(facts.holder_name)),
        ]
    )
    signature = signer.sign(_signed_bytes(_site(host, path, page), code.upper(), payload))
    fragment = b32encode(payload + signature).decode().rstrip("=")
    return f"{scheme.upper()}://{host.upper()}{path}/{page.upper()}/{code.upper()}#{fragment}"


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
        case [int(version), int(key), int(row), str(module), int(hours), int(days), name] if (
            version == VERSION and abs(days) < 100_000
        ):
            pass
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
        site=_site(host, path, page),
        code=code.upper(),
        key_number=key,
        certificate_id=row,
        module=module,
        credit_hours=hours,
        completed_on=_FIRST_DAY + timedelta(days),
        name=beginning,
        name_hash=name_hash,
        payload=payload,
        signature=signature,
    )


def site_of(address: str) -> str:
    """The part of the address of a check that is signed with each code: what all have in common."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address} is no address of a check.")
    return _site(*found.groups()[1:4])


def verify(signed: SignedAddress, public_keys: Mapping[int, bytes]) -> Genuineness:
    """Judge a signature by our keys for QR codes: 32 bytes each, by number, retired ones too."""
    public_key = public_keys.get(signed.key_number)
    if public_key is None:
        return Genuineness.UNKNOWN_KEY
    signed_bytes = _signed_bytes(signed.site, signed.code, signed.payload)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signed.signature, signed_bytes)
    except InvalidSignature:
        return Genuineness.FORGED
    return Genuineness.GENUINE


def _signed_bytes(site: str, code: str, payload: bytes) -> bytes:
    """What is signed: no part of it can pass for another, since only the last may hold a zero."""
    return b"\0".join((_DOMAIN, site.encode(), code.encode(), payload))


def _site(host: str, path: str, page: str) -> str:
    return f"{host.lower()}{path}/{page.lower()}"


def _module(facts: CertificateFacts) -> str:
    return facts.pocketbook_code or _cut(printable_text(facts.title), LONGEST_MODULE)


def _composed(name: str) -> str:
    """A name as it is printed, its letters composed."""
    return unicodedata.normalize("NFC", printable_text(name))


def _shortened(name: str) -> Plain:
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return [_cut(name, BEGINNING), _hash(name)]


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:NAME_HASH_BYTES]


def _cut(text: str, longest: int) -> str:
    """The beginning of a text in so many bytes; no letter is parted from its marks."""
    ends = [
        place
        for place, size in enumerate(accumulate(len(it.encode()) for it in text), 1)
        if size <= longest and (place == len(text) or not _is_mark(text[place]))
    ]
    return text[: ends[-1]] if ends else ""


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


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
