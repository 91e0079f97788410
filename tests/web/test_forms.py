"""Forms: an error stands at its field, what was typed is shown again, and nothing is changed."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, select

from lms.db import db
from lms.http.problems import API
from lms.http.rate_limits import forget_counts
from lms.schema import metadata
from lms.web.resubmission import CONSEQUENCES
from tests.browser import Browser, Page
from tests.factories import PASSWORD, Factory, Person
from tests.web.conftest import World

NUMBER = "190501172099031991"
GOOD = {
    "name": "Dewi Anggraini, S.Pd.",
    "employee_number": NUMBER,
    "email": "dewi@contoh-a.example",
    "institution": "Kota Contoh Asri",
}


@dataclass(frozen=True)
class Case:
    """One wrong field of one form, and part of the sentence that says so."""

    url: str
    who: str
    fields: dict[str, str]
    wrong: str
    sentence: str


def person_case(url: str, who: str, wrong: str, value: str, sentence: str) -> Case:
    """A form about a person with one field that is wrong."""
    fields = GOOD | {wrong: value}
    if url.endswith("ubah"):
        fields = {name: fields[name] for name in ("name", "employee_number")}
    return Case(url, who, fields, wrong, sentence)


PERSON_FAULTS = [
    ("name", "", "Tulis nama lengkapnya"),
    ("name", "   ", "Nama wajib diisi"),
    ("name", "x" * 201, "paling panjang 200"),
    ("employee_number", "", "Tulis NIP atau NI PPPK"),
    ("employee_number", "1234", "18 angka; yang Anda ketik 4"),
    ("employee_number", "190513172099031001", "bukan tanggal lahir"),
    ("employee_number", "190501172099133001", "(13)"),
    ("employee_number", "190501172099033001", "harus 1 atau 2"),
    ("employee_number", "19050117209903100x", "hanya boleh berisi angka"),
    ("employee_number", "190501172099031000", "dibulatkan"),
    ("name", "klik https://evil.example", "tanpa alamat"),
]
EMAIL_FAULTS = [
    ("email", "", "Tulis alamat surelnya"),
    ("email", "dewi@kantor", "tidak lengkap"),
    ("email", "=?utf-8?q?=0a1?=@x.example", "=?"),
]
CASES = [
    *(person_case("/daftar", "anonymous", *fault) for fault in PERSON_FAULTS + EMAIL_FAULTS),
    person_case("/daftar", "anonymous", "institution", "", "Tulis instansinya"),
    person_case("/daftar", "anonymous", "institution", "Kota Tiada", "tidak ditemukan"),
    *(
        person_case("/kepegawaian/tambah", "officer", *fault)
        for fault in PERSON_FAULTS + EMAIL_FAULTS[1:]  # whoever has no address is added without
    ),
    person_case("/kepegawaian/tambah", "officer", "institution", "Kota Contoh Jaya", "Pilih satu"),
    *(person_case("/kepegawaian/{posting}/ubah", "officer", *fault) for fault in PERSON_FAULTS),
    Case("/lupa-kata-sandi", "anonymous", {"identifier": ""}, "identifier", "Tulis NIP"),
    Case("/lupa-kata-sandi", "anonymous", {"identifier": "x" * 255}, "identifier", "254"),
    Case("/masuk", "anonymous", {"identifier": "", "password": "x"}, "identifier", "Tulis NIP"),
    Case("/masuk", "anonymous", {"identifier": NUMBER}, "password", "Tulis kata sandi"),
    Case("/tautan/{link}", "anonymous", {"password": "pendek"}, "again", "sekali lagi"),
    Case(
        "/tautan/{link}", "anonymous", {"password": "pendek", "again": "pendek"}, "password",
        "paling sedikit 10",
    ),
    Case(
        "/tautan/{link}", "anonymous", {"password": "rahasia123", "again": "rahasia123"},
        "password", "terlalu mudah ditebak",
    ),
    Case(
        "/tautan/{link}", "anonymous", {"password": PASSWORD, "again": PASSWORD + "x"}, "again",
        "belum sama",
    ),
    *(
        Case(
            f"/koordinator/sertifikat/{{code}}/{deed}", "coordinator", {"reason": reason},
            "reason", sentence,
        )
        for deed in ("cabut", "ganti")
        for reason, sentence in [
            ("", "Tulis alasannya"), ("salah", "10 sampai 500"), ("x" * 501, "10 sampai 500"),
        ]
    ),
]  # fmt: skip


def snapshot(app: Flask) -> dict[str, Any]:
    """Every row of every table."""
    tables: MetaData = metadata
    with app.app_context():
        rows = {
            table.name: [tuple(row) for row in db.session.execute(select(table))]
            for table in tables.sorted_tables
        }
        db.session.rollback()
    return rows


def error_at(page: Page, field: str) -> str:
    """The words that a field's description points to."""
    tags = page.document.tags
    inputs = [tag for tag in tags if tag.get("name") == field and tag.get("type") != "hidden"]
    assert inputs, f"no field {field}"
    marked = [tag for tag in inputs if tag.get("aria-invalid") == "true"]
    assert marked, f"{field} is not marked"
    ids = marked[0].get("aria-describedby").split()
    return " ".join(" ".join(tag.text.split()) for tag in tags if tag.get("id") in ids)


def enter(browser: Browser, person: Person | None) -> None:
    """Sign somebody in, if there is anybody."""
    if person is not None:
        browser.sign_in(person)


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    app: Flask, browser: Browser, world: World
) -> None:
    people = world.people
    tokens = {}
    for who in {case.who for case in CASES}:
        browser_of = browser.another()
        enter(browser_of, people[who])
        tokens[who] = browser_of
    before = snapshot(app)
    for case in CASES:
        url = world.address(case.url)
        forget_counts(app)
        page = tokens[case.who].post(url, case.fields, expect=422)
        assert case.sentence in error_at(page, case.wrong), case
        for name, value in case.fields.items():
            carried = page.values(name)
            if name in {"password", "again"}:
                assert not any(carried), f"{case}: a password came back"
            elif name == "institution" and case.url.endswith("tambah"):
                continue  # a choice of what there is
            elif value:
                assert value.strip() in [text.strip() for text in carried], case
    assert snapshot(app) == before


def test_two_things_that_are_wrong_are_said_at_once(browser: Browser, world: World) -> None:
    page = browser.post("/daftar", GOOD | {"name": "", "email": "x"}, expect=422)
    assert error_at(page, "name")
    assert error_at(page, "email")
    links = [link for link in page.links if link in {"#name", "#email"}]
    assert links == ["#name", "#email"]


def test_a_wrong_password_says_so_and_keeps_the_number(browser: Browser, make: Factory) -> None:
    person = make.learner(password=PASSWORD)
    page = browser.post(
        "/masuk", {"identifier": person.number, "password": "salah-sama-sekali"}, expect=403
    )
    assert "tidak cocok" in page.words
    assert page.values("identifier") == [person.number]
    assert not any(page.values("password"))
    assert browser.find_cookie("masuk") is None


def test_a_wrong_password_and_a_wrong_number_look_the_same(browser: Browser, make: Factory) -> None:
    person = make.learner(password=PASSWORD)
    pages = [
        browser.post("/masuk", {"identifier": number, "password": "salah-sekali"}, expect=403)
        for number in (person.number, NUMBER)
    ]
    texts = [page.words.replace(person.number, "").replace(NUMBER, "") for page in pages]
    assert texts[0] == texts[1]


def test_guessing_on_is_told_to_wait_and_keeps_the_number(browser: Browser, make: Factory) -> None:
    person = make.learner(password=PASSWORD)
    wrong = {"identifier": person.number, "password": "salah-sama-sekali"}
    for _ in range(6):
        browser.post("/masuk", wrong, expect=403)
    page = browser.post("/masuk", wrong | {"password": PASSWORD}, expect=429)
    assert int(page.headers["Retry-After"]) <= 60
    assert "lewat surel" in page.words
    assert page.values("identifier") == [person.number]


def test_who_has_signed_in_here_before_is_not_held_up_by_strangers(
    browser: Browser, make: Factory
) -> None:
    person = make.learner(password=PASSWORD)
    browser.sign_in(person, password=PASSWORD)
    known = browser.find_cookie("kenal")
    for cookie in ("masuk", "kenal"):
        browser.cookie(cookie, None)
    fields = {"identifier": person.number, "password": "salah-sama-sekali"}
    for _ in range(6):
        browser.post("/masuk", fields, expect=403)
    right = fields | {"password": PASSWORD}
    for forged in (None, "palsu", "x" * 300):
        browser.cookie("kenal", forged)
        browser.post("/masuk", right, expect=429)
    browser.cookie("kenal", known)
    browser.post("/masuk", right)
    assert browser.find_cookie("masuk")


def test_a_site_with_many_ipv6_networks_is_limited_as_a_whole(browser: Browser) -> None:
    token = browser.token()

    def ask(network: int) -> int:
        return browser.client.post(
            "/lupa-kata-sandi",
            data={"csrf_token": token},
            environ_base={"REMOTE_ADDR": f"2001:db8:0:{network:x}::1"},
        ).status_code

    assert {ask(network) for network in range(160)} == {422}
    assert ask(160) == 429


def test_registering_with_a_number_that_is_taken_looks_like_registering(
    app: Flask, browser: Browser, make: Factory, world: World
) -> None:
    taken = make.learner(at=world.ours)
    fresh = browser.post("/daftar", GOOD).words
    assert browser.post("/daftar", GOOD | {"employee_number": taken.number}).words == fresh
    assert "Periksa surel Anda" in fresh


def test_asking_for_a_link_says_the_same_whether_there_is_such_an_account(
    browser: Browser, make: Factory
) -> None:
    person = make.learner(password=PASSWORD)
    answers = {
        browser.post("/lupa-kata-sandi", {"identifier": identifier}).words
        for identifier in (person.number, person.email, NUMBER, "nobody@contoh.example")
    }
    assert len(answers) == 1


def test_a_number_that_belongs_to_another_is_refused_on_the_staff_list(
    app: Flask, browser: Browser, make: Factory, world: World
) -> None:
    other = world.people["other officer"]
    assert other is not None
    enter(browser, world.people["officer"])
    before = snapshot(app)
    page = browser.post("/kepegawaian/tambah", GOOD | {"employee_number": other.number}, expect=422)
    assert "sudah dipakai akun lain" in page.words
    assert page.values("email") == [GOOD["email"]]
    url = world.address("/kepegawaian/{posting}/ubah")
    page = browser.post(url, {"name": "Nama", "employee_number": other.number}, expect=422)
    assert "sudah dipakai akun lain" in page.words
    assert snapshot(app) == before


# Tokens against forged requests

FORMS = [
    ("/masuk", "anonymous", {"identifier": NUMBER, "password": "rahasia-sekali"}),
    ("/daftar", "anonymous", GOOD),
    ("/kepegawaian/tambah", "officer", GOOD),
    (
        "/koordinator/sertifikat/{code}/cabut",
        "coordinator",
        {"ground": "mistake", "reason": "Nama keliru ditulis."},
    ),
    ("/percobaan/{attempt}", "holder", {"semula-1": "", "jawaban-1": "1", "aksi": "kumpulkan"}),
]


ASKS_ONLY = frozenset({"verification.check"})
# Its address is signed for one person, and a mail program sends it.
PROVES_ITSELF = frozenset({"stopping.stop"})
"""Forms that change nothing, and are taken from anywhere."""


@pytest.mark.parametrize("token", [None, "stale", ""])
@pytest.mark.parametrize(("url", "who", "fields"), FORMS)
def test_a_form_without_a_good_token_is_not_taken_and_not_lost(
    app: Flask,
    browser: Browser,
    world: World,
    url: str,
    who: str,
    fields: dict[str, str],
    token: str | None,
) -> None:
    enter(browser, world.people[who])
    before = snapshot(app)
    sent = fields if token is None else fields | {"csrf_token": token}
    page = browser.post(world.address(url), sent, expect=400, token=None)
    assert snapshot(app) == before
    offered = page.form(world.address(url))
    carried = {name: value for name, value in fields.items() if name != "password"}
    assert {name: offered.fields[name] for name in carried} == {
        name: [value] for name, value in carried.items()
    }
    assert "rahasia-sekali" not in page.text
    assert "password" not in offered.fields


def test_a_form_that_was_offered_again_can_be_sent(
    browser: Browser, make: Factory, world: World
) -> None:
    enter(browser, world.people["coordinator"])
    url = world.address("/koordinator/sertifikat/{code}/cabut")
    page = browser.post(
        url, {"ground": "mistake", "reason": "Nama keliru ditulis."}, expect=400, token=None
    )
    page = browser.submit(page.form(url))
    assert "dicabut" in page.words.lower()


ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {"Origin": "https://contoh.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:81"},
    {"Referer": "https://contoh.example/localhost"},
)


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_from_another_site_is_refused(
    app: Flask, browser: Browser, world: World, headers: dict[str, str]
) -> None:
    enter(browser, world.people["coordinator"])
    before = snapshot(app)
    page = browser.post(
        world.address("/koordinator/sertifikat/{code}/cabut"),
        {"ground": "mistake", "reason": "Nama keliru ditulis."},
        expect=403,
        token=None,
        headers=headers,
    )
    assert "situs lain" in page.words
    assert snapshot(app) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Referer": "http://localhost/koordinator"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    ],
)
def test_a_form_that_is_offered_again_says_what_it_does(
    browser: Browser, world: World, headers: dict[str, str]
) -> None:
    enter(browser, world.people["coordinator"])
    url = world.address("/koordinator/sertifikat/{code}/cabut")
    page = browser.post(url, {"reason": "Nama keliru."}, expect=400, token=None, headers=headers)
    assert "mencabut sebuah sertifikat" in page.words
    assert url in page.words


def test_every_form_of_ours_has_words_for_what_it_does(app: Flask) -> None:
    taking = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(f"{API}/")
    }
    assert taking - ASKS_ONLY == set(CONSEQUENCES)


def test_what_asks_only_needs_no_token_and_changes_nothing(app: Flask, browser: Browser) -> None:
    before = snapshot(app)
    browser.post("/verifikasi", {"kode": "MBT9-6K8J-G5MG"}, expect=404, token=None)
    assert snapshot(app) == before
    assert app.extensions["csrf"]._exempt_views == {  # noqa: SLF001 - it tells nobody
        f"{view.__module__}.{view.__name__}"
        for view in map(app.view_functions.__getitem__, ASKS_ONLY | PROVES_ITSELF)
    }


def test_an_answer_without_a_good_token_is_refused_in_json(
    app: Flask, browser: Browser, world: World
) -> None:
    enter(browser, world.people["holder"])
    before = snapshot(app)
    url = world.address("/percobaan/{attempt}/jawaban/1")
    page = browser.put(url, {"choices": [0], "sequence": 1}, expect=400, token=None)
    assert "Muat ulang" in page.json["error"]
    assert snapshot(app) == before


def test_a_token_goes_on_being_good_and_for_nobody_else(browser: Browser, world: World) -> None:
    """It is checked against the secret of the session that sends it, each time."""
    enter(browser, world.people["holder"])
    url = world.address("/percobaan/{attempt}/jawaban/1")
    token = browser.token()
    for sequence in (1, 2, 3):
        browser.put(url, {"choices": [0], "sequence": sequence}, token=token)
    another = browser.another()
    enter(another, world.people["holder"])
    another.put(url, {"choices": [0], "sequence": 4}, expect=400, token=token)
    another.put(url, {"choices": [0], "sequence": 4})


@pytest.mark.parametrize("spoil", ["{0}x", "x{0}", "{0}.{0}", "{0}" * 9, "\u00e9"])
def test_a_changed_token_is_refused(browser: Browser, world: World, spoil: str) -> None:
    enter(browser, world.people["holder"])
    token = browser.token()
    fields = {"csrf_token": spoil.format(token)}
    for _ in range(2):
        browser.post("/keluar", fields, expect=400)
    browser.post("/keluar", {"csrf_token": token}, expect=302)


# Signed out in the middle


def test_what_was_typed_outlives_an_ended_session(browser: Browser, world: World) -> None:
    enter(browser, world.people["officer"])
    browser.get("/kepegawaian/tambah")
    browser.cookie("masuk", None)
    page = browser.post("/kepegawaian/tambah", GOOD, expect=401)
    form = page.form("/masuk")
    assert form.fields["isian:name"] == [GOOD["name"]]
    assert form.fields["next"] == ["/kepegawaian/tambah"]


def test_a_button_that_was_pressed_outlives_an_ended_session(
    browser: Browser, make: Factory
) -> None:
    person = make.learner(password=PASSWORD)
    page = browser.post("/akun/perangkat/keluar-semua", {}, expect=401)
    assert "Yang Anda pilih belum dijalankan" in page.words
    assert "Yang Anda ketik" not in page.words
    page = browser.submit(page.form("/masuk"), {"identifier": person.number, "password": PASSWORD})
    assert "mengeluarkan akun Anda dari semua perangkat" in page.words
    browser.submit(page.form("/akun/perangkat/keluar-semua"))
    browser.get("/akun", expect=401)


def test_what_was_answered_outlives_an_ended_session(
    browser: Browser, make: Factory, world: World
) -> None:
    person = make.learner(password=PASSWORD)
    sitting = make.attempt(person, world.book)
    enter(browser, person)
    page = browser.get(f"/percobaan/{sitting.token}")
    form = page.form(f"/percobaan/{sitting.token}")
    browser.cookie("masuk", None)
    page = browser.submit(form, {"jawaban-1": ["1"], "jawaban-2": ["0"]}, expect=401)
    page = browser.submit(page.form("/masuk"), {"identifier": person.number, "password": PASSWORD})
    again = page.form(f"/percobaan/{sitting.token}")
    assert (again.fields["jawaban-1"], again.fields["jawaban-2"]) == (["1"], ["0"])
    page = browser.submit(again)
    assert "tersimpan" in page.words.lower()
    page = browser.get(f"/percobaan/{sitting.token}")
    assert page.form(f"/percobaan/{sitting.token}").fields["jawaban-1"] == ["1"]
