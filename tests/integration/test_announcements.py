"""Events between packages: heard in a fixed order, and in the transaction of who announces them."""

from dataclasses import dataclass

import pytest
from flask import Flask

from lms import create_app
from lms.announcements import announce, listen
from lms.certificates.announcements import (
    CertificateIssued,
    CertificateReplaced,
    CertificateRevoked,
)


@dataclass(frozen=True)
class Rung:
    """Somebody rang."""

    times: int


@pytest.fixture
def own(app: Flask) -> Flask:
    """An application that no other test has wired."""
    return create_app(app.config["SAKUHAM"])


def test_listeners_hear_an_event_in_the_order_in_which_they_are_listed(own: Flask) -> None:
    heard: list[tuple[str, int]] = []
    listen(
        own,
        Rung,
        lambda event: heard.append(("first", event.times)),
        lambda event: heard.append(("second", event.times)),
    )
    with own.app_context():
        announce(Rung(2))
    assert heard == [("first", 2), ("second", 2)]


def test_after_a_listener_that_fails_nobody_else_is_told(own: Flask) -> None:
    heard: list[Rung] = []

    def fail(_event: Rung) -> None:
        raise RuntimeError("no")

    listen(own, Rung, fail, heard.append)
    with own.app_context(), pytest.raises(RuntimeError):
        announce(Rung(1))
    assert heard == []


def test_what_nobody_is_wired_to_hear_is_an_error_and_no_silence(own: Flask) -> None:
    with own.app_context(), pytest.raises(LookupError, match="Rung"):
        announce(Rung(1))


def test_an_order_is_given_once(own: Flask) -> None:
    listen(own, Rung, print)
    with pytest.raises(ValueError, match="already"):
        listen(own, Rung, print)


def test_two_applications_of_one_process_have_listeners_of_their_own(own: Flask) -> None:
    other = create_app(own.config["SAKUHAM"])
    listen(other, Rung, print)
    with own.app_context(), pytest.raises(LookupError):
        announce(Rung(1))


@pytest.mark.parametrize("event", [CertificateIssued, CertificateReplaced, CertificateRevoked])
def test_a_person_is_counted_anew_before_anybody_is_written_to(
    own: Flask, event: type[object]
) -> None:
    order = [listener.__name__ for listener in own.extensions["listeners"][event]]
    assert order[:3] == ["_recount", "_refresh", "_refresh_assignee"]
    assert order[3].startswith("_tell_")
