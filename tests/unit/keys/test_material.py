from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from lms.keys.enums import Purpose
from lms.keys.material import KeyMaterial, make_plain, make_seal
from lms.keys.signers import LocalSigner, open_private_key
from tests.keys import MADE_AT, key_material

PASSPHRASE = b"kata sandi kunci"


def certificate(key: KeyMaterial) -> x509.Certificate:
    assert key.certificate is not None
    return key.certificate


def encrypted_half(key: KeyMaterial) -> bytes:
    encrypted = key.encrypted(PASSPHRASE)
    assert encrypted is not None
    return encrypted


def test_the_root_certifies_the_seal() -> None:
    root, seal, *_ = key_material()
    certificate(seal).verify_directly_issued_by(certificate(root))
    certificate(root).verify_directly_issued_by(certificate(root))
    constraints = x509.BasicConstraints
    assert certificate(root).extensions.get_extension_for_class(constraints).value.ca
    assert not certificate(seal).extensions.get_extension_for_class(constraints).value.ca


def test_a_seal_commits_to_what_it_stands_on() -> None:
    usage = certificate(key_material()[1]).extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert usage.digital_signature
    assert not usage.key_cert_sign


def test_a_name_longer_than_certificates_hold_is_cut() -> None:
    seal = make_seal("Kementerian " + "Panjang " * 20, key_material()[0], now=MADE_AT)
    names = [str(attribute.value) for attribute in certificate(seal).subject]
    assert max(len(name.encode()) for name in names) == 64


def test_only_a_root_certifies() -> None:
    with pytest.raises(ValueError, match="Only a root"):
        make_seal("Instansi", make_plain(Purpose.QR), now=datetime(2026, 1, 1, tzinfo=UTC))


def test_a_plain_key_is_for_purposes_without_a_certificate() -> None:
    with pytest.raises(ValueError, match="has a certificate"):
        make_plain(Purpose.SEAL)


@pytest.mark.parametrize("number", range(5))
def test_a_private_key_comes_back_with_its_passphrase_only(number: int) -> None:
    key = key_material()[number]
    encrypted = encrypted_half(key)
    with pytest.raises(ValueError):  # noqa: PT011 - in the words of OpenSSL
        open_private_key(encrypted, b"bukan itu")
    signer = LocalSigner("it", open_private_key(encrypted, PASSPHRASE))
    signature = signer.sign(b"isi")
    assert signature == signer.sign(b"isi")
    public = key.public_key
    if isinstance(public, Ed25519PublicKey):
        public.verify(signature, b"isi")
    else:
        assert isinstance(public, RSAPublicKey)
        assert public.key_size == 3072
        public.verify(signature, b"isi", PKCS1v15(), SHA256())


def test_neither_a_key_nor_its_signer_shows_itself() -> None:
    key = key_material()[2]
    secret = encrypted_half(key)
    shown = repr(LocalSigner("qr-1", open_private_key(secret, PASSPHRASE)))
    assert shown == "LocalSigner('qr-1')"
    assert "private" not in repr(key)
