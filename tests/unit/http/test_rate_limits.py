"""Counting how often an address asks, in one process."""

import pytest
from flask import Blueprint, Flask
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from lms.http import rate_limits, request_counts
from lms.http.errors import TooOften
from lms.http.rate_limits import at_most, init_rate_limits
from lms.http.request_counts import ProcessStorage

FEW = parse("2 per minute")


class Clock:
    """The time as a test wants it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until it is moved."""
    clock = Clock()
    monkeypatch.setattr(request_counts, "time", clock)
    return clock


def test_more_than_a_few_is_too_often_until_the_window_ends(clock: Clock) -> None:
    counter = FixedWindowRateLimiter(ProcessStorage())
    assert [counter.hit(FEW, "masuk", "10.0.0.1") for _ in range(3)] == [True, True, False]
    assert counter.get_window_stats(FEW, "masuk", "10.0.0.1") == (clock.now + 60, 0)
    clock.now += 59.9
    assert not counter.hit(FEW, "masuk", "10.0.0.1")
    clock.now += 0.1
    assert counter.hit(FEW, "masuk", "10.0.0.1")


def test_each_address_and_each_page_is_counted_by_itself(clock: Clock) -> None:
    counter = FixedWindowRateLimiter(ProcessStorage())
    for _ in range(3):
        counter.hit(FEW, "masuk", "10.0.0.1")
    assert counter.hit(FEW, "masuk", "10.0.0.2")
    assert counter.hit(FEW, "daftar", "10.0.0.1")


def test_views_of_one_name_are_counted_by_themselves() -> None:
    app = Flask(__name__)
    init_rate_limits(app, "")
    app.register_error_handler(TooOften, lambda _refusal: ("", 429))
    for section in ("satu", "dua"):
        blueprint = Blueprint(section, __name__, url_prefix=f"/{section}")
        blueprint.add_url_rule("/", "form", at_most("2 per minute")(lambda: "ya"))
        app.register_blueprint(blueprint)
    visitor = app.test_client()
    statuses = [visitor.get(path).status_code for path in ("/satu/",) * 3 + ("/dua/",)]
    assert statuses == [200, 200, 429, 200]


def test_what_is_past_is_forgotten_before_it_fills_the_memory(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_counts, "MAX_ADDRESSES", 10)
    storage = ProcessStorage()
    for number in range(10):
        storage.incr(f"lama-{number}", 60)
    clock.now += 61
    storage.incr("baru", 60)
    assert storage.reset() == 1


def test_the_oldest_make_room_when_nothing_is_past(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_counts, "MAX_ADDRESSES", 100)
    storage = ProcessStorage()
    for number in range(1_000):
        storage.incr(f"{number}", 3_600)
    assert storage.get("0") == 0
    assert storage.get("999") == 1
    assert storage.reset() <= 100


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("10.0.0.1", ["10.0.0.1", "10.0.0.0/24"]),
        ("2001:db8::1", ["2001:db8::/64", "2001:db8::/48"]),
        ("2001:db8:0:7:ffff::", ["2001:db8:0:7::/64", "2001:db8::/48"]),
        ("fe80::1%eth0", ["fe80::/64", "fe80::/48"]),
        ("x:y", ["x:y"]),
        ("", [""]),
    ],
)
def test_a_house_and_a_site_with_many_addresses_are_one_each(
    address: str, networks: list[str]
) -> None:
    assert [network for network, _ in rate_limits.networks_of(address)] == networks


def test_what_was_not_counted_is_nothing(clock: Clock) -> None:
    storage = ProcessStorage()
    assert (storage.get("tiada"), storage.get_expiry("tiada")) == (0, clock.now)
    storage.incr("ada", 60)
    storage.clear("ada")
    assert storage.get("ada") == 0
    assert storage.check()
