"""What goes with every answer: a strict policy, private caches, and no cookie without need."""

import gzip

import brotli
import pytest
import zstandard
from flask import Flask

from tests.browser import Browser, Page
from tests.factories import Factory
from tests.web.conftest import World
from tests.web.test_access import ROUTES, WHO, ask

OPEN = ("/", "/capaian", "/privasi", "/verifikasi", "/buku/{slug}", "/buku/{slug}/1", "/v/{code}")
ABOUT_PEOPLE = {
    "holder": (
        "/akun", "/akun/data", "/akun/data.json", "/belajar", "/modul/{slug}/kuis",
        "/percobaan/{attempt}", "/sertifikat/{code}", "/sertifikat/{code}.pdf", "/", "/buku/{slug}",
    ),
    "officer": (
        "/kepegawaian", "/kepegawaian/ekspor/berkas.csv", "/kepegawaian/ekspor/berkas.xlsx",
        "/kepegawaian/{posting}/ubah",
    ),
    "coordinator": ("/koordinator/sertifikat", "/koordinator/sertifikat/{code}"),
}  # fmt: skip


@pytest.mark.parametrize("who", ["anonymous", "holder", "officer", "admin"])
def test_every_answer_carries_the_policy(browser: Browser, world: World, who: str) -> None:
    assert who in WHO
    person = world.people[who]
    token = browser.token()
    lacking = set()
    for method, _, address, sent, _ in ROUTES:
        if person is not None:
            browser.sign_in(person)
        headers = {"X-CSRFToken": token}
        url = world.address(address)
        if method == "PUT":
            answer = browser.client.put(url, json=sent, headers=headers)
        else:
            answer = browser.client.open(url, method=method, data=sent, headers=headers)
        policy = answer.headers.get("Content-Security-Policy", "")
        if (
            "default-src 'none'" not in policy
            or answer.headers.get("X-Content-Type-Options") != "nosniff"
            or "Referrer-Policy" not in answer.headers
            or "camera=(" not in answer.headers.get("Permissions-Policy", "")
            or answer.headers.get("Cross-Origin-Opener-Policy") != "same-origin"
            or "Cache-Control" not in answer.headers
        ):
            lacking.add(f"{method} {address}")
    assert lacking == set()


@pytest.mark.parametrize("address", OPEN)
def test_who_only_reads_is_given_no_cookie(browser: Browser, world: World, address: str) -> None:
    page = browser.get(world.address(address))
    assert page.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("who", ABOUT_PEOPLE)
def test_pages_about_people_are_kept_by_no_shared_cache(
    browser: Browser, world: World, who: str
) -> None:
    person = world.people[who]
    assert person is not None
    browser.sign_in(person)
    for address in ABOUT_PEOPLE[who]:
        kept = browser.get(world.address(address)).headers["Cache-Control"]
        assert "public" not in kept, address
        assert "private" in kept or "no-store" in kept, address


@pytest.mark.parametrize("who", ABOUT_PEOPLE)
def test_pages_for_one_person_stay_on_no_disk(browser: Browser, world: World, who: str) -> None:
    person = world.people[who]
    assert person is not None
    for visitor in (person, None):
        if visitor is not None:
            browser.sign_in(visitor)
        for address in set(ABOUT_PEOPLE[who]) - (
            {"/buku/{slug}"} if visitor else {"/", "/buku/{slug}"}
        ):
            answer = browser.client.get(world.address(address))
            assert "no-store" in answer.headers["Cache-Control"], address
        browser = browser.another()


def test_what_never_changes_is_kept_for_good(browser: Browser, world: World) -> None:
    page = browser.get(world.address("/gambar/{picture}"))
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in page.headers.get("Vary", "")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.headers.getlist("Set-Cookie") == []


def test_built_files_are_kept_for_good_and_say_what_they_are(browser: Browser) -> None:
    links = browser.get("/privasi").document.all("link")
    style = next(tag for tag in links if tag.get("rel") == "stylesheet")
    with browser.client.get(style.get("href")) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/css"
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts(
    browser: Browser, make: Factory
) -> None:
    person = make.learner(password="perahu-lampu-kopi-sawah-4")
    page = browser.post(
        "/masuk",
        {"identifier": person.number, "password": "perahu-lampu-kopi-sawah-4"},
        expect=302,
    )
    cookie = next(each for each in page.headers.getlist("Set-Cookie") if "masuk=" in each)
    for word in ("__Host-masuk=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_every_cookie_is_sent_over_https_alone_and_planted_by_no_neighbour(
    browser: Browser, world: World
) -> None:
    addresses = [
        "/tampilan?tema=dark&huruf=large&bahasa=en",
        world.address("/buku/{slug}/1/selesai"),
        "/masuk",
    ]
    cookies = [
        cookie
        for address in addresses
        for cookie in browser.client.get(address).headers.getlist("Set-Cookie")
    ]
    assert len(cookies) >= 4
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie


def test_forms_get_another_secret_at_sign_in_and_at_sign_out(
    browser: Browser, make: Factory
) -> None:
    person = make.learner(password="perahu-lampu-kopi-sawah-4")
    secrets = [secret_of(browser.get("/lupa-kata-sandi"))]
    browser.sign_in_by_form(person)
    secrets.append(secret_of(browser.get("/akun")))
    browser.post("/keluar", {})
    secrets.append(secret_of(browser.get("/lupa-kata-sandi")))
    assert len(set(secrets)) == 3


def secret_of(page: Page) -> str:
    """The secret that a form's token carries, whenever it was signed."""
    assert page.token is not None
    return page.token.split(".")[0]


def test_a_mailed_link_is_told_to_nobody(browser: Browser, world: World) -> None:
    page = browser.get(world.address("/tautan/{link}"))
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_over_https_the_browser_is_told_to_stay_there(app: Flask) -> None:
    answer = app.test_client().get("/", base_url="https://sakuham.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("br, gzip", "br"),
        ("gzip", "gzip"),
        ("", None),
        ("lzma", None),
        ("br;q=0, gzip", "gzip"),
        ("zstd;q=0, br;q=0.1", "br"),
        ("gzip;q=0", None),
        ("zstdx, brx", None),
        ("*", "zstd"),
    ],
)
def test_pages_are_sent_packed_to_who_can_unpack_them(
    app: Flask, make: Factory, accepted: str, encoding: str | None
) -> None:
    make.programme()
    plain = app.test_client().get("/privasi").data
    answer = app.test_client().get("/privasi", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    unpack = {
        "zstd": zstandard.decompress,
        "br": brotli.decompress,
        "gzip": gzip.decompress,
        None: bytes,
    }[encoding]
    assert unpack(answer.data) == plain


def test_signing_out_takes_the_cookie_back(browser: Browser, world: World) -> None:
    holder = world.people["holder"]
    assert holder is not None
    browser.sign_in(holder)
    assert ask(browser, "POST", "/keluar", {}, browser.token()) == 302
    assert browser.find_cookie("masuk") is None
    browser.get("/akun", expect=401)


def test_the_camera_is_for_pages_that_scan_alone(browser: Browser, world: World) -> None:
    seen = set()
    for method, endpoint, address, _, _ in ROUTES:
        if method != "GET":
            continue
        headers = browser.client.get(world.address(address)).headers
        if "sandbox" in headers["Content-Security-Policy"]:  # a picture's own, stricter one
            continue
        if "camera=(self)" in headers["Permissions-Policy"]:
            assert "worker-src 'self'" in headers["Content-Security-Policy"]
            seen.add(endpoint.partition(".")[0])
        else:
            assert "camera=()" in headers["Permissions-Policy"]
            assert "worker-src 'none'" in headers["Content-Security-Policy"]
    assert seen == {"verification", "offline"}
