"""What people do with pages, step by step, by the words they read there."""

import re
from collections.abc import Mapping, Sequence

from playwright.sync_api import Locator, Page, expect

from tests.journeys.people import SLUG, Someone
from tests.journeys.site import Site

SAVED, ON_DEVICE, EMPTY = "Tersimpan", "Tersimpan di perangkat ini", "Belum dijawab"


def button(page: Page, name: str) -> Locator:
    """A button of the page's own part, by its words."""
    return page.get_by_role("main").get_by_role("button", name=name)


def link(page: Page, name: str) -> Locator:
    """A link of the page's own part, by its words."""
    return page.get_by_role("main").get_by_role("link", name=name)


def sign_in(page: Page, person: Someone) -> None:
    """Sign in by the form."""
    page.goto("/masuk")
    fill_sign_in(page, person)


def fill_sign_in(page: Page, person: Someone) -> None:
    """Fill the sign-in form wherever it stands, and send it."""
    page.get_by_label("NIP atau surel").fill(person.number)
    page.get_by_label("Kata sandi").fill(person.password)
    button(page, "Masuk").click()


def sign_out(page: Page) -> None:
    """Sign out by the navigation, which a phone has in its menu."""
    menu = page.locator("header summary")
    if menu.is_visible():
        menu.click()
    page.get_by_role("banner").get_by_role("button", name="Keluar").filter(visible=True).click()


def read_figure(page: Page) -> int:
    """The national figure as the public page shows it."""
    page.goto("/capaian")
    return int((page.locator(".figure-number").text_content() or "").replace(".", ""))


def go_on(page: Page) -> None:
    """Press the chapter's button that leads on."""
    page.get_by_role("main").get_by_role("button", name=re.compile("^Lanjut ke")).click()


def answer_check(page: Page, question: Locator) -> None:
    """Answer a small question of a chapter and read the verdict beside it."""
    question.locator("input[name=pilih]").first.check()
    question.get_by_role("button", name="Periksa").click()
    expect(question.locator(".verdict")).to_contain_text(re.compile("tepat"))


def start_quiz(page: Page) -> str:
    """Start the final quiz from its own page; returns the attempt's token."""
    page.goto(f"/modul/{SLUG}/kuis")
    button(page, "Mulai kuis").click()
    return token_of(page)


def token_of(page: Page) -> str:
    """The token of the attempt that is open."""
    page.wait_for_url("**/percobaan/*")
    return page.url.split("#")[0].rsplit("/", 1)[1]


def question(page: Page, position: int) -> Locator:
    """A question of the attempt."""
    return page.locator(f"#soal-{position}")


def choose(page: Page, position: int, choices: Sequence[int]) -> None:
    """Choose answers of one question, turning to it first where one is shown at a time."""
    shown = question(page, position)
    if not shown.is_visible():
        page.locator(f"[data-number='{position}']").click()
    for box in shown.locator(".choice input").all():
        is_wanted = int(box.get_attribute("value") or "") in choices
        if is_wanted or box.get_attribute("type") == "checkbox":
            box.set_checked(is_wanted)


def fill_in(page: Page, answers: Mapping[int, Sequence[int]]) -> None:
    """Choose the answers of many questions."""
    for position, choices in answers.items():
        choose(page, position, choices)


def chosen(page: Page, position: int) -> list[int]:
    """What is chosen for a question, as the page shows it."""
    boxes = question(page, position).locator(".choice input:checked").all()
    return [int(box.get_attribute("value") or "") for box in boxes]


def expect_state(page: Page, position: int, state: str) -> None:
    """Wait until a question says where its answer is."""
    expect(question(page, position).locator(".save-state")).to_have_text(state)


def hand_in(page: Page) -> None:
    """Press the button that hands the attempt in, turning to it first on a phone."""
    submit = page.locator("#lembar").get_by_role("button", name="Kumpulkan", exact=True)
    if not submit.is_visible():
        # From the last question by its number, which calls off that an answer leads on by itself.
        page.locator("[data-number]").last.click()
        page.get_by_role("button", name="Berikutnya").click()
    submit.click()


def pass_quiz(page: Page, site: Site) -> str:
    """Start the quiz, answer everything right, hand in; returns the certificate's code."""
    token = start_quiz(page)
    fill_in(page, site.right_choices(token))
    hand_in(page)
    link(page, "Buka sertifikat").click()
    page.wait_for_url("**/sertifikat/*")
    return page.url.rsplit("/", 1)[1]
