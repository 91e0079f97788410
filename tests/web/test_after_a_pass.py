"""After a pass: the result shows the certificate and what comes next, and the page has it all."""

from lms.clock import utc_now
from tests.browser import Browser
from tests.factories import Factory, later
from tests.pocketbooks import Source


def test_the_result_shows_the_certificate_its_state_and_the_next_book(
    browser: Browser, make: Factory
) -> None:
    sitting = make.passed(make.learner(at=make.institution(), confirmed=False))
    make.book(source=Source(slug="tema-lain", code="UJI-02", title="Tema Lain"))
    browser.sign_in(sitting.person)
    url = f"/percobaan/{sitting.token}/hasil"
    page = browser.get(url)
    (picture,) = [tag for tag in page.document.all("svg") if tag.get("viewbox") == "0 0 297 210"]
    assert sitting.person.name in picture.text
    assert "menunggu konfirmasi instansi" in page.words
    assert "/buku/tema-lain" in page.links
    make.confirm(sitting.person)
    assert "sudah mengonfirmasi" in browser.get(url).words


def test_the_door_of_the_quiz_leads_back_to_what_was_mastered(
    browser: Browser, make: Factory
) -> None:
    sitting = make.passed(book=make.book(objectives=2))
    browser.sign_in(sitting.person)
    url = f"/percobaan/{sitting.token}/hasil"
    assert url in browser.get(f"/modul/{sitting.book.slug}/kuis").links
    assert "Tujuan yang dikuasai" in browser.get(url).words


def test_while_one_waits_the_door_of_the_quiz_leads_to_what_to_read_again(
    browser: Browser, make: Factory
) -> None:
    sitting = make.not_passed(book=make.book(objectives=2), at=utc_now())
    browser.sign_in(sitting.person)
    page = browser.get(f"/modul/{sitting.book.slug}/kuis")
    assert f"/percobaan/{sitting.token}/hasil" in page.links


def test_after_the_last_book_there_is_no_next_one(browser: Browser, make: Factory) -> None:
    sitting = make.passed()
    browser.sign_in(sitting.person)
    assert "Buku saku berikutnya" not in browser.get(f"/percobaan/{sitting.token}/hasil").words


def test_a_chapter_of_a_passed_quiz_may_be_read_again_and_is_no_duty(
    browser: Browser, make: Factory
) -> None:
    sitting = make.attempt(book=make.book(source=Source(draw=4, pass_mark=50)))
    make.answers(sitting, {**sitting.right, 1: sitting.wrong[1]})
    make.submit(sitting)
    browser.sign_in(sitting.person)
    words = browser.get(f"/percobaan/{sitting.token}/hasil").words
    assert "Boleh dibaca lagi" in words
    assert "Baca lagi" not in words


def test_the_certificates_page_has_each_fact_once_and_all_of_them_in_one_copy(
    browser: Browser, make: Factory
) -> None:
    issued = make.certificate(make.learner(at=make.institution()), at=later(make.now, minutes=0))
    browser.sign_in(issued.person)
    page = browser.get(f"/sertifikat/{issued.code}")
    names = [" ".join(tag.text.split()) for tag in page.document.all("dt")]
    assert len(names) == len(set(names))
    day = f"{make.today:%d-%m-%Y}"
    copies = [tag.get("data-copy") for tag in page.document.all("button") if tag.get("data-copy")]
    whole = next(at for at, value in enumerate(copies) if "\n" in value)
    assert copies[:whole] == [line.split(": ", 1)[1] for line in copies[whole].splitlines()]
    assert any(value[2:] == day[2:] and len(value) == 10 for value in copies)


def test_a_book_promises_that_its_certificate_names_objectives_only_if_it_does(
    browser: Browser, make: Factory
) -> None:
    sentence = "dan tujuan yang diuji. Siapa pun dapat memeriksanya."
    book = make.book()
    assert sentence not in browser.get(f"/buku/{book.slug}").words
    make.revise(book, objectives=2)
    assert sentence in browser.get(f"/buku/{book.slug}").words
