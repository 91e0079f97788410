"""Passwords: how they are kept, which are refused, and what a storm of them does."""

import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest
from argon2 import PasswordHasher

from lms.accounts import passwords
from lms.accounts.errors import TooBusy, WeakPassword
from lms.accounts.passwords import (
    hash_password,
    is_right_password,
    require_strong,
    set_hashing_slots,
)

GOOD = "melati-kursi-hujan-7"


@pytest.fixture
def one_slot() -> Iterator[None]:
    set_hashing_slots(1)
    yield
    set_hashing_slots(2)


def test_the_hash_says_argon2id_with_19_mib_two_passes_and_one_lane() -> None:
    assert hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_is_hashed_differently_each_time() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


def test_only_the_right_password_fits() -> None:
    stored = hash_password(GOOD)
    assert is_right_password(stored, GOOD)
    assert not is_right_password(stored, GOOD + " ")
    assert not is_right_password(stored, "")


@pytest.mark.parametrize("typed", ["", GOOD, "no account has this password", "\x00" * 10_000])
def test_nothing_fits_where_there_is_no_password(typed: str) -> None:
    assert not is_right_password(None, typed)


def test_a_broken_hash_lets_nobody_in() -> None:
    assert not is_right_password("not a hash", GOOD)
    assert not is_right_password(PasswordHasher().hash("another"), GOOD)


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "password123",
        "aaaaaaaaaaaa",
        "0987654321",
        "iloveyou123",
        "indonesia123",
        "bismillah123",
        "katasandi123",
        "katasandi2026",
        "rahasia12345",
        "pegawai2026",
    ],
)
def test_a_common_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="mudah ditebak"):
        require_strong(password, [])


@pytest.mark.parametrize("password", ["", "pendek", "9 letters"])
def test_a_password_of_fewer_than_ten_characters_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="paling sedikit 10"):
        require_strong(password, [])


def test_a_password_of_more_than_128_characters_is_refused_without_much_thought() -> None:
    with pytest.raises(WeakPassword, match="paling banyak 128"):
        require_strong("x7-" * 1_000_000, [])


@pytest.mark.parametrize(
    "password",
    [GOOD, "jendela-batu-sawah-9", "kata sandi yang panjang sekali", "كلمة مرور طويلة \u0667"],
)
def test_some_words_that_have_nothing_to_do_with_each_other_are_strong(password: str) -> None:
    require_strong(password, ["Sumirah", "sumirah@contoh-a.example"])


AYU = ["ayu@contoh-a.example", "Ayu Lestari, S.Pd.", "190501172099032001"]


@pytest.mark.parametrize(
    "password",
    ["ayu-lestari", "AyuLestari1", "lestari.ayu!", "Ayu 190501172099032001", "lestari-1990-ayu"],
)
def test_a_persons_own_words_make_no_password(password: str) -> None:
    with pytest.raises(WeakPassword):
        require_strong(password, AYU)


@pytest.mark.parametrize("password", ["ayu-kursi-hujan-7", "perahu lestari naik sepeda"])
def test_a_word_of_ones_own_among_others_is_no_harm(password: str) -> None:
    require_strong(password, AYU)


@pytest.mark.parametrize("length", [72, 73, 100, 128])
def test_a_password_as_long_as_a_manager_makes_it_is_taken(length: int) -> None:
    password = (GOOD * 8)[:length]
    require_strong(password, [])
    assert is_right_password(hash_password(password), password)


def test_a_password_of_129_characters_is_refused_with_its_limit() -> None:
    with pytest.raises(WeakPassword, match="paling banyak 128"):
        require_strong((GOOD * 8)[:129], [])


@pytest.mark.parametrize("tail", ["", "x", "-kuda-9" * 16])
def test_what_is_easy_to_guess_by_its_beginning_stays_so_however_long(tail: str) -> None:
    with pytest.raises(WeakPassword, match="mudah ditebak"):
        require_strong(("a" * 32 + tail)[:128], [])


@pytest.mark.parametrize(
    "password",
    [
        (("4@8({[<69!1|70$5+%2" * 6) + "aaaaaaaa")[:72],
        ("aaaaaaaa" + "4@8({[<69!1|70$5+%2" * 7)[:128],
        ("$+157|" * 22)[:128],
        ("([<1!|7+45@$" * 11)[:128],
        ("qwertyuiop" * 13)[:128],
        ("19051905" * 16)[:128],
        "ab" * 64,
    ],
)
def test_no_password_takes_long_to_judge(password: str) -> None:
    def cost() -> float:
        before = time.thread_time()
        with suppress(WeakPassword):
            require_strong(password, ["Sumirah", "sumirah@contoh-a.example"])
        return time.thread_time() - before

    # The least of three: the first loads the lists of words, and tidying up is nobody's fault. It
    # is 50 ms, on a crowded machine several times as much; what is not bounded takes many seconds.
    assert min(cost() for _ in range(3)) < 1


def test_a_person_over_the_gate_is_told_to_wait(
    one_slot: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.02)
    inside, done = Event(), Event()

    def occupy() -> None:
        with passwords._Slot():  # noqa: SLF001 - holding the gate is what a slow machine does
            inside.set()
            done.wait(5)

    holder = Thread(target=occupy)
    holder.start()
    inside.wait(5)
    with pytest.raises(TooBusy):
        hash_password(GOOD)
    done.set()
    holder.join()
    assert hash_password(GOOD)
