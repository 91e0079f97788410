"""New keys and their certificates, as values; takes up to a second and no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.keys.enums import Algorithm, Purpose
from lms.keys.signers import PrivateKey

if TYPE_CHECKING:
    from lms.keys.hardware import Module

PublicHalf = Ed25519PublicKey | RSAPublicKey

ROOT_YEARS: Final = 25
SEAL_YEARS: Final = 10
"""A sheet is sealed when it is asked for; the key is to be rotated long before."""

_YEAR: Final = timedelta(days=365)
_A_DAY: Final = timedelta(days=1)  # a clock that is late elsewhere
_LONGEST_NAME: Final = 64  # bytes, of an organisation, X.520

_DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336

_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True, repr=False)
class KeyMaterial:
    """A key that was just made, with its certificate where its purpose has one.

    label: what a hardware module keeps it under; there is no private key here then.
    """

    purpose: Purpose
    public_key: PublicHalf
    private_key: PrivateKey | None
    certificate: x509.Certificate | None
    label: str | None = None

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""
        return self.purpose.algorithm

    @property
    def public_der(self) -> bytes:
        """SubjectPublicKeyInfo in DER."""
        return self.public_key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def encrypted(self, passphrase: bytes) -> bytes | None:
        """PKCS #8 in DER under a passphrase that nobody types; None where it is kept elsewhere."""
        if self.private_key is None:
            return None
        return self.private_key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase),
        )


def make_root(issuer_name: str, *, now: datetime) -> KeyMaterial:
    """The root: a key that signs certificates, and says so of itself."""
    key = _new_rsa()
    name = _name(issuer_name, f"Akar tepercaya – {issuer_name}")
    certificate = (
        _certificate(name, name, key.public_key(), now, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(["key_cert_sign", "crl_sign"]), critical=True)
        .sign(key, SHA256())
    )
    return KeyMaterial(Purpose.ROOT, key.public_key(), key, certificate)


def make_seal(issuer_name: str, root: KeyMaterial, *, now: datetime) -> KeyMaterial:
    """The institution's seal, with the certificate that the root gives it."""
    key = _new_rsa()
    certificate = certify_seal(key.public_key(), issuer_name, root, now=now)
    return KeyMaterial(Purpose.SEAL, key.public_key(), key, certificate)


def make_hardware_seal(
    module: "Module", label: str, issuer_name: str, root: KeyMaterial, *, now: datetime
) -> KeyMaterial:
    """The same with a key that a hardware module makes and keeps; raises what `make_key` does."""
    public_key = module.make_key(label)
    certificate = certify_seal(public_key, issuer_name, root, now=now)
    return KeyMaterial(Purpose.SEAL, public_key, None, certificate, label)


def certify_seal(
    public_key: RSAPublicKey, issuer_name: str, root: KeyMaterial, *, now: datetime
) -> x509.Certificate:
    """The certificate that the root gives a seal's key.

    Readers of PDF want its key to be for signatures that commit (ETSI EN 319 412-2, 4.3.2), and
    those on NSS (poppler, Okular) for mail too: they know no other use of it (RFC 9336 is later).
    """
    if root.certificate is None or not isinstance(root.private_key, RSAPrivateKey):
        raise ValueError("Only a root certifies a seal.")
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
        root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    )
    return (
        _certificate(
            _name(issuer_name, f"Segel sertifikat – {issuer_name}"),
            root.certificate.subject,
            public_key,
            now,
            SEAL_YEARS,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(["digital_signature", "content_commitment"]), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            critical=False,
        )
        .add_extension(authority, critical=False)
        .sign(root.private_key, SHA256())
    )


def make_plain(purpose: Purpose) -> KeyMaterial:
    """A key without a certificate; raises ValueError for a purpose whose keys have one."""
    if purpose.algorithm is not Algorithm.ED25519:
        raise ValueError(f"A key of {purpose.value} has a certificate.")
    key = Ed25519PrivateKey.generate()
    return KeyMaterial(purpose, key.public_key(), key, None)


def _new_rsa() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=3072)


def _name(issuer_name: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(issuer_name)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common_name)),
        ]
    )


def _cut(name: str) -> str:
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: RSAPublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    """What root and seal have in common."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _A_DAY)
        .not_valid_after(now + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(allowed: Iterable[str]) -> x509.KeyUsage:
    wanted = set(allowed)
    return x509.KeyUsage(**{usage: usage in wanted for usage in _KEY_USAGES})
