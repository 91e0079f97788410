"""An attempt at the final quiz as a page without a script."""

from tests.browser import Browser
from tests.factories import Factory


def test_without_a_script_answers_can_be_saved_on_the_way(browser: Browser, make: Factory) -> None:
    sitting = make.attempt(book=make.book(bank=6))
    browser.sign_in(sitting.person)
    page = browser.get(f"/percobaan/{sitting.token}")
    form = page.form(f"/percobaan/{sitting.token}")
    deeds = [value for name, value, _ in form.buttons if name == "aksi"]
    # Four questions: after the third, and at the end before handing in.
    assert deeds == ["simpan", "simpan", "kumpulkan"]
    page = browser.submit(form, {"jawaban-1": ["1"]}, button="Simpan jawaban")
    assert "Jawaban Anda tersimpan." in page.words
    assert page.form(f"/percobaan/{sitting.token}").fields["jawaban-1"] == ["1"]


def test_what_is_answered_shows_as_a_bar_and_as_a_number_at_the_list(
    browser: Browser, make: Factory
) -> None:
    sitting = make.attempt()
    browser.sign_in(sitting.person)
    page = browser.get(f"/percobaan/{sitting.token}")
    (bar,) = page.document.all("progress")
    assert (bar.get("value"), bar.get("max")) == ("0", "4")
    assert bar.get("aria-label") == "Soal yang sudah dijawab"
    (numbers,) = [tag for tag in page.document.all("nav") if tag.get("id") == "daftar-soal"]
    assert "Sisa 4 dari 4" in " ".join(numbers.text.split())
