"""Which status a refusal has, and that pages about errors are the application's own."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

import lms.http
from lms.accounts.errors import TooBusy
from lms.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from lms.http.errors import TooOften, init_errors, status_of
from lms.http.principal import SignInNeeded


class OddlyBusy(TooBusy):
    """A refusal of a refusal that has a status of its own."""


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("x"), 404),
        (NotAllowed("x"), 403),
        (Conflict("x"), 409),
        (Invalid("name", "x"), 422),
        (SignInNeeded(), 401),
        (TooOften(seconds=60), 429),
        (TooBusy(), 503),
        (OddlyBusy(), 503),
    ],
)
def test_a_refusal_has_its_own_status_or_its_nearest_familys(refusal: Refusal, status: int) -> None:
    assert status_of(refusal) == status


def test_a_page_about_an_error_is_made_by_who_makes_pages() -> None:
    app = Flask(__name__)
    Babel(app)
    init_errors(app, lambda answer: f"{answer.status.value} {answer.title} {answer.stored}")
    assert app.test_client().get("/tidak-ada").text == "404 Tidak ditemukan None"


def test_http_names_no_page_of_the_web() -> None:
    folder = Path(lms.http.__file__).parent
    sources = {file.name: file.read_text() for file in folder.glob("*.py")}
    assert "errors.py" in sources
    for name, source in sources.items():
        assert not re.search(r"\b(render_template|url_for)\(|\.html\b", source), name
