"""What a device fetches to check without a network: the same for everybody, and small."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from flask import Flask

from lms.certificates.enums import RevocationGround
from lms.certificates.out_of_force import find_out_of_force
from lms.certificates.qr_codes import signed_address
from lms.certificates.queries import find_certificate
from lms.certificates.service import revoke_certificate
from lms.clock import utc_now
from lms.db import db, transaction
from lms.keys.enums import Purpose
from lms.keys.queries import find_signer
from lms.keys.service import make_keys, rotate_keys
from lms.web.assets import BUILD, PREFIX
from tests.browser import Browser
from tests.conftest import Statements
from tests.factories import Factory
from tests.qr_codes import Genuineness, parse_signed_address, verify
from tests.web.conftest import World

LIST = "/verifikasi/luring.json"
WORKER = "/verifikasi/pekerja.js"
SHELL = "/verifikasi/luring"


def numbers_of(distances: list[int]) -> Iterator[int]:
    """The numbers that are told as distances."""
    number = 0
    for distance in distances:
        number += distance
        yield number


@pytest.mark.usefixtures("keys")
def test_the_list_tells_keys_and_what_is_out_of_force(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = [make.certificate(make.learner(f"Orang {number}")) for number in range(4)]
    make.revoke(issued[1])
    make.rename(issued[3].person, "Nama Lain")
    make.replace(issued[3])
    content = json.loads(browser.get(LIST).data)
    ended = list(numbers_of(content["out_of_force"]))
    assert ended == [issued[1].id, issued[3].id]
    assert content["last"] == issued[3].id + 1
    made = datetime.fromisoformat(content["as_of"])
    assert timedelta(0) <= utc_now() - made < timedelta(minutes=3)
    (key,) = content["keys"]
    assert (key["number"], key["retired_at"]) == (1, None)
    with app.app_context():
        certificate = find_certificate(issued[0].code)
        signer = find_signer(Purpose.QR)
        assert certificate is not None
        assert signer is not None
        signed = parse_signed_address(
            signed_address(
                f"https://{content['site']}/{issued[0].code}", certificate.facts, 1, signer
            )
        )
    assert signed is not None
    assert signed.site == content["site"]
    assert verify(signed, {1: base64.b64decode(key["key"])}) is Genuineness.GENUINE


@pytest.mark.both
def test_the_list_is_right_at_once_and_read_again_only_when_something_was_entered(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    issued = [make.certificate(make.learner(f"Orang {number}")) for number in range(3)]

    def ended() -> tuple[list[int], bool]:
        with statements() as seen:
            content = json.loads(browser.get(LIST).data)
        told = list(numbers_of(content["out_of_force"]))
        return told, any("follows_id" in each for each in seen)

    assert ended() == ([], True)
    assert ended() == ([], False)
    make.revoke(issued[2])
    assert ended() == ([issued[2].id], True)
    make.revoke(issued[0])
    assert ended() == ([issued[0].id, issued[2].id], True)
    make.certificate(make.learner())
    assert ended() == ([issued[0].id, issued[2].id], False)
    make.reinstate(issued[2])
    assert ended() == ([issued[0].id], True)


def test_who_asks_again_is_told_that_nothing_changed(browser: Browser, make: Factory) -> None:
    issued = make.certificate(make.learner())

    def ask(tag: str) -> tuple[int, str]:
        answer = browser.client.get(LIST, headers={"If-None-Match": tag})
        return answer.status_code, answer.headers["ETag"]

    minute = utc_now().minute
    _, tag = ask("")
    answer = ask(tag)
    assert answer == (304, tag) or utc_now().minute != minute  # it tells the minute
    make.revoke(issued)
    assert ask(tag)[0] == 200


@pytest.mark.both
def test_what_is_undone_is_not_kept(app: Flask, browser: Browser, make: Factory) -> None:
    issued, other = (make.certificate(make.learner(f"Orang {number}")) for number in range(2))
    actor, seen = make.coordinator(), []
    with app.app_context(), suppress(LookupError), transaction():
        revoke_certificate(
            issued.code, RevocationGround.MISTAKE, "Uji coba saja", actor.id, now=make.now
        )
        db.session.flush()
        seen.append(find_out_of_force().certificate_ids)
        raise LookupError
    assert seen == [(issued.id,)]
    make.revoke(other)
    assert json.loads(browser.get(LIST).data)["out_of_force"] == [other.id]


@pytest.mark.usefixtures("keys")
def test_a_retired_key_is_still_told(app: Flask, browser: Browser, now: datetime) -> None:
    with app.app_context(), transaction():
        rotate_keys(make_keys([Purpose.QR], "Kementerian Contoh", now=now), now=now)
    keys = json.loads(browser.get(LIST).data)["keys"]
    assert [(key["number"], key["retired_at"] is None) for key in keys] == [(1, False), (2, True)]


def test_the_list_names_nobody(browser: Browser, make: Factory) -> None:
    issued = make.certificate(make.learner("Siti Aminah, S.H."))
    make.revoke(issued)
    text = browser.get(LIST).data.decode()
    for secret in (issued.person.name, issued.person.number, issued.code, issued.number):
        assert secret not in text


def test_who_has_the_list_is_not_sent_it_again(browser: Browser) -> None:
    answer = browser.client.get(LIST)
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    again = browser.client.get(LIST, headers={"If-None-Match": answer.headers["ETag"]})
    if again.status_code != 304:  # a minute began in between
        again = browser.client.get(LIST, headers={"If-None-Match": again.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_revocation_is_in_the_list_at_once(browser: Browser, make: Factory) -> None:
    issued = make.certificate(make.learner())
    before = browser.client.get(LIST)
    make.revoke(issued)
    after = browser.client.get(LIST, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert json.loads(after.data)["out_of_force"] == [issued.id]


def test_the_list_takes_few_statements_whatever_its_length(
    browser: Browser, make: Factory, statements: object
) -> None:
    for _ in range(3):
        make.revoke(make.certificate(make.learner()))
    with statements() as seen:  # type: ignore[operator]  # tests/conftest.py: Statements
        browser.get(LIST)
    assert len(seen) < 12


def test_the_kept_page_is_the_same_whoever_asks(browser: Browser, world: World) -> None:
    address = f"{SHELL}?bahasa=id&tema=auto&huruf=normal"
    stranger = browser.get(address).text
    holder = world.people["holder"]
    assert holder is not None
    browser.sign_in(holder)
    browser.cookie("tema", "dark")
    browser.cookie("bahasa", "en")
    assert browser.get(address).text == stranger
    assert holder.name not in stranger
    assert holder.name not in browser.get(SHELL).text
    english = browser.get(f"{SHELL}?bahasa=en&tema=dark")
    assert 'data-theme="dark"' in english.text
    assert 'lang="en"' in english.text


def test_the_worker_keeps_files_that_are_there(browser: Browser) -> None:
    answer = browser.client.get(f"{WORKER}?bahasa=en&tema=dark&huruf=large")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    head = answer.get_data(as_text=True).partition("\n")[0]
    setup = json.loads(re.fullmatch(r"self\.SETUP=(.*);", head)[1])  # type: ignore[index]
    for file in setup["files"]:
        assert (BUILD / file.removeprefix(PREFIX)).is_file()
    page = browser.get(setup["shell"])
    assert 'data-theme="dark"' in page.text
    named = re.findall(r'(?:href|src|data-[a-z]+)="(/static/[^"]+)"', page.text)
    assert named
    assert set(named) <= set(setup["files"])


def test_the_application_begins_in_its_own_part_of_the_site(browser: Browser) -> None:
    content = json.loads(browser.client.get("/verifikasi/aplikasi.webmanifest").data)
    assert content["scope"] == "/verifikasi"
    assert content["start_url"].startswith(content["scope"])
    assert browser.get(content["start_url"]).text


def test_checks_offer_the_scanner_in_one_tap(browser: Browser) -> None:
    for path, status in (("/verifikasi", 200), ("/verifikasi?kode=MBT9", 422)):
        page = browser.get(path, expect=status)
        assert "data-scanner" in page.text
        assert "/verifikasi/aplikasi.webmanifest" in page.text
        assert page.text.count("/manifest.webmanifest") == 0
