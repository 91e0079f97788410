"""What was answered stays, whatever happens between the browser and the database."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import SLUG, Someone, settle
from tests.journeys.site import Site
from tests.journeys.walking import (
    EMPTY,
    ON_DEVICE,
    SAVED,
    button,
    choose,
    chosen,
    expect_state,
    fill_in,
    fill_sign_in,
    hand_in,
    link,
    sign_in,
    start_quiz,
)
from tests.journeys.windows import PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

COOKIE = "masuk"


@pytest.fixture
def person(site: Site) -> Someone:
    return settle(site, has_read=True)


def open_attempt(page: Page, person: Someone) -> str:
    sign_in(page, person)
    return start_quiz(page)


def test_a_reload_shows_every_saved_answer(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site)
    token = open_attempt(page, person)
    answers = dict(list(site.right_choices(token).items())[:5])
    fill_in(page, answers)
    for position in answers:
        expect_state(page, position, SAVED)
    page.reload()
    assert {position: chosen(page, position) for position in answers} == answers
    for position in answers:
        expect_state(page, position, SAVED)
    expect_state(page, 6, EMPTY)


def test_a_second_tab_shows_what_the_first_answers(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    first = open_window(site)
    token = open_attempt(first, person)
    second = first.context.new_page()
    second.goto(f"/percobaan/{token}")
    choose(first, 1, [0])
    expect_state(first, 1, SAVED)
    expect_state(second, 1, SAVED)
    assert chosen(second, 1) == [0]
    choose(second, 1, [1])
    expect_state(second, 1, SAVED)
    expect(first.locator("#soal-1 input[value='1']")).to_be_checked()
    assert site.saved_answers(token)[1] == chosen(first, 1)


def test_an_old_tab_that_hands_in_does_not_undo_newer_answers(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    old = open_window(site, javascript=False)
    token = open_attempt(old, person)
    right = site.right_choices(token)
    fill_in(old, {1: site.wrong_choices(token)[1]})
    button(old, "Simpan jawaban").first.click()
    new = open_window(site)
    sign_in(new, person)
    new.goto(f"/percobaan/{token}")
    fill_in(new, right)
    for position in right:
        expect_state(new, position, SAVED)
    hand_in(old)
    expect(old.locator(".outcome-word")).to_have_text("Lulus")
    assert site.saved_answers(token) == right


def test_between_two_devices_the_newest_answer_wins(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    desk, phone = open_window(site), open_window(site, width=PHONE)
    token = open_attempt(desk, person)
    sign_in(phone, person)
    phone.goto(f"/percobaan/{token}")
    for choice in (0, 1, 0):
        choose(desk, 1, [choice])
        expect_state(desk, 1, SAVED)
    # The phone knows nothing of the three before, and its person chooses last.
    choose(phone, 1, [2])
    expect_state(phone, 1, SAVED)
    desk.reload()
    assert 2 in chosen(desk, 1)
    assert site.saved_answers(token)[1] == chosen(desk, 1)


def test_the_back_button_finds_the_answers_and_after_the_end_the_result(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site)
    token = open_attempt(page, person)
    right = site.right_choices(token)
    choose(page, 1, right[1])
    expect_state(page, 1, SAVED)
    page.get_by_role("banner").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/buku/"))
    page.go_back()
    expect_state(page, 1, SAVED)
    assert chosen(page, 1) == right[1]
    fill_in(page, right)
    hand_in(page)
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    page.go_back()
    expect(page.locator(".outcome-word")).to_have_text("Lulus")


def test_answers_without_a_connection_wait_on_the_device_and_go_by_themselves(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site)
    token = open_attempt(page, person)
    right = site.right_choices(token)
    choose(page, 1, right[1])
    expect_state(page, 1, SAVED)
    page.context.set_offline(True)
    for position in (2, 3):
        choose(page, position, right[position])
        expect_state(page, position, ON_DEVICE)
    expect(page.locator("[data-notice]")).to_contain_text("Sambungan terputus")
    hand_in(page)
    expect(page.locator("[data-notice]")).to_contain_text("Belum dapat dikumpulkan")
    assert 2 not in site.saved_answers(token)
    page.context.set_offline(False)
    for position in (2, 3):
        expect_state(page, position, SAVED)
    expect(page.locator("[data-notice]")).to_be_empty()
    assert site.saved_answers(token) == {position: right[position] for position in (1, 2, 3)}


def test_answers_without_a_connection_survive_a_closed_tab(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    token = open_attempt(page, person)
    page.context.set_offline(True)
    choose(page, 1, [1])
    expect_state(page, 1, ON_DEVICE)
    page.close()
    page.context.set_offline(False)
    again = page.context.new_page()
    again.goto(f"/percobaan/{token}#soal-1")
    expect_state(again, 1, SAVED)
    assert 1 in chosen(again, 1)
    assert site.saved_answers(token)[1] == chosen(again, 1)


def test_an_ended_session_costs_a_sign_in_and_no_answer(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site)
    token = open_attempt(page, person)
    right = site.right_choices(token)
    page.context.clear_cookies(name=COOKIE)
    for position in (1, 2):
        choose(page, position, right[position])
        expect_state(page, position, ON_DEVICE)
    notice = page.locator("[data-notice]")
    expect(notice).to_contain_text("Sesi Anda telah berakhir")
    expect(notice.locator("[data-count]")).to_have_text("2")
    notice.get_by_role("link", name="Masuk lagi").click()
    fill_sign_in(page, person)
    for position in (1, 2):
        expect_state(page, position, SAVED)
    assert site.saved_answers(token) == {position: right[position] for position in (1, 2)}


def test_signing_out_on_another_device_costs_no_answer(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page, other = open_window(site, width=PHONE), open_window(site)
    token = open_attempt(page, person)
    sign_in(other, person)
    other.goto("/akun")
    button(other, "Keluar dari semua perangkat").click()
    expect(other).to_have_url(re.compile("/masuk"))
    choose(page, 1, [0])
    expect_state(page, 1, ON_DEVICE)
    link(page, "Masuk lagi").click()
    fill_sign_in(page, person)
    page.goto(f"/percobaan/{token}#soal-1")
    expect_state(page, 1, SAVED)
    assert 0 in site.saved_answers(token)[1]


def test_without_javascript_an_ended_session_carries_the_answers_through_the_sign_in(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE, javascript=False)
    token = open_attempt(page, person)
    right = site.right_choices(token)
    fill_in(page, right)
    page.context.clear_cookies(name=COOKIE)
    hand_in(page)
    expect(page.get_by_role("main")).to_contain_text("Yang Anda ketik masih ada")
    page.get_by_label("NIP atau surel").fill(person.number)
    page.get_by_label("Kata sandi").fill("bukan-kata-sandinya")
    button(page, "Masuk").click()
    expect(page.get_by_role("main")).to_contain_text("Yang Anda ketik masih ada")
    fill_sign_in(page, person)
    button(page, "Kirim lagi").click()
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    assert site.saved_answers(token) == right


def test_a_killed_server_is_waited_for_and_the_quiz_goes_on(
    killable_site: Site, open_window: OpenWindow
) -> None:
    person = settle(killable_site, has_read=True)
    page = open_window(killable_site)
    token = open_attempt(page, person)
    right = killable_site.right_choices(token)
    for position in (1, 2):
        choose(page, position, right[position])
        expect_state(page, position, SAVED)
    killable_site.kill()
    for position in (3, 4):
        choose(page, position, right[position])
        expect_state(page, position, ON_DEVICE)
    assert killable_site.saved_answers(token) == {position: right[position] for position in (1, 2)}
    killable_site.start()
    for position in (3, 4):
        # It asks again by itself, each time after a longer pause.
        expect_state(page, position, SAVED)
    fill_in(page, right)
    hand_in(page)
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    page.goto(f"/buku/{SLUG}")
    expect(link(page, "Buka sertifikat")).to_be_visible()
