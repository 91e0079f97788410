"""The whole way to providers that we did not write, and back."""

from collections.abc import Iterator

import pytest
from flask import Flask

from lms.http.principal import COOKIE
from lms.web.signon.providers import EXTENSION, make_provider
from tests.browser import Browser
from tests.factories import Factory
from tests.oidc_providers import Elsewhere, People, Running, run_provider

pytestmark = pytest.mark.server

SITE = "https://sakuham.example"
NUMBER = "190501172099031998"
PEOPLE: People = {
    "wulan": {
        "name": "Wulandari, S.H.",
        "nip": NUMBER,
        "email": "wulan@contoh.example",
        "email_verified": True,
    },
    "tanpa": {"name": "Tanpa Nomor"},
}


@pytest.fixture(scope="module", params=list(Running.LABELS))
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """One provider, then the other."""
    with run_provider(request.param, PEOPLE, SITE) as provider:
        yield provider


@pytest.fixture
def provider(app: Flask, running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """The same, known to the application."""
    known = {running.name: make_provider(running.settings)}
    monkeypatch.setitem(app.extensions, EXTENSION, known)
    return running


def come(browser: Browser, provider: Running, login: str, *, expect: int = 302) -> str:
    """Sign on there and come back; returns where one is led then, or what one reads."""
    page = browser.get(f"/masuk/lewat/{provider.name}?lanjut=/belajar", expect=302)
    back = Elsewhere(SITE).sign_on(page.headers["Location"], login)
    page = browser.get(back, expect=expect)
    return page.headers.get("Location") or page.words


def test_who_comes_from_there_is_signed_in_and_known_again(
    browser: Browser, provider: Running
) -> None:
    assert come(browser, provider, "wulan") == "/belajar"
    first = browser.get("/akun").words
    assert "Wulandari, S.H." in first
    assert NUMBER in first
    assert provider.label in first
    browser.cookie(COOKIE, None)
    assert come(browser, provider, "wulan") == "/belajar"
    browser.get("/akun")
    left = browser.post("/keluar", {}, expect=302).headers["Location"]
    page = browser.get(left)
    assert any(provider.issuer in tag.get("href") for tag in page.document.all("a"))


def test_who_is_on_a_list_is_linked_by_the_number(
    browser: Browser, provider: Running, make: Factory
) -> None:
    make.learner("Wulandari", at=make.institution("Kota Contoh Asri"), number=NUMBER)
    come(browser, provider, "wulan")
    assert "Kota Contoh Asri" in browser.get("/akun").words


def test_who_has_no_number_there_is_told_so(browser: Browser, provider: Running) -> None:
    assert "tidak menyebutkan NIP" in come(browser, provider, "tanpa", expect=403)
