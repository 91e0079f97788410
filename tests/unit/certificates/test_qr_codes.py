"""The signed content of QR codes, by vectors that the scripts of the pages read too."""

import json
from base64 import b32encode
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cbor2 import loads
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from zxingcpp import BarcodeFormat, create_barcode, read_barcodes

from lms.certificates.qr_codes import signed_address
from lms.keys.signers import LocalSigner
from lms.printing.qr import QUIET_ZONE, qr_rows
from tests.qr_codes import Genuineness, parse_signed_address, verify
from tests.unit.certificates.conftest import FACTS

VECTORS = json.loads(Path(__file__).with_name("qr_codes.json").read_text(encoding="utf-8"))
PUBLIC_KEYS = {key["number"]: bytes.fromhex(key["public"]) for key in VECTORS["keys"]}
ADDRESS = f"https://sertifikat.kementerian-contoh.example/v/{FACTS.code}"
ON_THE_SHEET = 32  # mm


def signer(number: int) -> LocalSigner:
    (seed,) = (key["seed"] for key in VECTORS["keys"] if key["number"] == number)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    return LocalSigner(f"qr-{number}", key)


def sign(name: str, address: str = ADDRESS, *, until: date | None = None) -> str:
    facts = replace(FACTS, holder_name=name, valid_until=until)
    return signed_address(address, facts, 999_999, signer(1))


@pytest.mark.parametrize("vector", VECTORS["signed"], ids=lambda it: it["what"])
def test_a_certificate_is_signed_and_read_as_the_vectors_say(vector: dict[str, Any]) -> None:
    facts = replace(
        FACTS,
        code=vector["code"],
        pocketbook_code=vector["module"],
        credit_hours=vector["credit_hours"],
        completed_on=date.fromisoformat(vector["completed_on"]),
        holder_name=vector["name"],
        valid_until=date.fromisoformat(until) if (until := vector.get("valid_until")) else None,
    )
    content = signed_address(
        vector["address"], facts, vector["certificate_id"], signer(vector["key"])
    )
    assert content == vector["content"]
    signed = parse_signed_address(content)
    assert signed is not None
    assert verify(signed, PUBLIC_KEYS) is Genuineness.GENUINE
    read = {
        "site": signed.site,
        "code": signed.code,
        "key": signed.key_number,
        "certificate_id": signed.certificate_id,
        "module": signed.module,
        "credit_hours": signed.credit_hours,
        "completed_on": signed.completed_on.isoformat(),
        "shown_name": signed.name,
        "name_hash": signed.name_hash and signed.name_hash.hex(),
    }
    assert read == {name: vector[name] for name in read}
    assert signed.valid_until == facts.valid_until
    assert signed.is_name(vector["name"])
    assert not signed.is_name(vector["name"] + "a")


@pytest.mark.parametrize("vector", VECTORS["judged"], ids=lambda it: it["what"])
def test_a_code_is_judged_as_the_vectors_say(vector: dict[str, str]) -> None:
    signed = parse_signed_address(vector["content"])
    verdict = "not of this form" if signed is None else verify(signed, PUBLIC_KEYS).value
    assert verdict == vector["verdict"]


def test_every_changed_bit_is_noticed() -> None:
    signed = parse_signed_address(sign("Sumirah"))
    assert signed is not None
    for place in range(8 * len(signed.payload)):
        changed = bytearray(signed.payload)
        changed[place // 8] ^= 1 << place % 8
        forged = replace(signed, payload=bytes(changed))
        assert verify(forged, PUBLIC_KEYS) is Genuineness.FORGED


def test_the_payload_is_what_other_readers_of_cbor_read() -> None:
    signed = parse_signed_address(sign("Sumirah"))
    assert signed is not None
    assert loads(signed.payload) == [1, 1, 999_999, "HAM-01", 1, 2326, "Sumirah"]
    ends = parse_signed_address(sign("Sumirah", until=FACTS.completed_on + timedelta(729)))
    assert ends is not None
    assert loads(ends.payload) == [2, 1, 999_999, "HAM-01", 1, 2326, "Sumirah", 729]


def test_what_is_no_pocketbook_is_called_by_its_title() -> None:
    title = "Lokakarya Hak Asasi Manusia bagi Pelayanan Publik yang Ramah dan Adil"
    facts = replace(FACTS, pocketbook_code=None, title=title)
    signed = parse_signed_address(signed_address(ADDRESS, facts, 1, signer(1)))
    assert signed is not None
    assert signed.module == "Lokakarya Hak Asasi Manusia bagi Pelayanan Publi"


@pytest.mark.parametrize(
    "address",
    ["https://sakuham.example/v/000000000168", "https://sakuham.example/", "/v/MBT96K8JG5MG"],
)
def test_only_an_address_of_the_certificate_itself_is_signed(address: str) -> None:
    with pytest.raises(ValueError, match="is not where"):
        sign("Sumirah", address)


@pytest.mark.parametrize(
    "name",
    ["Sumirah", "x" * 120, "ꦱꦸꦩꦶꦫꦃ" * 15, "漢" * 120, "عبد الرحمن " * 10, "n\u0303\u0323" * 40],
)
@pytest.mark.parametrize("until", [None, date(2036, 5, 14)])
def test_the_code_of_any_name_prints_and_scans_at_thirty_millimetres(
    name: str, until: date | None
) -> None:
    content = sign(name, until=until)
    side = len(qr_rows(content)) + 2 * QUIET_ZONE
    assert ON_THE_SHEET / side >= 0.42
    image = create_barcode(content, BarcodeFormat.QRCode, ec_level="M").to_image(scale=3)
    (found,) = read_barcodes(cast(Any, image))
    assert found.text == content


@given(st.binary(max_size=120))
def test_no_bytes_of_a_stranger_do_harm(content: bytes) -> None:
    text = f"HTTPS://SAKUHAM.EXAMPLE/V/{FACTS.code}#{b32encode(content).decode().rstrip('=')}"
    signed = parse_signed_address(text)
    assert signed is None or verify(signed, PUBLIC_KEYS) is not Genuineness.GENUINE


@given(st.text(max_size=120), st.none() | st.dates(date(2026, 6, 1), date(2037, 1, 1)))
def test_any_name_is_signed_and_recognised(name: str, until: date | None) -> None:
    signed = parse_signed_address(sign(name, until=until))
    assert signed is not None
    assert signed.is_name(name)
    assert verify(signed, PUBLIC_KEYS) is Genuineness.GENUINE
