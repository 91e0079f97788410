"""Bitstring Status Lists: a bit for each certificate, which is set while it is out of force.

Source: W3C, Bitstring Status List v1.0.
"""

import base64
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lms.certificates.out_of_force import OutOfForce, find_last_id, find_out_of_force
from lms.credentials.document import (
    CREDENTIALS_CONTEXT,
    ENTRIES_IN_LIST,
    Document,
    place_in_list,
    write_moment,
)
from lms.credentials.errors import NoSuchStatusList
from lms.credentials.issuer import Issuer

FRESH: Final = timedelta(minutes=5)
"""How long a copy may be kept before it is asked for again."""
VALID: Final = timedelta(days=1)
"""How long a copy counts at all, where there is no network meanwhile."""
KEPT: Final = timedelta(hours=1)
"""How long a list is given out as it was signed, while no state changes."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """The states of 131,072 certificates at a moment.

    bits: 16,384 bytes; the certificate at index 0 is the highest bit of the first one.
    """

    number: int
    bits: bytes
    as_of: datetime

    def is_set(self, index: int) -> bool:
        """Whether the certificate at an index is out of force."""
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)


def get_status_list(number: int, *, now: datetime) -> StatusList:
    """The states of one list's certificates, by the ledger; raises NoSuchStatusList.

    The first list there always is, even before the first certificate.
    """
    return StatusList(number, to_bits(find_states(number).certificate_ids), now)


def find_states(number: int) -> OutOfForce:
    """Which of one list's certificates are out of force; raises NoSuchStatusList."""
    if number >= count_status_lists():
        raise NoSuchStatusList
    first = number * ENTRIES_IN_LIST
    return find_out_of_force(first, first + ENTRIES_IN_LIST)


def count_status_lists() -> int:
    """How many lists there are, numbered from 0."""
    return place_in_list(find_last_id() or 0)[0] + 1


def to_bits(certificate_ids: Iterable[int]) -> bytes:
    """The bitstring in which the bits of these certificates of one list are set."""
    bits = bytearray(ENTRIES_IN_LIST // 8)
    for certificate_id in certificate_ids:
        index = place_in_list(certificate_id)[1]
        bits[index // 8] |= 128 >> index % 8
    return bytes(bits)


def status_document(status_list: StatusList, issuer: Issuer) -> Document:
    """The list as a credential about itself, not yet signed."""
    address = issuer.status_address(status_list.number)
    packed = gzip.compress(status_list.bits, mtime=0)
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": write_moment(status_list.as_of),
        "validUntil": write_moment(status_list.as_of + VALID),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode(),
            "ttl": FRESH // timedelta(milliseconds=1),
        },
    }
