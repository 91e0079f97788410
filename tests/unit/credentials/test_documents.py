"""What credentials are made of: multibase, contexts, bitstrings, addresses, and the badge."""

import json
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from pyld.jsonld import JsonLdError

from lms.credentials.badges import bake_png, bake_svg, paint
from lms.credentials.contexts import BUILT_CONTEXTS, FILES, UnknownContext, load_context
from lms.credentials.document import ENTRIES_IN_LIST, place_in_list
from lms.credentials.drawing import draw_badge
from lms.credentials.issuer import Issuer
from lms.credentials.multibase import multibase, multikey
from lms.credentials.proofs import sign_within
from lms.credentials.status import StatusList, to_bits
from lms.printing.fonts import BUILT_FONTS
from lms.rendering.motifs import THEMES
from tests.conftest import LONG_AGO

TITLE = "Nilai-Nilai Dasar HAM bagi ASN"


class Signer:
    """A signer of these tests."""

    key_id = "credential-1"

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    def sign(self, data: bytes, /) -> bytes:
        """An Ed25519 signature."""
        return self._key.sign(data)


def issuer_at(site: str) -> Issuer:
    return Issuer("Kementerian Contoh", site, f"{site}/v/", f"{site}/status/", f"{site}/lencana/")


@pytest.mark.parametrize(
    ("content", "text"),
    [  # of the Multibase specification's test vectors, and a key of W3C's vc-di-eddsa, A.1
        (b"yes mani !", "z7paNL19xttacUY"),
        (b"\0yes mani !", "z17paNL19xttacUY"),
        (b"\0\0yes mani !", "z117paNL19xttacUY"),
        (b"", "z"),
    ],
)
def test_bytes_are_written_in_base_58(content: bytes, text: str) -> None:
    assert multibase(content) == text


def test_a_key_is_written_as_others_write_it() -> None:
    # RFC 8032, 7.1, test 1; as did:key has it.
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert multikey(public) == "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"


@pytest.mark.parametrize(
    ("site", "did"),
    [
        ("https://sakuham.example", "did:web:sakuham.example"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_a_did_is_of_the_host_and_its_port(site: str, did: str) -> None:
    assert issuer_at(site).did == did
    assert issuer_at(site).method("credential-2") == f"{did}#credential-2"


def test_contexts_come_from_our_own_copies_and_from_nowhere_else() -> None:
    assert {file.name for file in BUILT_CONTEXTS.iterdir()} == set(FILES.values())
    for address in FILES:
        assert "@context" in load_context(address)["document"]
    for other in ("https://www.w3.org/ns/did/v1", "file:///etc/passwd", ""):
        with pytest.raises(UnknownContext):
            load_context(other)


def test_a_document_of_a_strange_context_is_not_signed() -> None:
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://contoh.example/context"],
        "id": "https://sakuham.example/v/0",
        "validFrom": "2026-05-02T03:04:05Z",
    }
    with pytest.raises(JsonLdError) as refused:
        sign_within(document, Signer(), issuer_at("https://sakuham.example"))
    causes: list[BaseException] = [refused.value]
    while (cause := causes[-1].__cause__) is not None:
        causes.append(cause)
    assert isinstance(causes[-1], UnknownContext)
    assert str(causes[-1]) == "https://contoh.example/context"


def test_each_certificate_has_a_bit_of_its_own() -> None:
    assert place_in_list(1) == (0, 1)
    assert place_in_list(ENTRIES_IN_LIST) == (1, 0)
    assert place_in_list(3 * ENTRIES_IN_LIST - 1) == (2, ENTRIES_IN_LIST - 1)
    assert to_bits([0, 9, ENTRIES_IN_LIST - 1])[:2] == b"\x80\x40"
    ids = [ENTRIES_IN_LIST, ENTRIES_IN_LIST + 17, 2 * ENTRIES_IN_LIST - 1]
    found = StatusList(1, to_bits(ids), LONG_AGO)
    assert [index for index in range(ENTRIES_IN_LIST) if found.is_set(index)] == [
        0,
        17,
        ENTRIES_IN_LIST - 1,
    ]


@pytest.mark.parametrize("theme", [*THEMES, "tidak dikenal"])
def test_a_badge_is_drawn_of_outlines(theme: str) -> None:
    drawing = draw_badge(TITLE, theme, 2, fonts=BUILT_FONTS)
    assert draw_badge(TITLE, theme, 2, fonts=BUILT_FONTS) == drawing
    tree = ElementTree.fromstring(drawing)
    title = tree.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == f"{TITLE}, 2 JP"
    assert "<text" not in drawing


def test_letters_that_our_typeface_lacks_are_left_to_the_viewer() -> None:
    drawing = draw_badge("Martabat ꦲꦏ꧀ & <Hak>", "layanan", 2, fonts=BUILT_FONTS)
    texts = ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")
    assert "".join(text.text or "" for text in texts).startswith("Martabat")


@pytest.mark.parametrize("title", ["HAM", "Hak " * 50, "Hak" * 66])
def test_a_title_stays_on_its_plate(title: str) -> None:
    drawing = draw_badge(title.strip(), "layanan", 2, fonts=BUILT_FONTS)
    picture = Image.open(BytesIO(paint(drawing, fonts=BUILT_FONTS)))
    seen = picture.convert("RGBA")
    # Beside the plate, in the height of its letters, nothing stands but what lies under it.
    for y in range(640, 830, 10):
        for x in (4, 1019):
            pixel = seen.getpixel((x, y))
            assert isinstance(pixel, tuple)
            assert pixel[3] == 0 or pixel[:3] > (150, 100, 50), (x, y, pixel)


def test_a_badge_takes_nothing_but_a_token() -> None:
    for wrong in ("", 'a" onload="x', "a.b.c\n", "a.b.ç", "<x/>"):
        with pytest.raises(ValueError, match="no compact JWT"):
            bake_svg("<svg><title>x</title></svg>", wrong)
        with pytest.raises(ValueError, match="no compact JWT"):
            bake_png(b"", wrong)


def test_a_baked_picture_is_a_whole_png() -> None:
    painted = paint(draw_badge(TITLE, "kdrt", 2, fonts=BUILT_FONTS), fonts=BUILT_FONTS)
    with Image.open(BytesIO(bake_png(painted, "aaa.bbb.ccc"))) as picture:
        picture.load()  # checks every chunk
        assert picture.info["openbadgecredential"] == "aaa.bbb.ccc"


def test_proofs_differ_by_key_and_by_word() -> None:
    issuer = issuer_at("https://sakuham.example")
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://sakuham.example/v/0",
        "type": ["VerifiableCredential"],
        "name": "Nilai",
        "validFrom": "2026-05-02T03:04:05Z",
    }
    other = json.loads(json.dumps(document).replace("Nilai", "Nilaj"))
    values = [
        sign_within(each, signer, issuer)["proof"]["proofValue"]
        for each, signer in (
            (document, Signer()),
            (document, Signer()),
            (other, Signer()),
            (document, Signer(2)),
        )
    ]
    assert values[0] == values[1]
    assert len(set(values)) == 3
