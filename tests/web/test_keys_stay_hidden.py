"""No page and no answer to a program holds the key of a quiz before its end."""

import re

from tests.browser import Browser
from tests.factories import Book, Factory
from tests.pocketbooks import Source, right_choices

SIGNS = ("KUNCI", "is_right", "data-right", "feedback", "Pembahasan", "benar-")


def pages_before_the_end(browser: Browser, book: Book, token: str) -> dict[str, str]:
    """All that a person who sits the quiz can open, by address."""
    urls = ["/", "/belajar", f"/buku/{book.slug}", f"/modul/{book.slug}/kuis"]
    urls += [f"/buku/{book.slug}/{n}" for n in range(1, book.source.chapters + 1)]
    urls += [f"/percobaan/{token}", f"/percobaan/{token}/hasil", "/akun/data", "/akun/data.json"]
    return {url: browser.get(url).text for url in urls}


def test_no_page_holds_the_key_while_the_attempt_is_open(browser: Browser, make: Factory) -> None:
    book = make.book()
    sitting = make.attempt(make.learner(), book)
    browser.sign_in(sitting.person)
    pages = pages_before_the_end(browser, book, sitting.token)
    page = browser.post(f"/percobaan/{sitting.token}", {"aksi": "kumpulkan"})
    assert page.form(f"/percobaan/{sitting.token}").fields["yakin"] == ["ya"]
    pages["the confirmation"] = page.text
    for position in sitting.right:
        url = f"/percobaan/{sitting.token}/jawaban/{position}"
        saved = browser.put(url, {"choices": sitting.right[position], "sequence": 1})
        assert saved.json.keys() == {"choices", "sequence", "saved"}
        pages[url] = saved.text
    for url, text in pages.items():
        for sign in SIGNS[:4]:
            assert sign not in text, (url, sign)
    assert "Pembahasan" not in pages[f"/percobaan/{sitting.token}"]


def test_the_result_of_before_a_revocation_holds_no_key_while_the_quiz_is_sat_again(
    browser: Browser, make: Factory
) -> None:
    passed = make.passed()
    browser.sign_in(passed.person)
    url = f"/percobaan/{passed.token}/hasil"
    assert "KUNCI" in browser.get(url).text
    make.revoke(make.issued(passed))
    make.attempt(passed.person, passed.book)
    page = browser.get(url)
    assert "KUNCI" not in page.text
    assert "Jawaban Anda tetap tersimpan" in page.words


def test_a_right_choice_looks_like_a_wrong_one_in_the_quiz(browser: Browser, make: Factory) -> None:
    sitting = make.attempt()
    browser.sign_in(sitting.person)
    page = browser.get(f"/percobaan/{sitting.token}")
    shapes = {"right": set(), "wrong": set()}  # type: dict[str, set[str]]
    for tag in page.document.all("input"):
        if not tag.get("name").startswith("jawaban-"):
            continue
        label = tag.inside("label")
        assert label is not None
        words = " ".join(label.text.split())
        number = re.search(r"Soal (\d+) pilihan", words)
        assert number is not None
        kind = "right" if any(r in words for r in right_choices(int(number[1]))) else "wrong"
        attributes = {name for name in tag.attributes if name != "value"}
        parents = [(each.name, each.get("class")) for each in tag.parents[-4:]]
        shapes[kind].add(f"{tag.get('type')} {sorted(attributes)} {parents}")
    assert shapes["right"] == shapes["wrong"]


def test_an_answer_says_nothing_about_being_right(browser: Browser, make: Factory) -> None:
    sitting = make.attempt()
    browser.sign_in(sitting.person)
    url = f"/percobaan/{sitting.token}/jawaban/1"
    right = browser.put(url, {"choices": sitting.right[1], "sequence": 1})
    wrong = browser.put(url, {"choices": sitting.wrong[1], "sequence": 2})
    assert right.json | {"choices": 0, "sequence": 0} == wrong.json | {"choices": 0, "sequence": 0}
    assert len(right.headers) == len(wrong.headers)


def test_the_bank_is_not_to_be_had_by_the_door_of_the_small_questions(
    browser: Browser, make: Factory
) -> None:
    make.book()
    for number in range(1, 7):
        url = f"/buku/nilai-contoh/1?cek=uji01-k{number:02}&pilih=0"
        assert "KUNCI" not in browser.get(url, expect=404).text
        browser.get(url, expect=404, headers={"X-Part": "check"})


def test_a_miss_shows_chapters_and_nothing_of_single_questions(
    browser: Browser, make: Factory
) -> None:
    sitting = make.not_passed()
    browser.sign_in(sitting.person)
    page = browser.get(f"/percobaan/{sitting.token}/hasil")
    assert "KUNCI" not in page.text
    assert "Belum tepat" not in page.words
    assert not re.search(r"Soal \d+ pilihan", page.text)
    assert f"/buku/{sitting.book.slug}/1" in page.links


def test_a_miss_shows_objectives_to_read_again_and_nothing_of_single_questions(
    browser: Browser, make: Factory
) -> None:
    book = make.book(objectives=2, chapters=3)
    sitting = make.attempt(book=book)
    make.answers(sitting, {1: sitting.right[1]})
    make.submit(sitting)
    browser.sign_in(sitting.person)
    page = browser.get(f"/percobaan/{sitting.token}/hasil")
    assert "KUNCI" not in page.text
    assert "Tujuan yang perlu dibaca lagi" in page.words
    assert "dikuasai" not in page.text.casefold()
    assert not re.search(r"Soal \d+ pilihan", page.text)
    assert {f"/buku/{book.slug}/{number}" for number in (1, 2, 3)} <= set(page.links)
    assert re.findall(r"\d+ dari \d+", page.words) == ["1 dari 4"]


def test_after_a_pass_the_objectives_are_mastered_or_to_read_again(
    browser: Browser, make: Factory
) -> None:
    sitting = make.attempt(book=make.book(source=Source(objectives=4, pass_mark=75)))
    make.answers(sitting, {**sitting.right, 1: sitting.wrong[1]})
    make.submit(sitting)
    browser.sign_in(sitting.person)
    words = browser.get(f"/percobaan/{sitting.token}/hasil").words
    mastered, again = words.split("Tujuan yang perlu dibaca lagi")
    mastered = mastered.split("Tujuan yang dikuasai")[1]
    assert (mastered.count("Memilih langkah"), mastered.count("1 dari 1")) == (3, 3)
    again = again.split("Jawaban Anda")[0]
    assert (again.count("Memilih langkah"), again.count("0 dari 1")) == (1, 1)
    assert "Boleh dibaca lagi" in again


def test_after_a_pass_the_key_is_shown_to_who_has_passed_and_to_nobody_else(
    browser: Browser, make: Factory
) -> None:
    sitting = make.passed()
    browser.sign_in(sitting.person)
    assert "KUNCI-bahasan" in browser.get(f"/percobaan/{sitting.token}/hasil").text
    other = browser.another()
    other.sign_in(make.learner())
    other.get(f"/percobaan/{sitting.token}/hasil", expect=404)


def test_a_small_question_shows_its_key_only_when_answered(browser: Browser, make: Factory) -> None:
    make.book()
    assert "Mendengar adalah awal layanan" not in browser.get("/buku/nilai-contoh/1").text
    answered = browser.get("/buku/nilai-contoh/1?cek=uji01-c01&pilih=1&minta=2")
    assert "Mendengar adalah awal layanan" in answered.words
    assert "Warga menunggu tanpa kepastian" in answered.words
