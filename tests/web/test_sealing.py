"""The page on which a registrar has waiting sheets sealed by a service elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from lms.db import transaction
from lms.jobs.kind import Run
from lms.sealing.service import queue_sheet
from lms.web.sealing.views import sealer_of
from lms.worker.sealing_rounds import seal_waiting
from tests.browser import Browser
from tests.conftest import SETTINGS
from tests.factories import Factory
from tests.sealing_service import PASSWORD, SEAL, SIGNATORY, USER, SealingService, sealing_service

PAGE = "/koordinator/segel"


@pytest.fixture
def service(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SealingService]:
    """A service that the settings name."""
    with sealing_service() as running:
        settings = replace(
            SETTINGS,
            sealing_service_url=running.address,
            sealing_service_user=USER,
            sealing_service_password=PASSWORD,
            sealing_signatory=SIGNATORY,
        )
        monkeypatch.setitem(app.config, "SAKUHAM", settings)
        yield running


@pytest.fixture
def waiting(app: Flask, make: Factory, now: datetime) -> str:
    """A certificate whose sheet waits; its code."""
    code = make.attendance(make.learner())
    with app.app_context(), transaction():
        queue_sheet(code, now=now)
    return code


def do_rounds(app: Flask) -> None:
    """What the jobs process does."""
    with app.app_context():
        run = Run(1, "seal", {"round": 1}, None, frozenset(), 1, "klaim")
        seal_waiting(sealer_of(app.config["SAKUHAM"]), run)


def test_a_registrar_asks_for_a_code_types_it_and_sees_what_came_of_it(
    app: Flask, browser: Browser, make: Factory, service: SealingService, waiting: str
) -> None:
    browser.sign_in(make.coordinator())
    page = browser.get("/koordinator/sertifikat")
    assert PAGE in page.links
    page = browser.get(PAGE)
    assert "Menunggu segel 1" in page.words
    page = browser.submit(page.form("/segel/kode"))
    assert "Kode dikirim kepada penanda tangan" in page.words
    page = browser.submit(page.form(PAGE), {"code": service.codes[0]})
    assert "Penyegelan sedang berjalan" in page.words
    do_rounds(app)
    page = browser.get(PAGE)
    assert "1 lembar disegel" in page.words
    assert "Tidak ada yang menunggu segel" in page.words
    sheet = browser.get(f"/sertifikat/{waiting}.pdf").data
    assert sheet.endswith(SEAL)
    make.revoke(waiting)
    assert not browser.get(f"/sertifikat/{waiting}.pdf").data.endswith(SEAL)


def test_a_code_that_is_refused_is_told_in_the_services_words_and_not_shown_again(
    app: Flask, browser: Browser, make: Factory, service: SealingService, waiting: str
) -> None:
    browser.sign_in(make.coordinator())
    page = browser.get(PAGE)
    page = browser.submit(page.form(PAGE), {"code": "SALAH99"})
    do_rounds(app)
    page = browser.get(PAGE)
    assert "ditolak layanan segel Kode tidak berlaku lagi" in page.words
    page = browser.submit(page.form(PAGE), {"code": "??"}, expect=422)
    assert "Tulis kode sekali pakai yang Anda terima" in page.words
    assert page.form(PAGE).fields["code"] == [""]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("breaks", "Layanan segel tidak menjawab"),
        ("stranger", "Layanan segel menolak mengirim kode: Pengguna tidak dikenal"),
    ],
)
def test_a_service_that_sends_no_code_is_told(
    app: Flask,
    browser: Browser,
    make: Factory,
    service: SealingService,
    waiting: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    words: str,
) -> None:
    service.fault = fault
    if fault == "stranger":
        stranger = replace(app.config["SAKUHAM"], sealing_service_user="lain")
        monkeypatch.setitem(app.config, "SAKUHAM", stranger)
    browser.sign_in(make.coordinator())
    page = browser.submit(browser.get(PAGE).form("/segel/kode"))
    assert words in page.words


def test_without_a_service_there_is_no_such_page(browser: Browser, make: Factory) -> None:
    browser.sign_in(make.coordinator())
    browser.get(PAGE, expect=404)
    assert PAGE not in browser.get("/koordinator/sertifikat").links
