"""What became of the seal on a PDF that anybody may have made or changed.

Nothing of the PDF is read but the signatures in it: a seal of ours is over every byte of the file
except itself, so that it is enough to see whether one of the signatures is. Nothing is fetched.
"""

import asyncio
import enum
import logging
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate

# A signature in the file: hexadecimal digits in one piece, as those that write PDF do.
_MESSAGE: Final = re.compile(rb"<([0-9A-Fa-f]{600,400000})>")
_SIGNED: Final = re.compile(rb"/ByteRange|/ETSI\.|/adbe\.|/DocMDP")
# What a signature in the file says it is over: from where, how far, and again.
_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_DATED: Final = re.compile(rb"/M \(D:(\d{14})Z\)")
_MOST: Final = 8  # messages of one file that are looked at

# They tell the log at length what strangers' files lack, and the asker is told anyway.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class SealState(enum.Enum):
    """What became of a seal.

    WHOLE: it is ours, and the file is as it was sealed, to the last byte. CHANGED: it was ours, and
    the file is another now. FOREIGN: what is signed is signed by others only. NONE: nothing is.
    """

    WHOLE = "whole"
    CHANGED = "changed"
    FOREIGN = "foreign"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SealFinding:
    """What was found of a seal.

    signer: whose name the certificate bears; of a seal that is not whole it proves nothing.
    sealed_at: the moment that a whole seal is dated.
    """

    state: SealState
    signer: str | None = None
    sealed_at: datetime | None = None

    @property
    def covers_all(self) -> bool:
        """Whether the seal is over every byte of the file."""
        return self.state is SealState.WHOLE


def examine_seal(content: bytes, trusted_roots: Collection[bytes]) -> SealFinding:
    """Say whether a PDF bears a whole seal that one of these roots stands behind.

    Takes the file, whatever it is, and the roots' certificates in DER, of whom each certifies seals
    itself. A seal stays whole when its certificate expires or another one follows.
    """
    roots = [x509.Certificate.load(root) for root in trusted_roots]
    found = [_examine(message, start, end, content, roots) for message, start, end in _all(content)]
    states = list(SealState)
    if found:
        return min(found, key=lambda finding: states.index(finding.state))
    if not _SIGNED.search(content):
        return SealFinding(SealState.NONE)
    names = [root.subject.dump().hex().encode() for root in roots]
    is_ours = any(name in content.lower() for name in names)
    return SealFinding(SealState.CHANGED if is_ours else SealState.FOREIGN)


def _all(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The first messages of the file that may be signatures, and where each begins and ends."""
    for count, found in enumerate(_MESSAGE.finditer(content)):
        if count < _MOST and len(found[1]) % 2 == 0:
            yield bytes.fromhex(found[1].decode()), found.start(), found.end()


def _examine(
    message: bytes, start: int, end: int, content: bytes, roots: list[x509.Certificate]
) -> SealFinding:
    """What one signature proves: nothing at all if it cannot be read."""
    names_us = any(root.subject.dump() in message for root in roots)
    signer, status = None, None
    with suppress(Exception):  # whatever a stranger's bytes make asn1crypto or pyHanko stumble over
        signed = cms.ContentInfo.load(message)["content"]  # what follows it is filling
        certificate = _certificate_of(signed)
        signer = str(certificate.subject.native.get("common_name"))
        issuers = [root for root in roots if _is_issuer(root, certificate)]
        sealed = content[:start] + content[end:]
        status = asyncio.run(_judge(signed, certificate, sealed, issuers))
        if issuers and status.trusted and _says_so(content, start, end):
            return SealFinding(SealState.WHOLE, signer, _moment(content))
        if issuers:
            return SealFinding(SealState.CHANGED, signer)
    is_strangers = status is not None and status.intact and status.valid
    return SealFinding(
        SealState.CHANGED if names_us and not is_strangers else SealState.FOREIGN, signer
    )


def _says_so(content: bytes, start: int, end: int) -> bool:
    """Whether the file itself says that the message between is over all the rest.

    A longer message moves what follows it, though every byte of that is as it was sealed: other
    readers look where the file says, and find no seal.
    """
    ranges = {tuple(map(int, found.groups())) for found in _RANGE.finditer(content)}
    return (0, start, end, len(content) - end) in ranges


def _certificate_of(signed: cms.SignedData) -> x509.Certificate:
    """The certificate that the signer names; raises LookupError without it."""
    (signer,) = signed["signer_infos"]
    named = signer["sid"].chosen
    for choice in signed["certificates"]:
        each = choice.chosen
        if (each.issuer, each.serial_number) == (named["issuer"], named["serial_number"].native):
            return each
    raise LookupError("certificate")


def _is_issuer(root: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(
            load_der_x509_certificate(root.dump())
        )
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


async def _judge(
    signed: cms.SignedData,
    certificate: x509.Certificate,
    sealed: bytes,
    roots: list[x509.Certificate],
) -> Any:
    """PyHanko's judgement of a message over these bytes.

    It is asked for the day on which the certificate begins: what was sealed with it stays sealed.
    """
    # As slow to import as WeasyPrint, and not needed by those who only start a server.
    from pyhanko.sign.validation import async_validate_detached_cms
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(
        trust_roots=roots,
        moment=certificate.not_valid_before,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return await async_validate_detached_cms(sealed, signed, context)


def _moment(content: bytes) -> datetime | None:
    """The moment of a seal, which stands in what is sealed."""
    found = _DATED.search(content)
    if found is None:
        return None
    return datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
