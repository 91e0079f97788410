"""Signing on elsewhere: who is let in, what becomes of their account, and who is not."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.enums import Role
from lms.accounts.models import Account, Device, EmployeeNumber
from lms.accounts.queries import find_number
from lms.accounts.rules import FREE_GUESSES
from lms.audit import AuditEntry
from lms.db import db, read_only, transaction
from lms.http.principal import COOKIE
from lms.institutions.models import Posting, PostingSource
from lms.mail import OutboxMessage
from lms.signon.client import OpenIdClient
from lms.signon.models import ExternalIdentity
from lms.web.signon.providers import EXTENSION, make_provider
from tests.browser import Browser, Page
from tests.factories import PASSWORD, Factory, Person
from tests.oidc_stand_in import CLIENT_ID, KEYS, Faults, StandIn, stand_in
from tests.web.test_second_factor import let_pass, set_up

BEGIN = "/masuk/lewat/contoh"
SUB = "7c7e-asn"


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A provider that vouches for numbers and says where people work."""
    with stand_in() as server:
        use(app, monkeypatch, server)
        yield server


def use(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    server: StandIn,
    *,
    seconds: float = 5,
    **changes: Any,
) -> None:
    """Have the application know the provider by these settings."""
    described = make_provider(server.settings(institution_claim="instansi", **changes))
    client = OpenIdClient(described.client._settings, seconds=seconds)  # noqa: SLF001 - its time
    monkeypatch.setitem(app.extensions, EXTENSION, {"contoh": replace(described, client=client)})


def come(
    browser: Browser,
    provider: StandIn,
    *,
    expect: int = 302,
    sub: str = SUB,
    target: str = "",
    **claims: Any,
) -> Page:
    """Go to the provider, say yes there, and come back."""
    address = go(browser, target)
    return browser.get(provider.approve(address, sub=sub, **claims), expect=expect)


def go(browser: Browser, target: str = "") -> str:
    """Where the button leads."""
    return location(browser.get(BEGIN + target, expect=302))


def location(page: Page) -> str:
    """Where an answer leads."""
    return page.headers["Location"]


def sign_out(browser: Browser) -> None:
    """Forget who is signed in here."""
    browser.cookie(COOKIE, None)


def identities(app: Flask) -> list[tuple[int, str]]:
    with app.app_context(), read_only():
        rows = db.session.execute(
            select(ExternalIdentity.account_id, ExternalIdentity.subject).order_by(
                ExternalIdentity.id
            )
        )
        return [(account_id, subject) for account_id, subject in rows]


def signed_in_ids(app: Flask) -> list[int]:
    with app.app_context(), read_only():
        return list(db.session.scalars(select(Device.account_id).order_by(Device.id)))


def letters_to(app: Flask, email: str) -> list[str]:
    with app.app_context(), read_only():
        return list(
            db.session.scalars(
                select(OutboxMessage.subject)
                .where(OutboxMessage.recipient == email)
                .order_by(OutboxMessage.id)
            )
        )


def noted(app: Flask, account_id: int) -> list[str]:
    with app.app_context(), read_only():
        return list(
            db.session.scalars(
                select(AuditEntry.action)
                .where(AuditEntry.subject == f"account:{account_id}")
                .where(AuditEntry.action.like("sign_on.%"))
                .order_by(AuditEntry.id)
            )
        )


def posting(app: Flask, account_id: int) -> tuple[int, PostingSource, bool] | None:
    """Where somebody works, who said so, and whether it is confirmed."""
    with app.app_context(), read_only():
        found = db.session.scalar(
            select(Posting).where(Posting.account_id == account_id, Posting.ended_on.is_(None))
        )
        if found is None:
            return None
        return found.institution_id, found.source, found.confirmed_at is not None


def prove(make: Factory, person: Person) -> None:
    """Have the person's mailbox have answered."""
    with make.inside(), transaction():
        db.session.get_one(Account, person.id).address_proved_at = make.now


# Who is new


def test_who_is_new_gets_an_account_and_stands_where_the_provider_says(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    place = make.institution()
    number = make.employee_number()
    claims: dict[str, Any] = {
        "nip": number,
        "name": "Wulandari, S.H.",
        "instansi": place.code,
    }
    page = come(browser, provider, email="wulan@contoh.example", email_verified=True, **claims)
    assert location(page) == "/"
    own = browser.get("/akun").words
    for words in ("Wulandari, S.H.", number, "wulan@contoh.example", place.name, "Terkonfirmasi"):
        assert words in own
    (account_id, subject) = identities(app)[0]
    assert subject == SUB
    assert posting(app, account_id) == (place.id, PostingSource.SIGN_ON, True)
    assert noted(app, account_id) == ["sign_on.entered", "sign_on.linked"]
    sign_out(browser)
    come(browser, provider, **claims)
    assert signed_in_ids(app) == [account_id, account_id]
    assert identities(app) == [(account_id, SUB)]


def test_an_address_that_is_not_proved_or_is_somebodys_is_not_taken(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    victim = make.learner(password=PASSWORD)
    for sub, email, is_proved in (
        ("satu", "baru@contoh.example", False),
        ("dua", "baru@contoh.example", "true"),
        ("tiga", victim.email, True),
    ):
        sign_out(browser)
        come(
            browser, provider, sub=sub, nip=make.employee_number(), name="Sari",
            email=email, email_verified=is_proved,
        )  # fmt: skip
    with app.app_context(), read_only():
        made = select(Account.email).where(Account.name == "Sari")
        assert list(db.session.scalars(made)) == [None, None, None]
    assert victim.id not in signed_in_ids(app)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"nip": ""},
        {"nip": "123"},
        {"nip": ["1", "2"]},
        {"nip": {"$ne": ""}},
        {"nip": "9" * 10_000},
        {"nip": True},
    ],
)
def test_who_has_no_number_there_is_told_so(
    app: Flask, browser: Browser, provider: StandIn, claims: dict[str, Any]
) -> None:
    page = come(browser, provider, expect=403, name="Sari", **claims)
    assert "tidak menyebutkan NIP" in page.words
    assert identities(app) == []


@pytest.mark.parametrize("name", [None, "", "=cmd()", "Buka https://jahat.example", 7])
def test_who_is_new_without_a_name_that_can_be_printed_is_told_so(
    app: Flask, browser: Browser, make: Factory, provider: StandIn, name: object
) -> None:
    page = come(browser, provider, expect=403, nip=make.employee_number(), name=name)
    assert "tidak menyebutkan nama Anda" in page.words
    assert identities(app) == []


def test_a_name_that_is_markup_stays_a_name(
    browser: Browser, make: Factory, provider: StandIn
) -> None:
    page = come(
        browser, provider, expect=403, nip=make.employee_number(), name="<script>alert(1)</script>"
    )
    assert "<script>alert" not in page.text


# Who is known by a number


def test_who_a_list_knows_is_linked_and_their_mailbox_can_take_the_account_back(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution(), password=PASSWORD)
    prove(make, ayu)
    come(browser, provider, nip=ayu.number, name="Orang Lain", email="jahat@jahat.example")
    assert identities(app) == [(ayu.id, SUB)]
    assert "Orang Lain" not in browser.get("/akun").words
    assert letters_to(app, ayu.email) == ["Akun SakuHAM Anda ditautkan: Masuk Contoh"]
    link = mailed_way_back(app, ayu)
    sign_out(browser)
    browser.get(link)
    browser.post(link, {"password": "ruang kelas hujan sore", "again": "ruang kelas hujan sore"})
    assert identities(app) == []
    assert signed_in_ids(app) == [ayu.id]
    sign_out(browser)
    page = come(browser, provider, expect=409, nip=ayu.number)
    assert "pernah mengambilnya kembali" in page.words
    assert letters_to(app, ayu.email) == ["Akun SakuHAM Anda ditautkan: Masuk Contoh"]


def mailed_way_back(app: Flask, person: Person) -> str:
    """The path of the link that was mailed last."""
    with app.app_context(), read_only():
        body = db.session.scalars(
            select(OutboxMessage.body)
            .where(OutboxMessage.recipient == person.email)
            .order_by(OutboxMessage.id.desc())
        ).first()
    assert body is not None
    token = body.partition("/tautan/")[2].split()[0]
    return f"/tautan/{token}"


def test_who_has_not_chosen_a_password_yet_comes_in_without_one(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    come(browser, provider, nip=ayu.number)
    assert identities(app) == [(ayu.id, SUB)]
    assert letters_to(app, ayu.email) == []
    with app.app_context(), read_only():
        assert db.session.get_one(Account, ayu.id).activated_at is not None


def test_a_number_that_somebody_only_claimed_is_its_persons(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    thief = make.learner("Pencuri", at=make.institution(), confirmed=False, password=PASSWORD)
    make.device(thief)
    come(browser, provider, nip=thief.number, name="Pemilik Asli")
    assert identities(app) == [(thief.id, SUB)]
    assert signed_in_ids(app) == [thief.id]
    own = browser.get("/akun").words
    assert "Pemilik Asli" in own
    assert thief.email not in own
    assert letters_to(app, thief.email) == ["NIP Anda dipakai masuk lewat sistem masuk tunggal"]
    sign_out(browser)
    fields = {"identifier": thief.number, "password": PASSWORD}
    browser.get("/masuk")
    browser.post("/masuk", fields, expect=403)


def test_who_registered_with_the_mailbox_that_the_provider_proves_keeps_the_password(
    browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution(), confirmed=False, password=PASSWORD)
    come(browser, provider, nip=ayu.number, name="Ayu", email=ayu.email, email_verified=True)
    sign_out(browser)
    browser.sign_in_by_form(ayu)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN, Role.HR_OFFICER])
def test_who_holds_a_role_is_not_let_in_by_a_number(
    app: Flask, browser: Browser, make: Factory, provider: StandIn, role: Role
) -> None:
    place = make.institution()
    at = place if role is Role.HR_OFFICER else None
    boss = make.learner("Ratna", at=place, password=PASSWORD, roles=((role, at),))
    page = come(browser, provider, expect=403, nip=boss.number)
    assert "belum ditautkan" in page.words
    assert identities(app) == []


def test_what_is_claimed_to_work_somewhere_is_confirmed_only_where_the_provider_says_it(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ours, theirs = make.institution(), make.institution()
    ayu = make.learner("Ayu", at=ours, confirmed=False)
    come(browser, provider, nip=ayu.number)
    assert posting(app, ayu.id) == (ours.id, PostingSource.SELF, False)
    come(browser, provider, nip=ayu.number, instansi="TIDAK-ADA")
    assert posting(app, ayu.id) == (ours.id, PostingSource.SELF, False)
    come(browser, provider, nip=ayu.number, instansi=theirs.code)
    assert posting(app, ayu.id) == (theirs.id, PostingSource.SIGN_ON, True)
    come(browser, provider, nip=ayu.number, instansi=ours.code)
    assert posting(app, ayu.id) == (theirs.id, PostingSource.SIGN_ON, True)


def test_a_former_number_still_finds_its_person(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    place = make.institution()
    ayu = make.learner("Ayu", at=place, is_pppk=True)
    newer = make.employee_number(is_pppk=True)
    renumber(make, ayu, newer)
    come(browser, provider, nip=ayu.number)
    assert identities(app) == [(ayu.id, SUB)]
    with app.app_context(), read_only():
        assert find_number(ayu.id) == newer


def renumber(make: Factory, person: Person, number: str) -> None:
    from lms.accounts.people import change_number
    from lms.accounts.rules import read_employee_number

    with make.inside(), transaction():
        account = db.session.get_one(Account, person.id)
        change_number(account, read_employee_number(number), on=make.today)


# Who is known by a subject


def test_a_number_that_changed_there_changes_here_and_is_told(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution(), is_pppk=True)
    come(browser, provider, nip=ayu.number)
    newer = make.employee_number(is_pppk=True)
    come(browser, provider, nip=newer)
    with app.app_context(), read_only():
        assert find_number(ayu.id) == newer
        numbers = select(EmployeeNumber.number).where(EmployeeNumber.account_id == ayu.id)
        assert set(db.session.scalars(numbers)) == {ayu.number, newer}
    assert letters_to(app, ayu.email) == ["NIP Anda di SakuHAM diganti"]
    come(browser, provider, nip=ayu.number)  # another system, that is late
    with app.app_context(), read_only():
        assert find_number(ayu.id) == newer


def test_a_number_that_is_anothers_changes_nothing_and_both_hear_of_it_once(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    place = make.institution()
    officer = make.officer("Ratna", at=place, password=PASSWORD)
    ayu = make.learner("Ayu", at=place)
    budi = make.learner("Budi", at=place, password=PASSWORD)
    come(browser, provider, nip=ayu.number)
    for _ in range(2):
        sign_out(browser)
        page = come(browser, provider, expect=409, nip=budi.number)
        assert "tercatat pada akun lain" in page.words
    with app.app_context(), read_only():
        assert (find_number(ayu.id), find_number(budi.id)) == (ayu.number, budi.number)
    assert letters_to(app, ayu.email) == ["Satu NIP, dua akun SakuHAM"]
    assert letters_to(app, budi.email) == ["Satu NIP, dua akun SakuHAM"]
    assert letters_to(app, officer.email) == ["NIP seorang pegawai Anda disebut untuk akun lain"]
    assert noted(app, ayu.id) == ["sign_on.linked", "sign_on.number_contested"]
    assert signed_in_ids(app) == [ayu.id]


def test_a_number_that_somebody_only_claims_becomes_the_persons(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    thief = make.learner("Pencuri", at=make.institution(), confirmed=False, password=PASSWORD)
    come(browser, provider, nip=ayu.number)
    come(browser, provider, nip=thief.number)
    with app.app_context(), read_only():
        assert (find_number(ayu.id), find_number(thief.id)) == (thief.number, None)


def test_two_subjects_with_one_number_are_not_one(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    come(browser, provider, nip=ayu.number)
    sign_out(browser)
    for _ in range(2):
        page = come(browser, provider, expect=409, sub="lain", nip=ayu.number)
        assert "sudah tertaut dengan akun Masuk Contoh yang lain" in page.words
    assert identities(app) == [(ayu.id, SUB)]
    assert letters_to(app, ayu.email) == ["Akun Masuk Contoh lain menyebut NIP Anda"]


def test_who_was_closed_is_told_so_and_who_was_merged_is_one(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    place = make.institution()
    ayu, other = make.learner("Ayu", at=place), make.learner("Ayu", at=place)
    come(browser, provider, nip=other.number)
    with make.inside(), transaction():
        db.session.get_one(Account, other.id).merged_into_id = ayu.id
    sign_out(browser)
    come(browser, provider, nip=other.number)
    assert signed_in_ids(app)[-1] == ayu.id
    with make.inside(), transaction():
        db.session.get_one(Account, ayu.id).closed_at = make.now
    sign_out(browser)
    assert "sudah ditutup" in come(browser, provider, expect=403, nip=other.number).words
    page = come(browser, provider, expect=403, sub="lain", nip=ayu.number)
    assert "sudah ditutup" in page.words


# What comes back


def test_the_way_back_leads_to_where_one_was_going_and_nowhere_else(
    browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    page = come(browser, provider, target="?lanjut=/belajar", nip=ayu.number)
    assert location(page) == "/belajar"
    for target in (
        "https://jahat.example",
        "//jahat.example",
        "/%5Cjahat.example",
        "/" + "a" * 400,
    ):
        sign_out(browser)
        page = come(browser, provider, target=f"?lanjut={target}", nip=ayu.number)
        assert location(page) == "/"


def test_an_answer_to_nobodys_question_signs_nobody_in(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    stolen = provider.approve(go(browser), sub=SUB, nip=ayu.number)
    browser.cookie("perjalanan", None)
    assert "tidak cocok" in browser.get(stolen, expect=403).words
    go(browser)
    assert "tidak cocok" in browser.get(stolen, expect=403).words  # the state is another one's
    back = provider.approve(go(browser), sub=SUB, nip=ayu.number)
    kept = browser.find_cookie("perjalanan")
    assert kept is not None
    browser.cookie("perjalanan", kept[:-2])
    assert "tidak cocok" in browser.get(back, expect=403).words
    back = provider.approve(go(browser), sub=SUB, nip=ayu.number)
    for query in ("", "?code=x", "?state=x&code=x", "?state=&code="):
        browser.get(f"{BEGIN}/kembali{query}", expect=403)
        go(browser)
    assert signed_in_ids(app) == []


def test_an_answer_works_once(browser: Browser, make: Factory, provider: StandIn) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    back = provider.approve(go(browser), sub=SUB, nip=ayu.number)
    browser.get(back, expect=302)
    assert "tidak cocok" in browser.get(back, expect=403).words


def test_who_cancels_is_told_that_nothing_changed(browser: Browser, provider: StandIn) -> None:
    go(browser)
    page = browser.get(f"{BEGIN}/kembali?error=access_denied", expect=403)
    assert page.title == "Masuk dibatalkan"
    assert "tidak ada yang berubah" in page.words


@pytest.mark.parametrize(
    ("error", "shown"), [("login_required", "login_required"), ("<b>%s</b>", "unknown")]
)
def test_another_error_is_named_if_it_is_one(
    browser: Browser, provider: StandIn, error: str, shown: str
) -> None:
    page = browser.get(f"{BEGIN}/kembali?error={error}", expect=403)
    assert f"({shown})" in page.words


def test_an_answer_of_another_provider_is_refused(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    back = provider.approve(go(browser), sub=SUB, nip=make.employee_number(), name="Sari")
    mixed = back.partition("&iss=")[0]
    page = browser.get(f"{mixed}&iss=https://jahat.example", expect=403)
    assert "penyedia lain" in page.words
    back = provider.approve(go(browser), sub=SUB, nip=make.employee_number(), name="Sari")
    assert "penyedia lain" in browser.get(back.partition("&iss=")[0], expect=403).words
    assert identities(app) == []


HOUR = 3600
LIES: dict[str, tuple[Faults, str]] = {
    "another nonce": (Faults(claims={"nonce": "lain"}), "tidak dapat dipercaya"),
    "no nonce": (Faults(without=("nonce",)), "tidak dapat dipercaya"),
    "for somebody else": (Faults(claims={"aud": "lain"}), "tidak dapat dipercaya"),
    "for several": (Faults(claims={"aud": [CLIENT_ID, "lain"]}), "tidak dapat dipercaya"),
    "by another": (Faults(claims={"azp": "lain"}), "tidak dapat dipercaya"),
    "another issuer": (Faults(claims={"iss": "https://x.example"}), "tidak dapat dipercaya"),
    "no subject": (Faults(without=("sub",)), "tidak dapat dipercaya"),
    "a list of subjects": (Faults(claims={"sub": ["a"]}), "tidak dapat dipercaya"),
    "an empty subject": (Faults(claims={"sub": ""}), "tidak dapat dipercaya"),
    "a long subject": (Faults(claims={"sub": "a" * 256}), "tidak dapat dipercaya"),
    "no end": (Faults(without=("exp",)), "tidak dapat dipercaya"),
    "an end in words": (Faults(claims={"exp": "besok"}), "tidak dapat dipercaya"),
    "another access token": (Faults(claims={"at_hash": "lain"}), "tidak dapat dipercaya"),
    "no token": (Faults(without=("id_token",)), "tidak dapat dipercaya"),
    "not signed": (Faults(signs="none"), "tidak dapat dipercaya"),
    "signed by the public key": (Faults(signs="HS256"), "tidak dapat dipercaya"),
    "expired": (Faults(claims={"exp": int(time.time()) - HOUR}), "sudah lewat waktunya"),
    "of tomorrow": (
        Faults(claims={"iat": int(time.time()) + HOUR, "exp": int(time.time()) + 2 * HOUR}),
        "berbeda terlalu jauh",
    ),
    "not yet": (Faults(claims={"nbf": int(time.time()) + HOUR}), "berbeda terlalu jauh"),
    "a code of nobody's": (Faults(error="invalid_grant"), "(invalid_grant)"),
    "an error of markup": (Faults(error="<script>"), "(unknown)"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_word_that_cannot_be_trusted_signs_nobody_in(
    app: Flask, browser: Browser, make: Factory, provider: StandIn, lie: str
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    provider.faults, words = LIES[lie]
    page = come(browser, provider, expect=403, nip=ayu.number)
    assert words in page.words
    assert "Cara lain untuk masuk" in page.words
    assert signed_in_ids(app) == []


def test_clocks_may_be_apart_a_little(browser: Browser, make: Factory, provider: StandIn) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    now = int(time.time())
    provider.faults = Faults(claims={"iat": now + 30, "exp": now - 30})
    come(browser, provider, nip=ayu.number)


def test_a_key_of_somebody_else_is_refused_and_a_new_one_of_the_providers_is_found(
    browser: Browser, make: Factory, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    come(browser, provider, nip=ayu.number)
    provider.key = KEYS[1]
    assert "dipercaya" in come(browser, provider, expect=403, nip=ayu.number).words
    assert provider.asked.count("/jwks") == 1  # anybody can name a key; it was asked just now
    monkeypatch.setattr("lms.signon.client.KEYS_AT_MOST_EVERY", 0)
    come(browser, provider, nip=ayu.number)
    assert provider.asked.count("/jwks") == 2


# A provider that does not answer


def forever() -> dict[str, Faults]:
    """What a provider may do instead of answering."""
    found = Faults(metadata={"issuer": "https://x.example"})
    return {
        "hangs": Faults(silent_paths=("/.well-known/openid-configuration",)),
        "drips": Faults(drips=True),
        "breaks": Faults(status=503),
        "leads away": Faults(status=302),
        "babbles": Faults(body=b"<html>masuk"),
        "floods": Faults(body=b"{" + b" " * 300_000),
        "lists": Faults(body=b"[]"),
        "is another": found,
        "has no token": Faults(metadata={"token_endpoint": None}),
        "leads to files": Faults(metadata={"token_endpoint": "file:///etc/passwd"}),
        "signs by what it shares": Faults(
            metadata={"id_token_signing_alg_values_supported": ["HS256", "none"]}
        ),
    }


@pytest.mark.parametrize("fault", forever())
def test_a_provider_that_is_away_is_told_with_the_other_ways_in(
    app: Flask,
    browser: Browser,
    provider: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    use(app, monkeypatch, provider, seconds=0.5)
    provider.faults = forever()[fault]
    with caplog.at_level(logging.WARNING, "sakuham.signon"):
        page = browser.get(BEGIN, expect=503)
    assert "sedang tidak dapat dihubungi" in page.words
    assert "Buat kata sandi" in page.words
    assert "contoh is away" in caplog.text
    asked = len(provider.asked)
    browser.get(BEGIN, expect=503)
    assert len(provider.asked) == asked  # it rests, and nobody waits for it


@pytest.mark.parametrize("path", ["/token", "/jwks", "/userinfo"])
def test_a_provider_that_goes_away_meanwhile_is_told_too(
    app: Flask, browser: Browser, provider: StandIn, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    use(app, monkeypatch, provider, seconds=0.5)
    address = go(browser)
    provider.faults = Faults(silent_paths=(path,))
    browser.get(provider.approve(address, sub=SUB), expect=503)
    assert identities(app) == []


def test_nobodys_writes_wait_for_a_provider(
    app: Flask, browser: Browser, provider: StandIn, monkeypatch: pytest.MonkeyPatch, make: Factory
) -> None:
    """While it hangs, another stores: no transaction is open meanwhile."""
    ayu = make.learner("Ayu", at=make.institution())
    original = provider.id_token

    def meanwhile(grant: Any) -> str:
        with app.app_context(), transaction(is_patient=False):
            db.session.get_one(Account, ayu.id).name = "Ayu Lestari"
        return original(grant)

    monkeypatch.setattr(provider, "id_token", meanwhile)
    come(browser, provider, nip=ayu.number)
    assert "Ayu Lestari" in browser.get("/akun").words


def test_claims_are_also_asked_for_where_the_token_has_them_not(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    provider.faults = Faults(userinfo={"sub": SUB, "nip": ayu.number, "iss": "x", "aud": "y"})
    come(browser, provider)
    assert identities(app) == [(ayu.id, SUB)]
    provider.faults = Faults(userinfo={"sub": "lain", "nip": ayu.number})
    assert "dipercaya" in come(browser, provider, expect=403, sub="lagi").words


# A provider that vouches for nobody's number, and links of one's own


def test_who_is_signed_in_links_and_unlinks_their_own_identity(
    app: Flask, browser: Browser, make: Factory, provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch, provider, vouches_for_numbers=False)
    place = make.institution()
    boss = make.officer("Ratna", at=place, password=PASSWORD)
    assert "belum ditautkan" in come(browser, provider, expect=403, nip=boss.number).words
    browser.sign_in_by_form(boss)
    assert "Belum ditautkan" in browser.get("/akun").words
    browser.get("/akun/tautan/contoh")
    page = browser.post("/akun/tautan/contoh", {"present": PASSWORD})
    address = next(
        tag.get("href") for tag in page.document.all("a") if "authorize" in tag.get("href")
    )
    back = browser.get(provider.approve(address, sub=SUB, nip="1"), expect=302)
    assert location(back) == "/akun"
    assert identities(app) == [(boss.id, SUB)]
    assert letters_to(app, boss.email) == ["Akun SakuHAM Anda ditautkan: Masuk Contoh"]
    sign_out(browser)
    come(browser, provider, nip=make.employee_number())  # whose word does not go so far
    with app.app_context(), read_only():
        assert find_number(boss.id) == boss.number
        identity_id = db.session.scalars(select(ExternalIdentity.id)).one()
    browser.get("/akun")
    browser.post(f"/akun/tautan/{identity_id}/putus", expect=302)
    assert identities(app) == []
    browser.get("/akun")  # whoever asked stays
    browser.post(f"/akun/tautan/{identity_id}/putus", expect=404)
    assert noted(app, boss.id) == ["sign_on.linked", "sign_on.unlinked"]


@pytest.mark.parametrize(
    ("typed", "words"), [("", "Tulis kata sandi"), ("salah", "bukan kata sandi Anda")]
)
def test_an_open_session_alone_links_nothing(
    browser: Browser, make: Factory, provider: StandIn, typed: str, words: str
) -> None:
    browser.sign_in(make.learner("Ayu", at=make.institution(), password=PASSWORD))
    browser.get("/akun/tautan/contoh")
    page = browser.post("/akun/tautan/contoh", {"present": typed}, expect=422)
    assert words in page.words
    assert "Tautkan Masuk Contoh" in page.words
    assert browser.find_cookie("perjalanan") is None
    assert not any("authorize" in tag.get("href") for tag in page.document.all("a"))


def test_guesses_at_the_password_before_linking_are_braked(
    browser: Browser, make: Factory, provider: StandIn
) -> None:
    browser.sign_in(make.learner("Ayu", at=make.institution(), password=PASSWORD))
    browser.get("/akun/tautan/contoh")
    for _ in range(FREE_GUESSES + 1):
        browser.post("/akun/tautan/contoh", {"present": "salah"}, expect=422)
    page = browser.post("/akun/tautan/contoh", {"present": PASSWORD}, expect=429)
    assert int(page.headers["Retry-After"]) > 0


def test_linking_wants_a_second_factor_shown_a_moment_ago(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution(), password=PASSWORD)
    browser.sign_in_by_form(ayu)
    set_up(browser)
    let_pass(app, timedelta(minutes=11))
    for answer in (
        browser.get("/akun/tautan/contoh", expect=302),
        browser.post("/akun/tautan/contoh", {"present": PASSWORD}, expect=302),
    ):
        assert location(answer).startswith("/masuk/langkah-kedua")
    assert location(browser.get("/akun/tautan/contoh", expect=302)).endswith(
        "lanjut=/akun/tautan/contoh"
    )


def test_nobody_unlinks_anothers_and_nobody_the_last_way_in(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    come(browser, provider, nip=make.employee_number(), name="Sari")
    with app.app_context(), read_only():
        identity_id = db.session.scalars(select(ExternalIdentity.id)).one()
    browser.get("/akun")
    page = browser.post(f"/akun/tautan/{identity_id}/putus", expect=409)
    assert "satu-satunya cara" in page.words
    browser.sign_in(make.learner())
    browser.get("/akun")
    browser.post(f"/akun/tautan/{identity_id}/putus", expect=404)
    assert len(identities(app)) == 1


def test_an_identity_is_one_accounts(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu, budi = make.learner("Ayu", at=make.institution()), make.learner("Budi")
    come(browser, provider, nip=ayu.number)
    browser.sign_in(budi)
    browser.get("/akun")
    page = browser.post("/akun/tautan/contoh")
    address = next(
        tag.get("href") for tag in page.document.all("a") if "authorize" in tag.get("href")
    )
    page = browser.get(provider.approve(address, sub=SUB), expect=409)
    assert "sudah tertaut dengan akun lain" in page.words
    assert identities(app) == [(ayu.id, SUB)]


def test_a_link_is_of_who_asked_for_it(
    app: Flask, browser: Browser, make: Factory, provider: StandIn
) -> None:
    browser.sign_in(make.learner("Ayu"))
    browser.get("/akun")
    page = browser.post("/akun/tautan/contoh")
    address = next(
        tag.get("href") for tag in page.document.all("a") if "authorize" in tag.get("href")
    )
    browser.sign_in(make.learner("Budi"))
    browser.get(provider.approve(address, sub=SUB), expect=403)
    sign_out(browser)
    assert identities(app) == []


# The second factor


@pytest.mark.parametrize("has_second_factor", [True, False])
def test_a_second_factor_that_the_provider_asked_for_is_not_asked_for_again(
    app: Flask,
    browser: Browser,
    make: Factory,
    provider: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_second_factor: bool,
) -> None:
    use(app, monkeypatch, provider, has_second_factor=has_second_factor)
    settings = replace(app.config["SAKUHAM"], second_factor_required=("hr_officer",))
    monkeypatch.setitem(app.config, "SAKUHAM", settings)
    officer = make.officer("Ratna", at=make.institution())
    led_to = location(come(browser, provider, nip=officer.number))
    browser.get("/kepegawaian", expect=200 if has_second_factor else 302)
    assert led_to.startswith("/masuk/langkah-kedua") is not has_second_factor
    sign_out(browser)
    come(browser, provider, sub="lain", nip=make.employee_number(), name="Sari")
    with app.app_context(), read_only():
        newest = db.session.scalars(select(Device).order_by(Device.id.desc())).first()
        assert newest is not None
        assert newest.second_step_due_at is None  # whom nobody asks has nothing to show again


# Pages


def test_the_buttons_stand_on_the_page_for_signing_in(browser: Browser, provider: StandIn) -> None:
    page = browser.get("/masuk?lanjut=/belajar")
    assert "Masuk dengan Masuk Contoh" in page.words
    hrefs = [tag.get("href") for tag in page.document.all("a")]
    assert f"{BEGIN}?lanjut=/belajar" in hrefs
    browser.get("/masuk/lewat/tidakada", expect=404)
    browser.get("/masuk/lewat/tidakada/kembali", expect=404)


def test_signing_out_shows_the_way_out_of_the_provider_too(
    browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution(), password=PASSWORD)
    come(browser, provider, nip=ayu.number)
    browser.get("/akun")
    left = location(browser.post("/keluar", {}, expect=302))
    page = browser.get(left)
    way_out = next(tag.get("href") for tag in page.document.all("a") if "logout" in tag.get("href"))
    assert way_out == (
        f"{provider.issuer}/logout?client_id={CLIENT_ID}"
        "&post_logout_redirect_uri=https%3A%2F%2Fsakuham.example%2F"
    )
    browser.get("/akun", expect=401)
    provider.faults = Faults(metadata={"end_session_endpoint": None})
    browser.sign_in_by_form(ayu)
    assert location(browser.post("/keluar", {}, expect=302)) == "/"


def test_a_person_sees_their_identities_among_what_is_held(
    browser: Browser, make: Factory, provider: StandIn
) -> None:
    ayu = make.learner("Ayu", at=make.institution())
    come(browser, provider, nip=ayu.number)
    words = browser.get("/akun/data").words
    assert "Akun penyedia yang ditautkan" in words
    assert provider.issuer in words
