"""Who asks need not come with a device: any finder may know them."""

import pytest
from flask import Blueprint, Flask, request
from flask_babel import Babel

from lms.accounts.enums import Role
from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.http.doors import open_to, open_to_all
from lms.http.errors import init_errors
from lms.http.principal import current_account, find_visitor, init_principal

BEARERS = {
    "Bearer ayu": Principal(1, "Ayu", frozenset()),
    "Bearer budi": Principal(2, "Budi", frozenset({(Role.HR_OFFICER, 7)})),
}


@pytest.fixture
def api() -> Flask:
    """An application that knows people by two kinds of header."""
    app = Flask(__name__)
    app.secret_key = "a key of a test's own"
    Babel(app)
    init_errors(app, lambda answer: answer.sentence)
    init_principal(
        app,
        lambda: ("Siapa Anda?", 401),
        finders=(
            lambda: BEARERS.get(request.headers.get("Authorization", "")),
            lambda: Principal(3, "Citra", frozenset()) if "X-Launch" in request.headers else None,
        ),
    )
    everybody, people, officers = (Blueprint(name, __name__) for name in ("a", "b", "c"))
    open_to_all(everybody)
    open_to(people)
    open_to(officers, Permission.MANAGE_STAFF)
    everybody.get("/")(lambda: str(find_visitor() and current_account().name))
    people.get("/saya")(lambda: current_account().name)
    officers.get("/pegawai")(lambda: current_account().name)
    for blueprint in (everybody, people, officers):
        app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize(
    ("headers", "answers"),
    [
        ({}, ["None", "Siapa Anda?", "Siapa Anda?"]),
        ({"Authorization": "Bearer ayu"}, ["Ayu", "Ayu", None]),
        ({"Authorization": "Bearer budi"}, ["Budi", "Budi", "Budi"]),
        ({"X-Launch": "1"}, ["Citra", "Citra", None]),
        ({"Authorization": "Bearer budi", "X-Launch": "1"}, ["Budi", "Budi", "Budi"]),
    ],
)
def test_the_first_finder_that_knows_somebody_says_who_asks(
    api: Flask, headers: dict[str, str], answers: list[str | None]
) -> None:
    for path, answer in zip(("/", "/saya", "/pegawai"), answers, strict=True):
        found = api.test_client().get(path, headers=headers)
        assert found.text == answer or (answer is None and found.status_code == 403)
