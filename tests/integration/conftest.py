"""Services and queries: each test stands in one context of the application, at one moment."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in 2026, at 10.00 WIB."""
    return NOW


@pytest.fixture(autouse=True)
def context(request: pytest.FixtureRequest) -> Iterator[None]:
    """A context of the application, for tests that have one."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context():
        yield
