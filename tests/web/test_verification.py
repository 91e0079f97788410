"""Verification: what anybody may know who has a code, and nothing for those who guess."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from pypdfium2 import PdfDocument

from lms.certificates.codes import ALPHABET, show_code
from tests.browser import Browser, Page
from tests.factories import Factory, Issued
from tests.pocketbooks import Source, objective_text
from tests.web.conftest import World

NOBODYS_CODE = "000000000000"  # a true code that was never issued


def told_of(issued: Issued, page: Page) -> None:
    """The public facts of a certificate stand on a page, and no more of the number."""
    person = issued.person
    assert person.institution is not None
    for fact in (person.name, person.institution.name, "Nilai Contoh", "2026.1", "2 JP"):
        assert fact in page.words, fact
    assert "•" * 15 + person.number[-3:] in page.text.replace(" ", "")
    assert person.number not in page.text
    assert person.email not in page.text


@pytest.fixture
def issued(make: Factory) -> Issued:
    """A certificate of somebody confirmed."""
    return make.certificate(make.learner("Siti Aminah, S.H.", at=make.institution("Kota Contoh")))


def test_a_certificate_in_force_is_valid(browser: Browser, issued: Issued) -> None:
    page = browser.get(f"/v/{issued.code}")
    assert "sah" in page.words.lower()
    told_of(issued, page)


def test_the_pass_mark_is_the_one_of_the_quiz_that_was_passed(
    browser: Browser, make: Factory
) -> None:
    book = make.book(source=Source(pass_mark=90))
    issued = make.certificate(make.learner(), book)
    page = browser.get(f"/v/{issued.code}")
    assert "Syarat lulus kuis akhir, nilai paling sedikit 90 dari 100" in page.words


def test_a_revoked_one_says_so_and_when(browser: Browser, make: Factory, issued: Issued) -> None:
    make.revoke(issued)
    page = browser.get(f"/v/{issued.code}")
    assert "dicabut" in page.words.lower()
    assert "Sertifikat sah" not in page.words
    told_of(issued, page)


def test_a_replaced_one_leads_to_its_replacement(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    make.rename(issued.person, "Siti Aminah, M.H.")
    code = make.replace(issued)
    page = browser.get(f"/v/{issued.code}")
    assert "diganti" in page.words.lower()
    assert f"/v/{code}" in page.links
    assert "Siti Aminah, M.H." in browser.get(f"/v/{code}").words


def test_an_invented_one_is_not_found(browser: Browser, issued: Issued) -> None:
    page = browser.get(f"/v/{NOBODYS_CODE}", expect=404)
    assert "tidak dikenal" in page.words.lower()
    assert issued.person.name not in page.words


@pytest.mark.parametrize("written", ["{0}-{1}-{2}", "{0} {1} {2}", "  {0}–{1}.{2} "])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_a_code_is_found_however_it_is_written(
    browser: Browser, issued: Issued, written: str, case: object
) -> None:
    assert callable(case)
    typed = case(written.format(*show_code(issued.code).split("-")))
    form = browser.get("/verifikasi").form("/verifikasi")
    page = browser.submit(form, {"kode": typed})
    assert page.path == f"/v/{issued.code}"


def test_a_wrong_character_is_pointed_at(browser: Browser, issued: Issued) -> None:
    for position in (0, 5, 11):
        right = issued.code[position]
        other = next(symbol for symbol in ALPHABET if symbol != right)
        typed = issued.code[:position] + other + issued.code[position + 1 :]
        page = browser.get(f"/verifikasi?kode={typed}", expect=422)
        assert f"karakter ke-{position + 1}" in page.words
        assert typed in page.values("kode")
        assert issued.person.name not in page.words
        assert issued.code not in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ABC", "12 huruf dan angka"),
        ("0" * 13, "12 huruf dan angka"),
        ("00000000000!", "karakter ke-12"),
        ("00000000000٣", "karakter ke-12"),
        ("<script>alert(1)</script>", "tidak dipakai"),
    ],
)
def test_what_is_no_code_is_explained_and_kept(browser: Browser, typed: str, sentence: str) -> None:
    form = browser.get("/verifikasi").form("/verifikasi")
    page = browser.submit(form, {"kode": typed}, expect=422)
    assert sentence in page.words
    assert page.values("kode") == [typed]


@pytest.mark.parametrize("url", ["/", "/verifikasi"])
def test_the_box_is_empty_before_anything_was_typed(browser: Browser, url: str) -> None:
    assert browser.get(url).values("kode") == [""]


def test_a_link_with_a_wrong_code_comes_to_the_form(browser: Browser) -> None:
    page = browser.get("/v/ABC", expect=302)
    assert page.headers["Location"] == "/verifikasi?kode=ABC"


def test_a_verdict_is_kept_by_no_cache(browser: Browser, issued: Issued) -> None:
    for code in (issued.code, NOBODYS_CODE):
        page = browser.get(f"/v/{code}", expect=200 if code == issued.code else 404)
        assert page.headers["Cache-Control"] == "no-store"


def test_who_is_not_confirmed_is_shown_as_not_confirmed(browser: Browser, make: Factory) -> None:
    issued = make.certificate(make.learner(at=make.institution(), confirmed=False))
    assert "belum" in browser.get(f"/v/{issued.code}").words.lower()
    make.confirm(issued.person)
    assert "belum" not in browser.get(f"/v/{issued.code}").words.lower()


# Guessing


@pytest.mark.parametrize(
    ("url", "count"), [("/v/000000000000", 60), ("/verifikasi?kode=000000000000", 60)]
)
def test_codes_cannot_be_walked(browser: Browser, url: str, count: int) -> None:
    statuses = [browser.client.get(url).status_code for _ in range(count + 2)]
    assert 429 not in statuses[:count]
    assert statuses[count:] == [429, 429]
    page = browser.get(url, expect=429)
    assert "Terlalu" in page.title
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert "Coba lagi dalam 1 menit." in page.words
    browser.get("/privasi")


@pytest.mark.parametrize("written", ["{}", " {} / "])
def test_numbers_cannot_be_walked(browser: Browser, issued: Issued, written: str) -> None:
    number = number_of(browser.get(f"/v/{issued.code}"))
    for position in range(50):
        url = f"/verifikasi?kode={quote(written.format(number))}{position}"
        assert browser.client.get(url).status_code in {404, 422}
    page = browser.get(f"/verifikasi?kode={quote(number)}", expect=429)
    assert int(page.headers["Retry-After"]) > 60
    browser.get(f"/v/{issued.code}")


def test_passwords_cannot_be_tried_by_the_thousand(browser: Browser) -> None:
    token = browser.token()
    fields = {"identifier": "", "password": "x", "csrf_token": token}
    statuses = [browser.client.post("/masuk", data=fields).status_code for _ in range(22)]
    assert statuses == [422] * 20 + [429, 429]
    browser.get("/masuk")


@pytest.mark.parametrize("url", ["/lupa-kata-sandi", "/daftar"])
def test_nobodys_mailbox_can_be_flooded(browser: Browser, url: str) -> None:
    token = browser.token()
    statuses = [browser.client.post(url, data={"csrf_token": token}).status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429, 429]


def test_the_holder_sees_the_whole_number_on_their_own_page_only(
    browser: Browser, world: World
) -> None:
    holder = world.people["holder"]
    assert holder is not None
    assert holder.number not in browser.get(f"/v/{world.issued.code}").text
    browser.sign_in(holder)
    assert holder.number not in browser.get(f"/v/{world.issued.code}").text
    words = browser.get(f"/sertifikat/{world.issued.code}").text.replace(" ", "")
    assert holder.number in words


def number_of(page: Page) -> str:
    """The official number on a page of a check."""
    match = re.search(r"HAM\.\d+/\d+/\d{4}", page.words)
    assert match is not None
    return match[0]


@pytest.mark.parametrize("written", ["{}", "  {} ", "{}\n"])
@pytest.mark.parametrize("case", [str, str.lower])
def test_a_number_tells_less_than_a_code(
    browser: Browser, issued: Issued, written: str, case: type[str]
) -> None:
    number = number_of(browser.get(f"/v/{issued.code}"))
    page = browser.get(f"/verifikasi?kode={quote(case(written.format(number)))}")
    assert "Sah" in page.words
    assert "Kota Contoh" in page.words
    assert "Si•• Am••••, S.H." in page.words
    for kept_back in (issued.person.name, issued.code, show_code(issued.code)):
        assert kept_back not in page.text


def test_a_replaced_number_leads_to_no_code(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    number = number_of(browser.get(f"/v/{issued.code}"))
    make.rename(issued.person, "Siti Aminah, M.H.")
    code = make.replace(issued)
    page = browser.get(f"/verifikasi?kode={quote(number)}")
    assert "Diganti" in page.words
    assert code not in page.text


def test_a_number_that_nobody_has_is_not_found(browser: Browser, issued: Issued) -> None:
    page = browser.get("/verifikasi?kode=HAM.01/999999/2026", expect=404)
    assert "Tidak dikenal" in page.words
    assert page.values("kode") == ["HAM.01/999999/2026"]


@pytest.mark.parametrize(
    "link",
    [
        "https://sakuham.example/v/{}",
        "http://lain.example/v/{}?fbclid=1#x",
        "HTTPS://SAKUHAM.EXAMPLE/V/{}#Q4AQCGF7",
        "sakuham.example/v/{}",
        "Sertifikat saya: https://sakuham.example/sertifikat/{}.pdf silakan diperiksa",
    ],
)
def test_a_pasted_link_is_read(browser: Browser, issued: Issued, link: str) -> None:
    page = browser.get(f"/verifikasi?kode={quote(link.format(issued.code))}")
    assert page.path == f"/v/{issued.code}"
    assert issued.person.name in page.words


def test_nothing_typed_is_answered_in_our_own_words(browser: Browser) -> None:
    page = browser.get("/verifikasi")
    assert "required" not in page.text
    page = browser.get("/verifikasi?kode=+", expect=422)
    assert "Tulis kode atau nomor sertifikat." in page.words


def test_a_check_says_who_vouches_then_the_verdict_its_moment_and_whose_it_is(
    browser: Browser, issued: Issued
) -> None:
    page = browser.get(f"/v/{issued.code}")
    words = page.words[page.words.index("Catatan penerbit") :]
    order = [
        "Kementerian Hak Asasi Manusia",
        "Sah",
        "Diperiksa pada",
        issued.person.name,
        "ASN terkonfirmasi oleh instansinya",
        "Nilai Contoh",
        "pelatihan mandiri daring",
        "Cetak bukti pemeriksaan",
        "Laporkan ketidaksesuaian",
        issued.book.sha256,
    ]
    places = [words.index(each) for each in order]
    assert places == sorted(places)
    assert re.search(r"Diperiksa pada \d+ \w+ \d{4} pukul \d\d\.\d\d WIB", page.words)
    assert page.title == "Hasil pemeriksaan sertifikat: Sah"
    picture = page.text[page.text.index("certificate-picture") :]
    assert issued.person.number not in page.text.replace(" ", "")
    assert show_code(issued.code) in picture


def test_search_engines_keep_no_check(browser: Browser, issued: Issued) -> None:
    number = number_of(browser.get(f"/v/{issued.code}"))
    for address, status in (
        (f"/v/{issued.code}", 200),
        (f"/v/{NOBODYS_CODE}", 404),
        (f"/verifikasi?kode={quote(number)}", 200),
        ("/verifikasi?kode=ABC", 422),
    ):
        page = browser.get(address, expect=status)
        assert "noindex" in page.headers["X-Robots-Tag"], address
        assert "no-store" in page.headers["Cache-Control"], address
        robots = [
            tag.get("content") for tag in page.document.all("meta") if tag.get("name") == "robots"
        ]
        assert robots == ["noindex, nofollow"], address
    assert "X-Robots-Tag" not in browser.get("/verifikasi").headers


def test_the_day_of_issue_is_the_one_on_the_sheet_whatever_the_readers_clock(
    browser: Browser, make: Factory
) -> None:
    late = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)  # in the east the next day has begun
    issued = make.certificate(make.learner(at=make.institution()), at=late)
    browser.sign_in(make.coordinator())
    browser.client.set_cookie("zona", "WITA")
    list_path = "/koordinator/sertifikat"
    for path in (f"/v/{issued.code}", f"{list_path}/{issued.code}", list_path):
        words = browser.get(path).words
        assert "20 Mei 2026" in words, path
        assert "21 Mei 2026" not in words.replace("Diperiksa pada 21 Mei 2026", ""), path


def test_every_page_and_the_sheet_name_the_objectives_that_were_tested(
    browser: Browser, make: Factory
) -> None:
    issued = make.certificate(make.learner(at=make.institution()), make.book(objectives=3))
    texts = [objective_text(number) for number in (1, 2, 3)]
    pages = [browser.get(f"/v/{issued.code}"), browser.get(f"/verifikasi?kode={issued.number}")]
    browser.sign_in(issued.person)
    pages.append(browser.get(f"/sertifikat/{issued.code}"))
    registrar = browser.another()
    registrar.sign_in(make.admin())
    pages.append(registrar.get(f"/koordinator/sertifikat/{issued.code}"))
    for page in pages:
        items = [" ".join(tag.text.split()) for tag in page.document.all("li")]
        assert [item for item in items if item in texts] == texts
        names = [" ".join(tag.text.split()) for tag in page.document.all("dt")]
        assert names.count("Tujuan yang diuji") == 1
    sheet = browser.get(f"/sertifikat/{issued.code}.pdf")
    with PdfDocument(sheet.data) as document:
        words = " ".join(document[0].get_textpage().get_text_range().split())
    numbered = " ".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    assert f"Tujuan yang diuji {numbered}" in words


def test_a_certificate_of_before_objectives_stands_as_it_was(
    browser: Browser, make: Factory
) -> None:
    issued = make.certificate(book=make.book())
    before = browser.get(f"/v/{issued.code}").document.all("dd")
    make.revise(issued.book, bank=9, objectives=3)
    page = browser.get(f"/v/{issued.code}")
    assert [tag.text for tag in page.document.all("dd")] == [tag.text for tag in before]
    assert "Tujuan yang diuji" not in page.words
