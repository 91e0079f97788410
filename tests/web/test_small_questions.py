"""A small question lets one try once more before it tells the answer."""

from tests.browser import Browser, Page
from tests.factories import Factory
from tests.pocketbooks import Source

CHAPTER = "/buku/nilai-contoh/1"
TOLD = ("Mendengar adalah awal layanan.", "UU 25/2009", "Tepat untuk bab 1.", "Jawaban tepat")

# Two right choices of four, before the question that every chapter has.
SEVERAL = Source(
    chapters=1,
    extra="""\
## Cek pemahaman

### Mana yang setara?
<!-- id: uji01-c09 -->

- [x] Nomor antrean
- [x] Ramah kepada semua
- [ ] Mendahulukan kenalan
  > Kenalan tidak berhak lebih dahulu.
- [ ] Menolak pendatang
  > Pendatang juga warga.

> **Pembahasan:** Setiap orang setara.
>
> **Sumber:** UU 39/1999.
""",
)


def answer(browser: Browser, page: Page, *chosen: int, key: str = "uji01-c01") -> Page:
    """Answer as a browser without scripts does: choose, then press the question's own button."""
    form = next(form for form in page.forms if form.fields.get("cek") == [key])
    (again,) = [value for name, value, _ in form.buttons if name == "kali"]
    choices = "".join(f"&pilih={choice}" for choice in chosen)
    return browser.get(f"{CHAPTER}?cek={key}{choices}&kali={again}")


def test_the_first_miss_says_what_is_wrong_with_it_and_nothing_of_the_answer(
    browser: Browser, make: Factory
) -> None:
    make.book()
    missed = answer(browser, browser.get(CHAPTER), 1)
    assert "Belum tepat. Baca catatan pada pilihan Anda, lalu coba sekali lagi." in missed.words
    assert "Warga menunggu tanpa kepastian." in missed.words
    assert [words for words in TOLD if words in missed.words] == []
    assert "is-valid" not in missed.text.partition('class="check"')[2].partition("</form>")[0]


def test_the_second_miss_tells_everything(browser: Browser, make: Factory) -> None:
    make.book()
    told = answer(browser, answer(browser, browser.get(CHAPTER), 1), 2)
    assert "Jawaban Anda belum tepat." in told.words
    assert "Beban berpindah kepada warga." in told.words
    assert [words for words in TOLD if words not in told.words] == []


def test_a_right_answer_is_explained_whenever_it_comes(browser: Browser, make: Factory) -> None:
    make.book()
    page = browser.get(CHAPTER)
    for before in (page, answer(browser, page, 1)):
        right = answer(browser, before, 0)
        assert "Jawaban Anda tepat." in right.words
        assert [words for words in TOLD if words not in right.words] == []


def test_what_is_over_can_be_begun_again(browser: Browser, make: Factory) -> None:
    make.book()
    over = answer(browser, browser.get(CHAPTER), 0)
    assert "Ulangi soal ini" in over.words
    fresh = answer(browser, over, 0)
    assert "Jawaban Anda" not in fresh.words
    assert "checked" not in fresh.text
    assert "Belum tepat." in answer(browser, fresh, 2).words


def test_nothing_chosen_is_answered_by_our_own_words_and_is_no_try(
    browser: Browser, make: Factory
) -> None:
    make.book()
    page = browser.get(CHAPTER)
    assert "required" not in page.text
    empty = answer(browser, page)
    assert "Pilih dahulu jawaban Anda, lalu tekan Periksa jawaban." in empty.words
    assert [words for words in TOLD if words in empty.words] == []
    missed = answer(browser, empty, 1)
    assert "lalu coba sekali lagi" in missed.words
    assert "Pilih dahulu jawaban Anda" in answer(browser, missed).words


def test_of_several_only_the_wrong_ones_are_told_at_first(browser: Browser, make: Factory) -> None:
    make.book(source=SEVERAL)
    page, key = browser.get(CHAPTER), "uji01-c09"
    mixed = answer(browser, page, 0, 2, key=key)
    assert "Kenalan tidak berhak lebih dahulu." in mixed.words
    assert "Pendatang juga warga." not in mixed.words
    assert "Jawaban tepat" not in mixed.words
    partly = answer(browser, page, 0, key=key)
    assert "Belum lengkap: masih ada pilihan lain yang benar. Coba sekali lagi." in partly.words
    assert "Setiap orang setara." not in partly.words
    assert "Setiap orang setara." in answer(browser, partly, 0, key=key).words
