"""The second step of signing in: who is asked, what is taken, and who is not let past."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account, Device, RecoveryCode, SecondFactor
from lms.accounts.people import hand_over
from lms.accounts.second_factor import find_step
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.mail import OutboxMessage
from tests.browser import Browser, Page
from tests.factories import PASSWORD, Factory, Person

pytestmark = pytest.mark.both

STEP = "/masuk/langkah-kedua"
OWN = "/akun/verifikasi-dua-langkah"


def require(app: Flask, monkeypatch: pytest.MonkeyPatch, *roles: str, **changes: Any) -> None:
    """Have these roles need a second factor."""
    settings = replace(app.config["SAKUHAM"], second_factor_required=roles, **changes)
    monkeypatch.setitem(app.config, "SAKUHAM", settings)


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Set the factor up as the page says; returns the secret and the recovery codes."""
    browser.get(OWN)
    browser.post(f"{OWN}/mulai", {}, expect=302)
    page = browser.get(OWN)
    secret = "".join(page.document.all("code")[0].text.split())
    page = browser.post(f"{OWN}/pasang", {"code": code_of(secret)})
    return secret, [tag.text for tag in page.document.all("code")]


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows, so many steps from now."""
    return pyotp.TOTP(secret).at(utc_now() + timedelta(seconds=30 * steps))


def forget_step(app: Flask, person: Person) -> None:
    """As if the last code had been taken a while ago."""
    with app.app_context(), transaction():
        db.session.execute(
            update(SecondFactor).where(SecondFactor.account_id == person.id).values(last_step=0)
        )


def give_password(browser: Browser, person: Person, *, target: str = "") -> Page:
    """The first step."""
    browser.get("/masuk")
    fields = {"identifier": person.number, "password": PASSWORD, "next": target}
    return browser.post("/masuk", fields, expect=302)


def location(page: Page) -> str:
    return page.headers["Location"]


def noted(app: Flask, person: Person) -> list[str]:
    with app.app_context(), read_only():
        return list(
            db.session.scalars(
                select(AuditEntry.action)
                .where(AuditEntry.subject == f"account:{person.id}")
                .where(AuditEntry.action.like("second_factor.%"))
                .order_by(AuditEntry.id)
            )
        )


def letters_to(app: Flask, email: str) -> list[str]:
    with app.app_context(), read_only():
        return list(
            db.session.scalars(
                select(OutboxMessage.subject)
                .where(OutboxMessage.recipient == email)
                .order_by(OutboxMessage.id)
            )
        )


def test_after_the_password_a_code_is_asked_for_and_then_the_way_goes_on(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu = make.learner("Ayu", at=make.institution(), password=PASSWORD)
    browser.sign_in_by_form(ayu)
    secret, codes = set_up(browser)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", code) for code in codes)
    browser.get("/akun")
    browser.post("/keluar", {}, expect=302)
    assert location(give_password(browser, ayu, target="/belajar")).startswith(STEP)
    assert location(browser.get("/akun", expect=302)).startswith(f"{STEP}?lanjut=")
    assert "Ayu" not in browser.get("/").words
    page = browser.get(f"{STEP}?lanjut=/belajar")
    assert page.title == "Verifikasi dua langkah"
    forget_step(app, ayu)
    page = browser.post(STEP, {"code": code_of(secret), "next": "/belajar"}, expect=302)
    assert location(page) == "/belajar"
    browser.get("/akun")
    assert noted(app, ayu) == ["second_factor.added"]
    assert letters_to(app, ayu.email) == ["Verifikasi dua langkah SakuHAM dipasang"]


def test_a_code_works_once_and_a_wrong_one_never(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    secret, _codes = set_up(browser)
    browser.cookie("masuk", None)
    give_password(browser, ayu)
    browser.get(STEP)
    far = code_of(secret, steps=5)
    for wrong in (code_of(secret), far, "", "abcdef", "12345", far * 9, "٣" * 6):
        page = browser.post(STEP, {"code": wrong}, expect=422)
    assert "tidak cocok atau sudah dipakai" in page.words
    browser.get("/akun", expect=302)


def test_a_recovery_code_takes_the_place_of_the_app_once(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu, other = make.learner("Ayu", password=PASSWORD), make.learner("Budi", password=PASSWORD)
    browser.sign_in_by_form(other)
    _secret, others = set_up(browser)
    browser.sign_in_by_form(ayu)
    _secret, codes = set_up(browser)
    browser.cookie("masuk", None)
    give_password(browser, ayu)
    browser.get(STEP)
    browser.post(STEP, {"code": others[0]}, expect=422)
    browser.post(STEP, {"code": codes[0].lower().replace("-", " ")}, expect=302)
    assert "tersisa: 9 dari 10" in browser.get(OWN).words
    browser.cookie("masuk", None)
    give_password(browser, ayu)
    browser.get(STEP)
    browser.post(STEP, {"code": codes[0]}, expect=422)
    assert noted(app, ayu) == ["second_factor.added", "second_factor.code_used"]
    assert "code_used" not in browser.get("/").text


def test_guesses_are_braked(app: Flask, browser: Browser, make: Factory) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    _secret, codes = set_up(browser)
    browser.cookie("masuk", None)
    give_password(browser, ayu)
    browser.get(STEP)
    for _ in range(5):
        browser.post(STEP, {"code": "000000"}, expect=422)
    browser.post(STEP, {"code": "000000"}, expect=422)
    page = browser.post(STEP, {"code": codes[0]}, expect=429)
    assert "terlalu sering dicoba" in page.words
    assert int(page.headers["Retry-After"]) >= 1


def test_whose_role_needs_one_reaches_nothing_before_it_is_set_up(
    app: Flask, browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratna = make.officer("Ratna", at=make.institution(), password=PASSWORD)
    browser.sign_in_by_form(ratna)
    browser.get("/kepegawaian")
    require(app, monkeypatch, "hr_officer")
    for path in ("/kepegawaian", "/akun", "/akun/data.json", "/belajar"):
        assert location(browser.get(path, expect=302)).startswith(STEP)
    assert browser.get(STEP).path == OWN  # who is signed in already is caught too
    assert "Peran Anda mewajibkannya" in browser.get(OWN).words
    set_up(browser)
    browser.get("/kepegawaian")
    page = browser.get(OWN)
    assert "Lepas verifikasi" not in page.words
    assert "mewajibkan" in browser.post(f"{OWN}/lepas", {}, expect=403).words


def test_other_roles_are_not_asked(
    app: Flask, browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(app, monkeypatch, "hr_officer", "admin")
    browser.sign_in(make.coordinator("Baharuddin"))
    browser.get("/koordinator/konfirmasi")
    browser.sign_in(make.learner())
    browser.get("/akun")


def test_a_device_is_asked_again_after_some_days(
    app: Flask, browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(app, monkeypatch, second_factor_days=7)
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    set_up(browser)
    with app.app_context(), read_only():
        due_at = db.session.scalars(select(Device.second_step_due_at)).one()
    assert due_at is not None
    assert timedelta(days=6, hours=23) < due_at - utc_now() <= timedelta(days=7)
    let_pass(app, timedelta(days=7))
    assert location(browser.get("/akun", expect=302)).startswith(STEP)


def let_pass(app: Flask, time: timedelta) -> None:
    """As if it had been so long ago that the factor was shown."""
    with app.app_context(), transaction():
        for device in db.session.scalars(select(Device).order_by(Device.id)):
            assert device.second_step_due_at is not None
            assert device.second_step_passed_at is not None
            device.second_step_due_at -= time
            device.second_step_passed_at -= time


def test_setting_it_up_asks_other_devices(app: Flask, browser: Browser, make: Factory) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    other = browser.sign_in(ayu)
    browser.sign_in_by_form(ayu)
    set_up(browser)
    browser.get("/akun")
    browser.cookie("masuk", other)
    browser.get("/akun", expect=302)


def test_what_is_dear_wants_it_shown_a_moment_ago(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    _secret, codes = set_up(browser)
    let_pass(app, timedelta(minutes=11))
    browser.get(OWN)
    for deed in ("kode-baru", "lepas"):
        assert location(browser.post(f"{OWN}/{deed}", {}, expect=302)).startswith(STEP)
    browser.get(STEP)
    browser.post(STEP, {"code": codes[0]}, expect=302)
    browser.get(OWN)
    newer = [tag.text for tag in browser.post(f"{OWN}/kode-baru", {}).document.all("code")]
    assert not set(newer) & set(codes)
    browser.get(OWN)
    browser.post(f"{OWN}/lepas", {}, expect=302)
    browser.cookie("masuk", None)
    assert location(give_password(browser, ayu)) == "/"
    assert letters_to(app, ayu.email)[-1] == "Verifikasi dua langkah SakuHAM dilepas"


def test_who_is_half_way_in_sets_up_no_other_app_and_changes_nothing(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    set_up(browser)
    browser.cookie("masuk", None)
    give_password(browser, ayu)
    browser.get(STEP)
    with app.app_context(), read_only():
        before = db.session.scalars(select(SecondFactor.sealed_secret)).one()
    for deed in ("mulai", "pasang", "kode-baru", "lepas"):
        page = browser.post(f"{OWN}/{deed}", {"code": "000000"}, expect=302)
        assert location(page).startswith(STEP)
    browser.get(OWN, expect=302)
    browser.post("/akun/kata-sandi", {}, expect=302)
    with app.app_context(), read_only():
        assert db.session.scalars(select(SecondFactor.sealed_secret)).one() == before
    browser.get(STEP)
    browser.post("/keluar", {}, expect=302)
    browser.get(STEP, expect=401)


def test_an_upload_is_not_taken_from_who_is_half_way_in(
    app: Flask, browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(make.officer("Ratna", at=make.institution()))
    require(app, monkeypatch, "hr_officer")
    answer = browser.client.post(
        "/kepegawaian/impor",
        data=b"x" * 3_000_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code in {302, 401}
    assert "Masuk" in answer.text or "langkah-kedua" in answer.headers["Location"]


def test_the_secret_lies_sealed_and_opens_for_its_account_alone(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu, budi = make.learner("Ayu", password=PASSWORD), make.learner("Budi", password=PASSWORD)
    browser.sign_in_by_form(budi)
    set_up(browser)
    browser.sign_in_by_form(ayu)
    secret, codes = set_up(browser)
    with app.app_context(), transaction():
        rows = {row.account_id: row for row in db.session.scalars(select(SecondFactor))}
        assert secret.encode() not in rows[ayu.id].sealed_secret
        hashes = list(db.session.scalars(select(RecoveryCode.code_hash)))
        assert codes[0].encode() not in b"".join(hashes)
        rows[budi.id].sealed_secret = rows[ayu.id].sealed_secret
    browser.cookie("masuk", None)
    give_password(browser, budi)
    browser.get(STEP)
    page = browser.post(STEP, {"code": code_of(secret)}, expect=409)
    assert "perlu dipasang lagi" in page.words


def test_the_pages_with_secrets_stay_on_no_disk(browser: Browser, make: Factory) -> None:
    browser.sign_in_by_form(make.learner("Ayu", password=PASSWORD))
    browser.get(OWN)
    browser.post(f"{OWN}/mulai", {}, expect=302)
    assert browser.get(OWN).headers["Cache-Control"] == "private, no-store"
    set_up(browser)
    assert browser.page is not None
    assert browser.page.headers["Cache-Control"] == "private, no-store"


def test_a_new_password_keeps_the_device_in(app: Flask, browser: Browser, make: Factory) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    set_up(browser)
    browser.get("/akun/kata-sandi")
    other = "ruang kelas hujan sore"
    browser.post(
        "/akun/kata-sandi", {"present": PASSWORD, "password": other, "again": other}, expect=302
    )
    browser.get("/akun")


def test_whose_account_is_handed_over_finds_no_app_of_anothers(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ayu = make.learner("Ayu", password=PASSWORD)
    browser.sign_in_by_form(ayu)
    set_up(browser)
    with app.app_context(), transaction():
        account = db.session.get_one(Account, ayu.id)
        hand_over(account, "Ayu", "kantor@contoh-a.example", now=make.now)
        assert db.session.scalars(select(SecondFactor)).all() == []
        assert db.session.scalars(select(RecoveryCode)).all() == []


def reset(app: Flask, whose: str, reason: str) -> str:
    """What the operator's command says."""
    with app.app_context():
        command = ["accounts", "reset-second-factor", whose, "--reason", reason]
        result = app.test_cli_runner().invoke(args=command)
    return result.output or str(result.exception)


def test_an_operator_resets_it_with_a_reason(app: Flask, browser: Browser, make: Factory) -> None:
    ayu = make.learner("Ayu", password=PASSWORD, roles=((Role.COORDINATOR, None),))
    browser.sign_in_by_form(ayu)
    set_up(browser)
    assert "Say in --reason why" in reset(app, ayu.number, "hilang")
    assert "Nobody has x@contoh.example." in reset(app, "x@contoh.example", "Ponsel hilang; KTP.")
    assert reset(app, ayu.email, "Ponsel hilang; KTP dilihat.") == (
        "Ayu: without a second factor, and signed out everywhere\n"
    )
    assert "belum dipasang" in reset(app, ayu.email, "Ponsel hilang; KTP dilihat.")
    browser.get("/akun", expect=401)
    assert location(give_password(browser, ayu)) == "/koordinator"
    with app.app_context(), read_only():
        details = db.session.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "second_factor.reset")
        ).one()
    assert details == {"reason": "Ponsel hilang; KTP dilihat."}
    assert letters_to(app, ayu.email)[-1] == "Verifikasi dua langkah SakuHAM diatur ulang"


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOMENT = datetime.fromisoformat("2026-12-01T03:00:10+00:00")


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("apart", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_a_step_apart(apart: int, is_taken: bool) -> None:
    present = int(MOMENT.timestamp()) // 30
    typed = pyotp.TOTP(SECRET).generate_otp(present + apart)
    found = find_step(SECRET, f"{typed[:3]} {typed[3:]}", 0, now=MOMENT)
    assert found == (present + apart if is_taken else None)
    assert find_step(SECRET, typed, present + apart, now=MOMENT) is None


def test_a_new_password_is_no_second_factor_that_was_shown_just_now(
    app: Flask, browser: Browser, make: Factory
) -> None:
    browser.sign_in_by_form(make.learner("Ayu", password=PASSWORD))
    set_up(browser)
    let_pass(app, timedelta(minutes=11))
    browser.get("/akun/kata-sandi")
    other = "ruang kelas hujan sore"
    browser.post(
        "/akun/kata-sandi", {"present": PASSWORD, "password": other, "again": other}, expect=302
    )
    browser.get(OWN)
    for action in ("kode-baru", "lepas"):
        page = browser.post(f"{OWN}/{action}", {}, expect=302)
        assert page.headers["Location"].startswith(STEP)
    with app.app_context(), read_only():
        assert db.session.scalars(select(SecondFactor)).all() != []
