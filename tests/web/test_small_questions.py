"""A small question lets one try again before it tells the answer, or tells it when asked."""

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
    first = next(value for name, value, _ in form.buttons if name == "minta")
    choices = "".join(f"&pilih={choice}" for choice in chosen)
    return browser.get(f"{CHAPTER}?cek={key}{choices}&minta={first}")


def ask_why(browser: Browser, page: Page, *chosen: int, key: str = "uji01-c01") -> Page:
    """Press the button that tells the answer."""
    form = page.text.partition(f'id="{key}"')[2].partition("</form>")[0]
    assert "hidden" not in form.partition("data-why")[2].partition(">")[0]
    choices = "".join(f"&pilih={choice}" for choice in chosen)
    return browser.get(f"{CHAPTER}?cek={key}{choices}&minta=2")


def test_each_miss_says_what_is_wrong_with_it_and_nothing_of_the_answer(
    browser: Browser, make: Factory
) -> None:
    make.book()
    page = browser.get(CHAPTER)
    notes = {1: "Warga menunggu tanpa kepastian.", 2: "Beban berpindah kepada warga."}
    for choice in (1, 2, 1):
        page = answer(browser, page, choice)
        assert "Belum tepat. Baca catatan pada pilihan Anda, lalu pilih lagi." in page.words
        assert [note for note in notes.values() if note in page.words] == [notes[choice]]
        assert [words for words in TOLD if words in page.words] == []
        assert "is-valid" not in page.text.partition('class="check"')[2].partition("</form>")[0]


def test_who_asks_for_the_explanation_is_told_everything(browser: Browser, make: Factory) -> None:
    make.book()
    told = ask_why(browser, answer(browser, browser.get(CHAPTER), 1), 1)
    assert "Jawaban yang tepat sudah ditandai." in told.words
    assert "Warga menunggu tanpa kepastian." in told.words
    assert [words for words in TOLD if words not in told.words] == []
    assert "Ulangi soal ini" in told.words


def test_the_explanation_is_offered_only_after_a_miss(browser: Browser, make: Factory) -> None:
    make.book()
    page = browser.get(CHAPTER)
    for shown in (page, answer(browser, page), answer(browser, page, 0)):
        button = shown.text.partition("data-why")[2].partition(">")[0]
        assert "hidden" in button


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
    assert "lalu pilih lagi" in missed.words
    assert "Pilih dahulu jawaban Anda" in answer(browser, missed).words


def test_of_several_only_the_wrong_ones_are_told_before_the_end(
    browser: Browser, make: Factory
) -> None:
    make.book(source=SEVERAL)
    page, key = browser.get(CHAPTER), "uji01-c09"
    mixed = answer(browser, page, 0, 2, key=key)
    assert "Kenalan tidak berhak lebih dahulu." in mixed.words
    assert "Pendatang juga warga." not in mixed.words
    assert "Jawaban tepat" not in mixed.words
    partly = answer(browser, page, 0, key=key)
    assert "Belum lengkap: masih ada pilihan lain yang benar. Pilih lagi." in partly.words
    assert "Setiap orang setara." not in partly.words
    assert "Setiap orang setara." in answer(browser, partly, 0, 1, key=key).words
    assert "Setiap orang setara." in ask_why(browser, partly, key=key).words
