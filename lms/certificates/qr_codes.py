"""What stands in a certificate's QR code: its address, and signed behind `#` what it says (ADR 32).

    HTTPS://SAKUHAM.EXAMPLE/V/MBT96K8JG5MG#Q4AQCGF7…

A camera without an application opens the address, and the page there gives the live verdict. A
browser keeps the fragment to itself, so that no server and no log sees it. Whoever holds our public
keys reads it without a network: base 32 (RFC 4648, without padding) of a CBOR array (RFC 8949)

    [1, key number, certificate's row, module, JP, days from 2020-01-01 to completion, name]

and of its signature, 64 bytes of Ed25519. Of a certificate that is in force up to a day the array
is of version 2, and the days from completion to that day follow the name. Signed with the array are
the site and the code of the address: a fragment that is moved to another code or another host no
longer holds. All but a site's own path is in capitals, which a QR code holds in 5.5 bits a
character (ISO/IEC 18004, 7.4.4).
"""

import hashlib
import re
import unicodedata
from base64 import b32encode
from datetime import date
from itertools import accumulate
from typing import Final

import cbor2

from lms.certificates.facts import CertificateFacts
from lms.certificates.wording import printable_text
from lms.keys.signers import Signer

VERSION: Final = 1
VERSION_WITH_END: Final = 2
NAME_HASH_BYTES: Final = 8

LONGEST_NAME: Final = 96
"""In bytes. A longer name is cut to its beginning and a hash, so that a module of the code stays
0.43 mm wide on the sheet (ADR 32)."""
BEGINNING: Final = 72
END_BYTES: Final = 3
"""What the end takes; of a certificate that has one the longest whole name is so much shorter."""
LONGEST_MODULE: Final = 48

_DOMAIN: Final = b"sakuham.qr.1"
_FIRST_DAY: Final = date(2020, 1, 1)
_ADDRESS: Final = re.compile(
    r"(https?)://([^/?#\s]+)((?:/[^/?#\s]+)*)/([a-z]+)/([0-9a-z]+)", re.IGNORECASE
)

Plain = int | str | bytes | list["Plain"]


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
    until = facts.valid_until
    end = [] if until is None else [(until - facts.completed_on).days]
    payload = cbor2.dumps(
        [
            VERSION_WITH_END if end else VERSION,
            int(signer.key_id.rpartition("-")[2]),
            certificate_id,
            _module(facts),
            facts.credit_hours,
            (facts.completed_on - _FIRST_DAY).days,
            _shortened(_composed(facts.holder_name), LONGEST_NAME - END_BYTES * len(end)),
            *end,
        ]
    )
    signature = signer.sign(_signed_bytes(_site(host, path, page), code.upper(), payload))
    fragment = b32encode(payload + signature).decode().rstrip("=")
    return f"{scheme.upper()}://{host.upper()}{path}/{page.upper()}/{code.upper()}#{fragment}"


def site_of(address: str) -> str:
    """The part of the address of a check that is signed with each code: what all have in common."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address} is no address of a check.")
    return _site(*found.groups()[1:4])


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


def _shortened(name: str, longest: int) -> Plain:
    if len(name.encode()) <= longest:
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
