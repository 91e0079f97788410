"""From a stranger's registration to a counted civil servant, and back when the paper is revoked."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.certificates.codes import show_code
from lms.certificates.numbers import group_number, mask_grouped
from tests.journeys.papers import download, qr_of, text_of
from tests.journeys.people import (
    COORDINATOR,
    MINISTRY,
    OFFICER,
    PASSWORD,
    SLUG,
    Someone,
    invent,
    settle,
)
from tests.journeys.site import Site
from tests.journeys.walking import (
    SAVED,
    answer_check,
    button,
    expect_state,
    fill_in,
    fill_sign_in,
    go_on,
    hand_in,
    link,
    read_figure,
    sign_in,
    sign_out,
    token_of,
)
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

TITLE = "Nilai-Nilai Dasar HAM untuk ASN"
CHAPTERS = 6
REASON = "Nama pada sertifikat keliru, dilaporkan oleh pemiliknya."


def test_a_stranger_becomes_a_counted_civil_servant_and_a_revocation_takes_it_back(
    each_site: Site, open_window: OpenWindow
) -> None:
    person = invent("Dr. Cut Nyak Meutia, S.H., M.Hum.")
    page = open_window(each_site, width=PHONE)
    before = read_figure(page)
    register(page, person)
    open_mailed_link(page, person)
    confirm(open_window(each_site), person)

    page.goto("/")
    link(page, TITLE).click()
    link(page, "Mulai membaca").click()
    read_all_chapters(page)
    assert read_figure(page) == before
    page.goto(f"/modul/{SLUG}/kuis")
    button(page, "Mulai kuis").click()
    sit_the_quiz(page, each_site)
    assert read_figure(page) == before + 1

    page.goto("/belajar")
    link(page, "Buka sertifikat").click()
    code = page.url.rsplit("/", 1)[1]
    number = page.locator(".copy-value", has_text=re.compile(r"^HAM\.")).first.inner_text()
    verification = f"{each_site.url}/v/{code}"
    pdf = download(page, code)
    printed = text_of(pdf)
    for words in (
        person.name,
        mask_grouped(person.number),
        MINISTRY,
        TITLE,
        number,
        show_code(code),
    ):
        assert words in printed
    assert "belum dikonfirmasi" not in printed
    assert qr_of(pdf).startswith(verification.upper() + "#")

    stranger = open_window(each_site, width=PHONE)
    stranger.goto(verification)
    expect_verdict(stranger, "Sah")
    for words in (person.name, MINISTRY, TITLE, show_code(code)):
        expect(stranger.get_by_role("main")).to_contain_text(words)
    expect(stranger.get_by_role("main")).not_to_contain_text(person.number)

    revoke(open_window(each_site), code)
    stranger.reload()
    expect_verdict(stranger, "Dicabut")
    assert read_figure(stranger) == before


def test_without_javascript_on_a_phone_the_road_is_the_same(
    site: Site, open_window: OpenWindow
) -> None:
    person = invent("Made Wirawan, S.Sos.")
    page = open_window(site, width=PHONE, javascript=False)
    before = read_figure(page)
    register(page, person)
    open_mailed_link(page, person)
    confirm(open_window(site, width=PHONE, javascript=False), person)

    page.goto(f"/buku/{SLUG}")
    link(page, "Mulai membaca").click()
    read_all_chapters(page)
    button(page, "Mulai kuis").click()
    token = token_of(page)
    right = site.right_choices(token)
    fill_in(page, dict(list(right.items())[:4]))
    button(page, "Simpan jawaban").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Jawaban Anda tersimpan.")
    assert site.saved_answers(token) == dict(list(right.items())[:4])
    fill_in(page, right)
    hand_in(page)
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    link(page, "Buka sertifikat").click()
    code = page.url.rsplit("/", 1)[1]
    assert qr_of(download(page, code)).startswith(f"{site.url}/v/{code}#".upper())
    link(page, "Periksa keaslian").click()
    expect_verdict(page, "Sah")
    assert read_figure(page) == before + 1


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_from_signing_in_to_the_certificate_it_takes_at_most_five_presses(
    site: Site, open_window: OpenWindow, width: int
) -> None:
    person = settle(site)
    page = open_window(site, width=width)
    page.goto("/masuk")
    page.add_init_script(COUNT_PRESSES)
    page.reload()
    fill_sign_in(page, person)
    link(page, "Mulai membaca").click()
    for _ in range(CHAPTERS):
        go_on(page)
    button(page, "Mulai kuis").click()
    answers = site.right_choices(token_of(page))
    fill_in(page, answers)
    hand_in(page)
    link(page, "Buka sertifikat").click()
    expect(page.get_by_role("heading", name="Sertifikat", exact=True)).to_be_visible()
    presses = page.evaluate("JSON.parse(sessionStorage.presses)")
    counted = [words for words in presses if not READING_ON.match(words)]
    assert len(counted) <= 5, counted


# Links and buttons only: a press on a choice is an answer.
COUNT_PRESSES = """
addEventListener("click", (event) => {
  const pressed = event.target.closest("a, button, summary");
  if (!pressed) return;
  const presses = JSON.parse(sessionStorage.presses ?? "[]");
  sessionStorage.presses = JSON.stringify([...presses, pressed.textContent.trim()]);
}, true);
"""
READING_ON = re.compile(r"Lanjut ke |Berikutnya|Soal\s+\d+")


def register(page: Page, person: Someone) -> None:
    page.goto("/masuk")
    link(page, "Daftar akun baru").click()
    page.get_by_label("Nama lengkap").fill(person.name)
    page.get_by_label("NIP atau NI PPPK").fill(group_number(person.number))
    page.get_by_label("Surel resmi").fill(person.email)
    field = page.get_by_label("Instansi").first
    field.fill(person.institution)
    if (
        field.get_attribute("role") == "combobox"
    ):  # else there is no JavaScript, and the name will do
        page.get_by_role("option", name=person.institution).first.click()
    button(page, "Daftar").click()
    expect(page.get_by_role("heading", name="Periksa surel Anda")).to_be_visible()


def open_mailed_link(page: Page, person: Someone) -> None:
    page.goto("/surel")
    message = page.locator(".mail", has_text=person.email)
    message.get_by_role("link").click()
    page.get_by_label("Kata sandi baru").fill(PASSWORD)
    page.get_by_label("Ulangi kata sandi").fill(PASSWORD)
    button(page, "Simpan kata sandi").click()
    expect(page.get_by_role("main")).to_contain_text("Kata sandi tersimpan")


def confirm(page: Page, person: Someone) -> None:
    sign_in(page, OFFICER)
    page.goto("/kepegawaian?status=waiting")
    button(page, f"Konfirmasi {person.name}").click()
    expect(page.get_by_role("main")).to_contain_text(f"{person.name} terkonfirmasi.")
    sign_out(page)


def read_all_chapters(page: Page) -> None:
    for number in range(1, CHAPTERS + 1):
        expect(page.locator(".chapter-place")).to_contain_text(f"Bab {number} dari {CHAPTERS}")
        for check in page.locator("form.check").all():
            answer_check(page, check)
        go_on(page)
    expect(page.get_by_role("heading", name="Kuis akhir", level=1)).to_be_visible()


def sit_the_quiz(page: Page, site: Site) -> None:
    token = token_of(page)
    served = page.request.get(f"/percobaan/{token}").text()
    assert [secret for secret in site.secrets(token) if secret in served] == []
    right = site.right_choices(token)
    fill_in(page, right)
    for position in right:
        expect_state(page, position, SAVED)
    assert site.saved_answers(token) == right
    hand_in(page)
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    # Handed in again by an impatient finger: the same result, and no second certificate.
    page.goto(f"/percobaan/{token}")
    expect(page.locator(".outcome-word")).to_have_text("Lulus")


def revoke(page: Page, code: str) -> None:
    sign_in(page, COORDINATOR)
    page.goto("/koordinator/sertifikat")
    page.get_by_label("Cari kode, nomor, atau nama").fill(show_code(code))
    button(page, "Cari").click()
    link(page, show_code(code)).click()
    form = page.locator("form[action$='/cabut']")
    form.get_by_label("Kuis tidak dikerjakan sendiri atau tidak jujur").check()
    form.get_by_label("Alasan", exact=True).fill(REASON)
    button(page, "Cabut sertifikat").click()
    expect(page.get_by_role("main")).to_contain_text("Sertifikat dicabut.")
    expect(page.locator(".history")).to_contain_text(REASON)


def expect_verdict(page: Page, word: str) -> None:
    """A page of a check has this verdict in its heading."""
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(rf"Hasil pemeriksaan sertifikat:\s*{word}"))
