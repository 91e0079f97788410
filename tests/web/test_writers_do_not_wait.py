"""Nobody who writes waits for a stranger's long work: it is done before a transaction begins."""

import time
from threading import Thread

import pytest
from flask import Flask

from lms.accounts import passwords
from lms.accounts.passwords import set_hashing_slots
from lms.audit import record
from lms.db import transaction
from tests.browser import Browser
from tests.factories import PASSWORD, Factory
from tests.waiting import HANG_SECONDS, crowding
from tests.web.conftest import World

STRONG = "gunung-teh-sepeda-2"
SLOW = (("4@8({[<69!1|70$5+%2" * 6) + "aaaaaaaa")[:72]


def write_meanwhile(make: Factory) -> float:
    """Store something; gives the seconds that this took."""
    before = time.monotonic()
    with make.inside(), transaction():
        record("uji", "uji", actor_id=None, now=make.now)
    return time.monotonic() - before


@pytest.mark.parametrize("address", ["/tautan/{link}", "/akun/kata-sandi"])
def test_nobody_waits_while_a_password_is_judged_and_hashed(
    app: Flask,
    browser: Browser,
    make: Factory,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    form = {"password": STRONG, "again": STRONG, "present": PASSWORD}
    if address == "/akun/kata-sandi":
        browser.sign_in(make.learner(password=PASSWORD))
    browser.get(world.address(address))
    monkeypatch.setattr(passwords, "WAIT_SECONDS", HANG_SECONDS)
    post = Thread(target=lambda: browser.post(world.address(address), form, expect=302))
    set_hashing_slots(1)
    try:
        with passwords._Slot():  # noqa: SLF001 - as long as a busy machine takes for other passwords
            post.start()
            post.join(0.3)
            assert post.is_alive()  # at the gate
            assert write_meanwhile(make) < 1 * crowding()
        post.join(HANG_SECONDS)
        assert not post.is_alive()
    finally:
        set_hashing_slots(app.config["SAKUHAM"].hashing_slots)


def test_a_password_made_to_be_slow_is_answered_at_once(browser: Browser, world: World) -> None:
    before = time.thread_time()
    browser.post(world.address("/tautan/{link}"), {"password": SLOW, "again": SLOW}, expect=302)
    assert time.thread_time() - before < 1
