"""No screen of the desk asks more of the database because of people whom it is not about.

The statements of each screen that `bin/bench scale` measures are asked again, alone and with a
crowd at another institution, and what the database does for them is counted.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from bench.nation import multiply_person
from bench.scale_screens import Keys, Screen, list_others, list_screens
from lms.db import current_connection, db
from lms.progress.counts import fold_counts
from lms.progress.rebuild import rebuild_progress
from tests.browser import Browser
from tests.effort import effort
from tests.factories import Factory
from tests.web.conftest import World

pytestmark = pytest.mark.both

STRANGERS = 1_500
ABOUT_EVERYBODY = "/koordinator/sertifikat"
"""The register's own list, which is about all certificates of the country."""

MOST_MORE = STRANGERS // 5
"""Plans turn as tables grow, and read some rows of them more; none reads each stranger's."""

Asked = tuple[str, Any]


@pytest.fixture
def executed() -> Iterator[list[Asked]]:
    """What was asked of the database, with its values."""
    seen: list[Asked] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_no_screen_asks_more_because_of_who_works_elsewhere(
    app: Flask, browser: Browser, make: Factory, world: World, executed: list[Asked]
) -> None:
    posting = world.issued.person.posting_id or 0
    keys = Keys(world.ours.id, world.unit_id, posting, world.issued.person.number)
    browsers = {"nobody": browser}
    for who in ("officer", "learner", "coordinator"):
        browsers[who] = browser.another()
        browsers[who].sign_in(world.person(who))
    listed = list(list_screens(keys, lambda path: browsers["officer"].client.get(path).text))
    screens = [
        screen
        for screen in [*listed, *list_others(app, keys, listed)]
        if browsers[screen.who].client.get(screen.path).status_code == 200
        and not screen.path.startswith(ABOUT_EVERYBODY)
    ]
    alone = _efforts(make, browsers, screens, executed)
    stranger = make.certificate(make.learner(at=make.institution()))
    with make.at_once():
        multiply_person(stranger.id, STRANGERS)
    crowded = _efforts(make, browsers, screens, executed)
    assert len(alone) > 60
    grown = {title: (alone[title], taken) for title, taken in crowded.items()}
    assert {each: taken for each, taken in grown.items() if taken[1] > taken[0] + MOST_MORE} == {}


def _efforts(
    make: Factory, browsers: dict[str, Browser], screens: list[Screen], executed: list[Asked]
) -> dict[str, int]:
    """What each screen asks of the database, by its title."""
    with make.inside():
        list(rebuild_progress(now=make.now))
        fold_counts()
        db.session.commit()
    found = {}
    for screen in screens:
        browsers[screen.who].client.get(screen.path)  # what is made once is made before
        executed.clear()
        assert browsers[screen.who].client.get(screen.path).status_code == 200, screen
        asked = list(executed)
        with make.inside():
            found[screen.title] = sum(effort(partial(_ask, *each)) for each in asked)
    return found


def _ask(statement: str, values: Any) -> None:
    connection = current_connection()
    if connection.dialect.name == "postgresql":
        # Some thousand rows are quicker read than looked up: whether they can be is asked.
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    connection.exec_driver_sql(statement, values).all()
