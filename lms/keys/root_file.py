"""The root in a file: its private key and its certificate, behind a passphrase that people type.

PKCS #12 (RFC 7292), which other programs open too. A passphrase that is typed can be tried, so that
each try takes long: 600,000 rounds of PBKDF2.
"""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12

from lms.keys.enums import Purpose
from lms.keys.material import KeyMaterial

SHORTEST_PASSPHRASE: Final = 16
_ROUNDS: Final = 600_000  # OWASP, Password Storage Cheat Sheet, for PBKDF2 with SHA-256
_NAME: Final = b"SakuHAM root"


def write_root(root: KeyMaterial, passphrase: str) -> bytes:
    """The content of such a file; raises ValueError for a passphrase that is too short."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ValueError(f"The passphrase needs {SHORTEST_PASSPHRASE} characters at least.")
    if not isinstance(root.private_key, RSAPrivateKey):
        raise TypeError("Only a root with its private key is written to a file.")
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(passphrase.encode())
    )
    return pkcs12.serialize_key_and_certificates(
        _NAME, root.private_key, root.certificate, None, encryption
    )


def read_root(content: bytes, passphrase: str) -> KeyMaterial:
    """The root in a file; raises ValueError for another passphrase, or what is no such file."""
    key, certificate, _ = pkcs12.load_key_and_certificates(content, passphrase.encode())
    if not isinstance(key, RSAPrivateKey) or certificate is None:
        raise ValueError("There is no root in it.")
    return KeyMaterial(Purpose.ROOT, key.public_key(), key, certificate)
