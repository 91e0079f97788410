"""Links and pictures of a pocketbook lead where they may, wherever its texts are shown."""

from tests.browser import Browser
from tests.factories import Factory
from tests.pocketbooks import Source

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
    '<rect width="40" height="20"/></svg>'
)
LINKS = (
    "[awal](buku.md), [bab 2](02-bab-2.md), [bab 1](/buku/nilai-contoh/1#p2), "
    "[buku lain](/buku/buku-lain), [bab lain](/buku/buku-lain/4), [muka](/), "
    "[bantuan](/bantuan?dari=buku&lagi#surel), [luar](https://contoh.example/a)."
)
LED_TO = [
    "/buku/nilai-contoh", "/buku/nilai-contoh/2", "/buku/nilai-contoh/1#p2", "/buku/buku-lain",
    "/buku/buku-lain/4", "/", "/bantuan?dari=buku&lagi#surel", "https://contoh.example/a",
]  # fmt: skip
SOURCE = Source(
    extra=f"{LINKS}\n\n![Sebuah kotak](gambar/kotak.svg)",
    wording=f"Warga bertanya, dan [bab 2](02-bab-2.md) menjawab ({LINKS})",
    files={"gambar/kotak.svg": DRAWING},
)


def test_a_chapter_leads_where_its_author_meant(browser: Browser, make: Factory) -> None:
    make.book(source=SOURCE)
    page = browser.get("/buku/nilai-contoh/1")
    in_text = [
        link.get("href")
        for link in page.document.all("a")
        if any("prose" in tag.get("class") for tag in link.parents)
    ]
    assert in_text == ["/buku/nilai-contoh/2", *LED_TO, *LED_TO]
    (picture,) = [image for image in page.document.all("img") if image.get("alt") == "Sebuah kotak"]
    assert browser.get(picture.get("src")).status == 200


def test_questions_lead_there_too_in_an_attempt_and_after_the_end(
    browser: Browser, make: Factory
) -> None:
    sitting = make.attempt(book=make.book(source=SOURCE))
    browser.sign_in(sitting.person)
    assert set(LED_TO) <= set(browser.get(f"/percobaan/{sitting.token}").links)
    make.answers(sitting, sitting.right)
    make.submit(sitting)
    assert set(LED_TO) <= set(browser.get(f"/percobaan/{sitting.token}/hasil").links)
