"""Error pages are for people: what happened, what to do, a reference; and no trace."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client

from lms.version import VERSION
from lms.web.assets import Assets
from tests.browser import Browser, Page
from tests.web.conftest import World

SECRET = "a sentence from the inside"
TRACES = ("Traceback", "Error", "File &#34;", "lms/", ".py", "sqlalchemy", "SELECT", SECRET)


@pytest.fixture
def broken(app: Flask) -> Iterator[Flask]:
    """The application with a page that fails."""
    view = app.view_functions["site.privacy"]

    def fail() -> str:
        raise RuntimeError(SECRET)

    app.view_functions["site.privacy"] = fail
    yield app
    app.view_functions["site.privacy"] = view


def reference_of(page: Page) -> str:
    """The number that the help desk asks for."""
    return page.words.split("Nomor rujukan:")[1].split()[0]


def holds_no_trace(page: Page) -> None:
    """Nothing of the inside stands on a page."""
    for trace in TRACES:
        assert trace not in page.text, trace


def test_an_accident_is_explained_and_found_again_in_the_log(
    browser: Browser, broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="sakuham"):
        page = browser.get("/privasi", expect=500)
    holds_no_trace(page)
    assert "bukan pada Anda" in page.words
    record = next(each for each in caplog.records if each.name == "sakuham")
    assert record.getMessage().startswith(reference_of(page))
    assert record.getMessage().endswith(f"version {VERSION}")
    assert f"SakuHAM {VERSION}" in page.words
    assert record.exc_info is not None
    assert SECRET in str(record.exc_info[1])


def test_a_link_that_still_works_stands_in_no_log(
    app: Flask, browser: Browser, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    address = world.address("/tautan/{link}")
    secret = address.rpartition("/")[2]

    def fail(**_parts: str) -> str:
        raise RuntimeError(SECRET)

    view = app.view_functions["account.choose_password"]
    app.view_functions["account.choose_password"] = fail
    try:
        with caplog.at_level(logging.DEBUG):
            browser.get(address, expect=500)
            for _ in range(40):
                browser.client.post(address, data={"csrf_token": browser.token()})
    finally:
        app.view_functions["account.choose_password"] = view
    assert secret not in caplog.text
    assert "/tautan/<token>" in caplog.text


def test_an_accident_is_told_to_a_program_in_json(browser: Browser, broken: Flask) -> None:
    page = browser.get("/privasi", expect=500, headers={"Accept": "application/json"})
    assert page.json.keys() == {"error", "reference"}
    holds_no_trace(page)


def test_whoever_must_sign_in_or_load_anew_is_told_so_in_json_too(
    browser: Browser, world: World
) -> None:
    address = f"/percobaan/{world.sitting.token}/jawaban/1"
    unknown = browser.put(address, {"choices": [0], "sequence": 1}, expect=401)
    stale = browser.client.put(address, json={"choices": [0], "sequence": 1})
    assert stale.status_code == 400
    for told in (json.loads(unknown.text), json.loads(stale.text)):
        assert told.keys() == {"error", "reference"}


def test_an_accident_of_somebody_signed_in_is_explained_too(
    browser: Browser, broken: Flask, world: World
) -> None:
    holder = world.people["holder"]
    assert holder is not None
    browser.sign_in(holder)
    holds_no_trace(browser.get("/privasi", expect=500))


@pytest.mark.parametrize(
    ("url", "status", "title"),
    [
        ("/tidak-ada", 404, "Tidak ditemukan"),
        ("/buku/tidak-ada", 404, "Tidak ditemukan"),
        ("/buku/nilai-contoh/99", 404, "Tidak ditemukan"),
        ("/gambar/" + "0" * 64, 404, "Tidak ditemukan"),
        ("/tautan/tidak-ada", 404, "Tidak ditemukan"),
        ("/kepegawaian", 403, "Tidak termasuk hak akses Anda"),
        ("/koordinator/sertifikat", 403, "Tidak termasuk hak akses Anda"),
        ("/keluar", 405, "Tidak dapat diproses"),
    ],
)
def test_a_refusal_has_a_title_a_remedy_and_a_reference(
    browser: Browser, world: World, url: str, status: int, title: str
) -> None:
    learner = world.people["learner"]
    assert learner is not None
    browser.sign_in(learner)
    page = browser.get(url, expect=status)
    assert page.title == title
    assert len(reference_of(page)) == 6
    assert "/" in page.links
    holds_no_trace(page)


def test_a_page_that_needs_somebody_is_the_way_in_and_comes_back(browser: Browser) -> None:
    page = browser.get("/belajar?a=1", expect=401)
    assert page.title == "Masuk"
    assert page.form("/masuk").fields["next"] == ["/belajar?a=1"]


def test_errors_are_in_english_for_who_reads_english(browser: Browser) -> None:
    browser.cookie("bahasa", "en")
    page = browser.get("/tidak-ada", expect=404)
    assert page.document.all("html")[0].get("lang") == "en"


def test_who_asks_in_the_wrong_way_is_told_the_right_one(browser: Browser) -> None:
    page = browser.get("/keluar", expect=405)
    assert set(page.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_form_that_is_too_large_is_refused_in_words(browser: Browser) -> None:
    page = browser.post("/masuk", {"identifier": "x" * 70_000}, expect=413)
    assert "Kiriman ini terlalu besar: paling banyak 64 KB." in page.text
    assert "Perpendek isian Anda, lalu kirim lagi." in page.text
    assert "permintaan terakhir ini tidak disimpan" in page.text


def test_a_built_file_that_has_gone_since_the_start_is_not_found(
    app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "a.css").write_text("p {}")
    server = Assets(app.wsgi_app, root=tmp_path, prefix="/static/")
    client = Client(server)
    assert client.get("/static/a.css", buffered=True).status_code == 200
    (tmp_path / "a.css").unlink()
    answer = client.get("/static/a.css")
    assert answer.status_code == 404
    assert "Tidak ditemukan" in answer.text
