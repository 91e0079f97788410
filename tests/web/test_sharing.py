"""What others see where somebody shares a page, and what a phone makes of the site."""

import json
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from lms.web.assets import BUILD
from tests.browser import Browser, Page
from tests.factories import Factory
from tests.pocketbooks import Source

HOME = "https://sakuham.example"


def shared(page: Page) -> dict[str, str]:
    """What stands in the head for others, by its property."""
    return {
        tag.get("property"): tag.get("content")
        for tag in page.document.all("meta")
        if tag.get("property")
    }


def description_of(page: Page) -> str:
    (description,) = [
        tag.get("content") for tag in page.document.all("meta") if tag.get("name") == "description"
    ]
    return description


def test_a_pocketbook_is_shared_with_its_title_its_promise_and_its_cover(
    browser: Browser, make: Factory
) -> None:
    make.book(source=Source(title="Nilai & Contoh"))
    page = browser.get("/buku/nilai-contoh")
    told = shared(page)
    assert told["og:title"] == "Nilai & Contoh"
    assert "Melayani setiap orang dengan setara." in told["og:description"]
    assert told["og:url"] == f"{HOME}/buku/nilai-contoh"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    (canonical,) = [
        tag.get("href") for tag in page.document.all("link") if tag.get("rel") == "canonical"
    ]
    assert canonical == told["og:url"]


def test_the_picture_is_a_png_of_the_size_that_is_promised(browser: Browser, make: Factory) -> None:
    make.book()
    for address in ("/buku/nilai-contoh", "/buku/nilai-contoh/1", "/"):
        url = urlsplit(shared(browser.get(address))["og:image"])
        answer = browser.get(url.path)
        assert answer.headers["Content-Type"] == "image/png"
        assert "immutable" in answer.headers["Cache-Control"]
        picture = Image.open(BytesIO(answer.data))
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert len(answer.data) < 100_000
        colours = picture.convert("RGB").getcolors(1 << 20)
        assert colours is not None
        shares = {colour: count / (1200 * 630) for count, colour in colours}
        # The label is paper, and what is not is the motif on its deep ground.
        assert max(shares, key=lambda colour: shares[colour]) == (255, 253, 248)
        assert 0.3 < shares[255, 253, 248] < 0.6


def test_another_title_is_another_picture_and_old_addresses_lead_on(
    browser: Browser, make: Factory
) -> None:
    make.book()
    before = urlsplit(shared(browser.get("/buku/nilai-contoh"))["og:image"]).path
    make.book(source=Source(title="Judul Lain"))
    after = urlsplit(shared(browser.get("/buku/nilai-contoh"))["og:image"]).path
    assert before != after
    assert browser.get(before, expect=302).headers["Location"] == after
    browser.get("/buku/tidak-ada/sampul-0.png", expect=404)


def test_each_page_describes_itself(browser: Browser, make: Factory) -> None:
    make.book()
    addresses = ("/", "/buku/nilai-contoh", "/buku/nilai-contoh/1", "/bantuan", "/tentang")
    descriptions = [description_of(browser.get(address)) for address in addresses]
    assert all(descriptions)
    assert len(set(descriptions)) == len(addresses)


def test_a_pocketbook_can_be_passed_on_without_a_script(browser: Browser, make: Factory) -> None:
    make.book()
    page = browser.get("/buku/nilai-contoh")
    address = f"{HOME}/buku/nilai-contoh"
    assert address in page.words
    (link,) = [link for link in page.links if link.startswith("https://wa.me/?")]
    assert (
        link == f"https://wa.me/?text=Nilai%20Contoh%20{HOME.replace(':', '%3A')}/buku/nilai-contoh"
    )


def size_of(address: str) -> tuple[int, int]:
    """Width and height of a built picture."""
    with Image.open(BUILD / address.removeprefix("/static/")) as picture:
        return picture.size


def test_a_phone_can_put_the_site_among_its_applications(browser: Browser) -> None:
    page = browser.get("/bantuan")
    links = {tag.get("rel"): tag.get("href") for tag in page.document.all("link")}
    manifest = json.loads(browser.get(links["manifest"]).data)
    assert manifest["name"].startswith("SakuHAM")
    for icon in manifest["icons"]:
        if icon["sizes"] != "any":
            assert "x".join(map(str, size_of(icon["src"]))) == icon["sizes"]
    assert size_of(links["apple-touch-icon"]) == (180, 180)
    assert "manifest-src 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("theme", "colours"),
    [("auto", ["#1b1b26", "#fffdf8"]), ("light", ["#fffdf8"]), ("dark", ["#1b1b26"])],
)
def test_the_frame_of_the_window_goes_with_the_page(
    browser: Browser, theme: str, colours: list[str]
) -> None:
    browser.get(f"/tampilan?tema={theme}", expect=302)
    metas = browser.get("/bantuan").document.all("meta")
    assert [tag.get("content") for tag in metas if tag.get("name") == "theme-color"] == colours


def test_robots_are_told_where_nothing_is_for_them(browser: Browser) -> None:
    assert "Disallow: /tautan/" in browser.get("/robots.txt").text


def test_a_certificate_is_shared_without_a_script_too(browser: Browser, make: Factory) -> None:
    person = make.learner()
    issued = make.certificate(person, make.book(source=Source(title="Nilai & Contoh #1")))
    browser.sign_in(person)
    page = browser.get(f"/sertifikat/{issued.code}")
    address = f"{HOME}/v/{issued.code}"
    (conversation,) = [link for link in page.links if link.startswith("https://wa.me/")]
    assert parse_qs(urlsplit(conversation).query) == {"text": [f"Nilai & Contoh #1 {address}"]}
    (shown,) = [tag for tag in page.document.all("p") if tag.get("class") == "share-address"]
    assert shown.text.strip() == address
