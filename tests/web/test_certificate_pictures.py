"""Certificates as pictures: the sheet for its holder, and the card for where it is shared."""

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image
from PIL.ImageChops import difference
from zxingcpp import read_barcodes

from tests.browser import Browser
from tests.factories import Factory, Issued
from tests.qr_codes import parse_signed_address


@pytest.fixture
def issued(make: Factory) -> Issued:
    """A certificate of somebody with a number at an institution."""
    return make.certificate(make.learner("Ayu Lestari, S.H.", at=make.institution()))


def opened(content: bytes) -> Image.Image:
    """A picture from its file, which must be a PNG."""
    assert content.startswith(b"\x89PNG")
    return Image.open(BytesIO(content)).convert("RGB")


def head_of(browser: Browser, url: str) -> dict[str, str]:
    """What a page says of itself to others, by property or name."""
    tags = browser.get(url).document.all("meta")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in tags}


def test_the_picture_is_the_sheet_1600_pixels_wide(browser: Browser, issued: Issued) -> None:
    browser.sign_in(issued.person)
    page = browser.get(f"/sertifikat/{issued.code}")
    assert f"/sertifikat/{issued.code}.png" in page.links
    picture = opened(browser.get(f"/sertifikat/{issued.code}.png").data)
    assert picture.size == (1600, 1131)
    (code,) = read_barcodes(picture)
    assert issued.code in code.text
    # Point by point what the file shows, but for colours that were brought together.
    pdf = browser.get(f"/sertifikat/{issued.code}.pdf").data
    with pypdfium2.PdfDocument(pdf) as document:
        shown = document[0].render(scale=1599.5 / 841.89).to_pil().convert("RGB")
    apart = difference(picture, shown.resize(picture.size)).convert("L").histogram()
    assert sum(apart[64:]) < 0.001 * picture.width * picture.height


def test_the_picture_is_for_who_may_have_the_file(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(make.learner())
    browser.get(f"/sertifikat/{issued.code}.png", expect=404)


def test_the_page_of_its_check_brings_a_card_and_stays_out_of_search_engines(
    browser: Browser, issued: Issued
) -> None:
    said = head_of(browser, f"/v/{issued.code}")
    assert said["og:url"].endswith(f"/v/{issued.code}")
    assert said["og:image"].endswith(f"/v/{issued.code}/kartu.png")
    assert said["og:title"].startswith("Ayu Lestari, S.H. – ")
    assert "JP" in said["og:description"]
    assert said["twitter:card"] == "summary_large_image"
    assert "noindex" in said["robots"]
    assert issued.person.number not in str(said)
    answer = browser.get(f"/v/{issued.code}/kartu.png")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert opened(answer.data).size == (1200, 630)


def code_on_page(browser: Browser, issued: Issued) -> tuple[str, str]:
    """Where the picture on the page of a check has its QR code from, and what that says."""
    (tag,) = browser.get(f"/v/{issued.code}").document.all("image")
    answer = browser.get(tag.get("href"))
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    picture = opened(answer.data)
    (found,) = read_barcodes(picture.resize((picture.width * 4, picture.height * 4)))
    return tag.get("href"), found.text


@pytest.mark.both
@pytest.mark.usefixtures("keys")
def test_the_picture_of_a_check_has_the_code_that_is_on_the_sheet(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    url, said = code_on_page(browser, issued)
    browser.sign_in(issued.person)
    (printed,) = read_barcodes(opened(browser.get(f"/sertifikat/{issued.code}.png").data))
    assert said == printed.text
    assert parse_signed_address(said) is not None
    make.revoke(issued)
    assert code_on_page(browser, issued) == (url, said)
    picture = browser.get(f"/v/{issued.code}").text
    assert "DICABUT" in picture[picture.index("certificate-picture") :]


def test_without_a_key_the_code_is_the_plain_address(browser: Browser, issued: Issued) -> None:
    assert code_on_page(browser, issued)[1].endswith(f"/v/{issued.code}")


@pytest.mark.parametrize("code", ["000000000000", "ABC", "x" * 300])
def test_an_invented_code_has_no_qr_code(browser: Browser, code: str) -> None:
    browser.get(f"/v/{code}/qr.png", expect=404)


def test_the_address_of_a_number_brings_none(browser: Browser, issued: Issued) -> None:
    said = head_of(browser, f"/verifikasi?kode={issued.number}")
    assert "og:image" not in said


def test_the_card_of_one_out_of_force_says_so(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    before = opened(browser.get(f"/v/{issued.code}/kartu.png").data)
    make.revoke(issued)
    after = opened(browser.get(f"/v/{issued.code}/kartu.png").data)
    assert difference(before, after).getbbox() is not None
    reds = [count for count, (r, g, b) in colours(after) if r > 150 and g < 80 and b < 80]
    assert sum(reds) > 100


def colours(picture: Image.Image) -> list[tuple[int, tuple[int, int, int]]]:
    found = picture.getcolors(1 << 24)
    assert found is not None
    return found  # type: ignore[return-value]  # of a picture in RGB


@pytest.mark.parametrize("code", ["000000000000", "ABC", "x" * 300])
def test_an_invented_code_has_no_card(browser: Browser, code: str) -> None:
    browser.get(f"/v/{code}/kartu.png", expect=404)


def test_a_name_in_any_script_stands_on_the_card(browser: Browser, make: Factory) -> None:
    for name in ("أحمد عبد الرحمن", "陳 Budi", "Škvorecký Q̣́ Sri", "W" * 120):
        issued = make.certificate(make.learner(name))
        picture = opened(browser.get(f"/v/{issued.code}/kartu.png").data)
        # Letters stand between the kind and what was learned, and none runs into the motif.
        assert difference(
            picture.crop((70, 230, 880, 340)), Image.new("RGB", (810, 110), (255, 253, 248))
        ).getbbox()
        margin = picture.crop((890, 0, 930, 630))
        assert margin.getcolors() is not None
        assert len(margin.getcolors() or []) == 1
