"""The seal on a PDF: a signature of the institution, PAdES B-B (ETSI EN 319 142-1), over all of it.

Of such a signature a digest and the signature itself differ from file to file, and all else is the
key's. One is made for a key, as pyHanko would; from then on the two are put into it (ADR 30).
pyHanko itself is not loaded for that: it takes 14 MB in each process that answers requests.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, Protocol

from asn1crypto import cms, tsp, x509

_DIGEST: Final = sha256(b"digest").digest()  # stands for those of files
_SHA256: Final = {"algorithm": "sha256"}
_RANGE_LENGTH: Final = 32  # of what is sealed: room for three numbers of ten digits

_DICTIONARY: Final = (
    b"<</Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached/M (D:%b)"
    b"/Reference [<</Type /SigRef/TransformMethod /DocMDP"
    b"/TransformParams <</Type /TransformParams/V /1.2/P 1>>>>]"
    b"/ByteRange [%b]/Contents <%b>>>"
)


class Signs(Protocol):
    """Signs with the key of a seal."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature over data: RSA PKCS #1 v1.5 over its SHA-256."""
        ...


class Seal(Protocol):
    """Who signs, with which certificate, and who certified it up to the root: X.509 in DER."""

    @property
    def signer(self) -> Signs:
        """Who signs."""
        ...

    @property
    def certificate(self) -> bytes:
        """The certificate of the key."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it."""
        ...


@dataclass(frozen=True, slots=True)
class Sealing:
    """A seal, and the moment that it is dated: none of before there was the seal's key."""

    seal: Seal
    moment: datetime

    def dictionary(self) -> bytes:
        """The signature as an object of the file, with blanks for what comes of the file."""
        message = _message_of(self.seal.certificate, self.seal.chain)
        moment = max(self.moment, message.valid_from).astimezone(UTC)
        return _DICTIONARY % (
            f"{moment:%Y%m%d%H%M%S}Z".encode(),
            b" " * _RANGE_LENGTH,
            b"0" * (2 * message.length),
        )

    def seal_file(self, content: bytes, dictionary_at: int) -> bytes:
        """The file with its seal; `dictionary_at` is where the dictionary stands in it."""
        message = _message_of(self.seal.certificate, self.seal.chain)
        range_at = content.index(b"/ByteRange [", dictionary_at) + len(b"/ByteRange [")
        start = content.index(b"/Contents <", range_at) + len(b"/Contents ")
        end = start + 2 * message.length + 2
        covered = f"0 {start} {end} {len(content) - end}".ljust(_RANGE_LENGTH).encode()
        before = content[:range_at] + covered + content[range_at + _RANGE_LENGTH : start]
        after = content[end:]
        digest = sha256(before)
        digest.update(after)
        signature = message.sign(digest.digest(), self.seal.signer)
        return b"%b<%b>%b" % (before, signature.hex().encode(), after)


@dataclass(frozen=True, slots=True)
class _Message:
    """A CMS message in pieces, between which stand the digest and the signature.

    attributes: what is signed, around the digest. length: of the whole, in bytes. valid_from:
    the beginning of the certificate.
    """

    before: bytes
    between: bytes
    after: bytes
    attributes: tuple[bytes, bytes]
    length: int
    valid_from: datetime

    def sign(self, digest: bytes, signer: Signs) -> bytes:
        """The message over a file with this digest."""
        signature = signer.sign(digest.join(self.attributes))
        message = b"".join([self.before, digest, self.between, signature, self.after])
        if len(message) != self.length:
            raise ValueError("The signature is not one of the seal's certificate")
        return message


@lru_cache(maxsize=8)
def _message_of(certificate: bytes, chain: tuple[bytes, ...]) -> _Message:
    """The message of a key, made once in a process."""
    own = x509.Certificate.load(certificate)
    blank = b"\xa5" * own.public_key.byte_size
    signed = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [_DIGEST]},
            {"type": "signing_certificate_v2", "values": [_reference_to(own)]},
        ]
    )
    signer_info = {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", _serial_of(own)),
        "digest_algorithm": _SHA256,
        "signed_attrs": signed,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": blank,
    }
    message = {
        "version": "v1",
        "digest_algorithms": [_SHA256],
        "encap_content_info": {"content_type": "data"},
        "certificates": [*map(x509.Certificate.load, chain), own],
        "signer_infos": [signer_info],
    }
    whole = cms.ContentInfo({"content_type": "signed_data", "content": message}).dump()
    (before, middle), attributes = whole.split(_DIGEST), tuple(signed.untag().dump().split(_DIGEST))
    between, after = middle.split(blank)
    if len(attributes) != 2:
        raise ValueError("The digest is not where it was")
    return _Message(before, between, after, attributes, len(whole), own.not_valid_before)


def _serial_of(certificate: x509.Certificate) -> dict[str, object]:
    return {"issuer": certificate.issuer, "serial_number": certificate.serial_number}


def _reference_to(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    """Which certificate it is signed with (RFC 5035): by SHA-256, which goes without saying."""
    issuer = x509.GeneralName("directory_name", certificate.issuer)
    reference = {
        "cert_hash": sha256(certificate.dump()).digest(),
        "issuer_serial": {"issuer": [issuer], "serial_number": certificate.serial_number},
    }
    return tsp.SigningCertificateV2({"certs": [reference]})
