"""Requests that no page of ours makes: each is refused as such, and none is an accident."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from lms.accounts.enums import Role
from tests.browser import Browser
from tests.factories import Factory
from tests.web.conftest import World

pytestmark = pytest.mark.slow

TEXTS = [
    "a%00b", "%FF%FE", "%ED%A0%80", "a" * 4000, "..%2F..%2Fetc%2Fpasswd", quote("' OR 1=1 --"),
    quote("<script>{{7*7}}"), quote("٣٤\u202e😀"), "%0d%0aSet-Cookie:x=y", "-1",
]  # fmt: skip
NUMBERS = ["0", "999999999", str(2**31), str(2**63), "9" * 5000]
QUERIES = (
    "/?unknown=", "/buku/{slug}/1?cek=", "/buku/{slug}/1?cek=uji01-c01&pilih=",
    "/verifikasi?kode=", "/masuk?lanjut=", "/tampilan?tema=", "/tampilan?kembali=",
    "/tampilan?tema=dark&huruf=", "/kepegawaian?cari=", "/kepegawaian?status=",
    "/kepegawaian?sesudah=", "/kepegawaian/ekspor/berkas.csv?cari=",
    "/kepegawaian/ekspor/berkas.csv?susunan=", "/koordinator/sertifikat?cari=",
    "/cari?q=", "/cari?q=saksi&buku=", "/cari?q=saksi&halaman=",
)  # fmt: skip
VALUES = [
    "%00", "%FF", "-1", "9" * 30, "9" * 5000, "%D9%A3", "%C2%B2", "a" * 5000, quote("' OR 1=1 --"),
    "//evil.example", "%0d%0aLocation:%20x", "%25", "_", "javascript:alert(1)",
]  # fmt: skip
FIELDS = (
    "identifier", "password", "again", "next", "name", "employee_number", "email", "institution",
    "reason", "jangkar", "semula-1", "jawaban-1", "semula-x", "aksi", "yakin", "isian:name",
)  # fmt: skip
TYPED = [
    "\0", "a\0b", "\ufffd", "x" * 20_000, "-1", "9" * 5000, "\u202e\u200f", "' OR 1=1 --", "=1+1",
    "\r\nX: y", "😀" * 50, "\x7f",
]  # fmt: skip
BODIES: list[tuple[str, bytes]] = [
    ("application/json", b""),
    ("application/json", b"{"),
    ("application/json", b"[1, 2]"),
    ("application/json", b"5"),
    ("application/json", b"null"),
    ("application/json", b"[" * 5000),
    ("application/json", b'{"choices": [1e400], "sequence": 1}'),
    ("application/json", b'{"choices": [0], "sequence": %s}' % (b"9" * 5000)),
    ("application/json", b'{"choices": [0], "sequence": 99999999999999999999}'),
    ("application/json", b'{"choices": [99999999999999999999], "sequence": 1}'),
    ("application/json", b'{"choices": ["\\ud800"], "sequence": 1}'),
    ("application/json", b"\xff\xfe"),
    ("application/x-www-form-urlencoded", b"name=%FF%FE&=&&&%00=%00"),
    ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    ("multipart/form-data", b"no boundary"),
    ("text/plain; charset=\xc3\xa9", b"x"),
    ("", b"\0\0\0"),
]


@pytest.fixture
def everybody(browser: Browser, make: Factory, world: World) -> Browser:
    """A browser whose person holds every role and so comes to every door's other side."""
    person = make.learner(
        at=world.ours,
        roles=((Role.HR_OFFICER, world.ours), (Role.COORDINATOR, None), (Role.ADMIN, None)),
    )
    browser.sign_in(person)
    return browser


def hostile_paths(rule: Rule) -> Iterator[str]:
    """The addresses of a route with each of its parts made hostile, the others plausible."""
    for name in rule.arguments:
        is_number = isinstance(rule._converters[name], IntegerConverter)  # noqa: SLF001 - no other way
        for value in NUMBERS if is_number else TEXTS:
            parts = dict.fromkeys(rule.arguments, "1") | {name: value}
            if "<any" in rule.rule:
                parts["format"] = value if name == "format" else "csv"
            yield "".join(parts[text] if is_dynamic else text for is_dynamic, text in pieces(rule))


def pieces(rule: Rule) -> list[tuple[bool, str]]:
    """A rule's pieces: whether each is a variable, and its text or its name."""
    return [piece for piece in rule._trace if piece[1] != "|"]  # noqa: SLF001 - no other way


def methods_of(rule: Rule) -> list[str]:
    """The methods that a route answers."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


class Asked:
    """Asks hostile questions with a token that is good, and keeps every accident."""

    def __init__(self, browser: Browser) -> None:
        self.client = browser.client
        self.token = browser.token()
        self.statuses: dict[str, int] = {}

    def __call__(self, method: str, url: str, **sent: Any) -> int:
        headers = {} if method == "GET" else {"X-CSRFToken": self.token}
        answer = self.client.open(url, method=method, headers=headers, **sent)
        self.statuses[f"{method} {url[:120]} {str(sent)[:120]}"] = answer.status_code
        return answer.status_code

    @property
    def accidents(self) -> dict[str, int]:
        """What ended in an accident."""
        return {asked: status for asked, status in self.statuses.items() if status >= 500}


@pytest.mark.both
def test_no_address_is_an_accident(app: Flask, everybody: Browser) -> None:
    asked = Asked(everybody)
    for rule in app.url_map.iter_rules():
        for method in methods_of(rule):
            for path in hostile_paths(rule):
                if asked(method, path) == 200:
                    assert not rule.arguments - {"code"}, path
    assert asked.accidents == {}
    assert len(asked.statuses) > 200


@pytest.mark.both
def test_no_query_is_an_accident(app: Flask, everybody: Browser, world: World) -> None:
    asked = Asked(everybody)
    for query in QUERIES:
        for value in VALUES:
            asked("GET", world.address(query) + value)
    assert asked.accidents == {}
    assert set(asked.statuses.values()) <= {200, 302, 400, 404, 422, 429}


@pytest.mark.both
def test_no_form_is_an_accident(app: Flask, everybody: Browser, world: World) -> None:
    asked = Asked(everybody)
    addresses = [
        "/masuk", "/daftar", "/lupa-kata-sandi", "/tautan/{link}", "/kepegawaian/tambah",
        "/kepegawaian/{posting}/ubah", "/koordinator/sertifikat/{citras}/cabut",
        "/buku/{slug}/1/posisi", "/percobaan/{attempt}",
    ]  # fmt: skip
    for address in addresses:
        for typed in TYPED:
            asked("POST", world.address(address), data=dict.fromkeys(FIELDS, typed))
            asked("POST", world.address(address), data={typed: typed})
    assert asked.accidents == {}


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_no_body_is_an_accident(
    everybody: Browser, make: Factory, world: World, kind: str, body: bytes
) -> None:
    sitting = make.attempt(make.learner(), world.other_book)
    everybody.sign_in(sitting.person)
    asked = Asked(everybody)
    status = asked(
        "PUT", f"/percobaan/{sitting.token}/jawaban/1", data=body, content_type=kind or None
    )
    assert 400 <= status < 500
    asked("POST", f"/percobaan/{sitting.token}", data=body, content_type=kind or None)
    asked("POST", "/masuk", data=body, content_type=kind or None)
    assert asked.accidents == {}


def test_a_body_that_is_too_large_is_refused(everybody: Browser, world: World) -> None:
    asked = Asked(everybody)
    large = b"name=" + b"x" * 3_000_000
    for url in ("/masuk", "/kepegawaian/tambah", world.address("/percobaan/{attempt}")):
        status = asked("POST", url, data=large, content_type="application/x-www-form-urlencoded")
        assert status == 413
    status = asked(
        "PUT", world.address("/percobaan/{attempt}/jawaban/1"), data=large,
        content_type="application/json",
    )  # fmt: skip
    assert status in {404, 413, 422}


def test_a_method_that_a_page_does_not_know_is_refused(everybody: Browser) -> None:
    asked = Asked(everybody)
    assert asked("DELETE", "/akun") == 405
    assert asked("POST", "/capaian") == 405
    assert asked("GET", "/keluar") == 405


@pytest.mark.parametrize(
    "cookie", ["", "x", "a" * 4000, "%00", "'; DROP TABLE devices; --", "é", "null"]
)
def test_a_cookie_that_is_none_of_ours_is_nobodys(browser: Browser, cookie: str) -> None:
    browser.cookie("masuk", cookie)
    browser.cookie("session", cookie)
    for name in ("tema", "huruf", "bahasa", "zona"):
        browser.cookie(name, cookie)
    browser.get("/privasi")
    browser.get("/akun", expect=401)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\e"],
)
def test_nobody_is_sent_to_another_site(browser: Browser, make: Factory, target: str) -> None:
    page = browser.get(f"/tampilan?tema=dark&kembali={quote(target)}", expect=302)
    assert page.headers["Location"] == "/"
    browser.get(f"/masuk?lanjut={quote(target)}")
    person = make.learner(password="perahu-lampu-kopi-sawah-4")
    page = browser.post(
        "/masuk",
        {
            "identifier": person.number,
            "password": "perahu-lampu-kopi-sawah-4",
            "next": target,
        },
        expect=302,
    )
    assert page.headers["Location"] == "/"


# They change nothing, or their address is signed for one person (`lms/http/csrf.py`), or they know
# nobody by a cookie.
WITHOUT_TOKEN = {
    ("verification.check", 422),
    ("stopping.stop", 404),
    ("api_checks.check_many", 401),
    ("api_staff.put_people", 401),
}


def test_no_form_is_taken_from_another_site(app: Flask, everybody: Browser) -> None:
    """Of any route, without a token or with another visitor's; what needs none is named here."""
    others = everybody.another().token()
    taken = set()
    for rule in app.url_map.iter_rules():
        for method in set(methods_of(rule)) - {"GET"}:
            parts = dict.fromkeys(rule.arguments, "1") | {"format": "csv"}
            url = "".join(parts[text] if is_dynamic else text for is_dynamic, text in pieces(rule))
            for token in ("", others):
                answer = everybody.client.open(
                    url,
                    method=method,
                    data={"csrf_token": token},
                    headers={"Origin": "https://x.example"},
                )
                if answer.status_code not in {400, 403}:
                    taken.add((rule.endpoint, answer.status_code))
    assert taken == WITHOUT_TOKEN
