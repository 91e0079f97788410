"""What may lag is read from a replica, and never what is somebody's own, nor from one that lags.

Two databases of the same server, with different things in them, so that it shows which was asked.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url, select, text, update
from sqlalchemy.exc import DBAPIError

from config import BadSetting, Settings
from lms import create_app
from lms.clock import utc_now
from lms.db import current_connection, db, read_only, transaction
from lms.http.cookies import PREFIX
from lms.http.principal import COOKIE
from lms.http.replica import Replica, list_lagging
from lms.load.models import ReplicaBeat
from lms.load.queries import find_beat
from lms.load.service import beat
from lms.pocketbooks.queries import forget_releases
from lms.programmes.models import Programme
from lms.programmes.service import open_national_programme
from tests.conftest import Postgresql, dispose, settings_for
from tests.factories import Factory

LAGGING = {
    "site.home",
    "reading.book",
    "reading.chapter",
    "reading.appendix",
    "reading.picture",
    "editions.download",
    "search.show",
    "programmes.figure",
    "programmes.institutions",
    "programmes.days",
    "log.show",
    "log.checkpoint",
    "log.earlier_checkpoint",
    "log.tile",
    "log.download",
    "log.download_part",
}
"""What is the same for everybody who is not signed in; nothing else may lag."""

OURS, THEIRS = 777_777, 55_555
"""The target of the national programme: on the primary, and on the replica."""


@dataclass(frozen=True)
class Pair:
    """An application with a primary and a replica, and the replica by itself."""

    app: Flask
    replica: Flask
    replica_url: str

    def beat(self, *, ago: timedelta = timedelta()) -> None:
        """Have the replica be so old, and be looked at anew."""
        with self.replica.app_context(), transaction():
            beat(now=utc_now() - ago)
        self.look_anew()

    def look_anew(self) -> None:
        """Let a second pass."""
        replica: Replica = self.app.extensions["replica"]
        replica.__init__(self.app, timedelta(seconds=10))  # type: ignore[misc]  # as if just made

    def target(self, cookie: str = "") -> int:
        """The target that the page of the figure shows."""
        headers = {"Cookie": f"{PREFIX}{COOKIE}={cookie}"} if cookie else {}
        page = self.app.test_client(use_cookies=False).get("/capaian", headers=headers)
        assert page.status_code == 200
        words = page.get_data(as_text=True)
        (found,) = (each for each in (OURS, THEIRS) if f"{each:,}".replace(",", ".") in words)
        return found


def set_target(app: Flask, count: int) -> None:
    with app.app_context(), transaction():
        open_national_programme(now=utc_now())
        db.session.execute(update(Programme).values(target_count=count))


@pytest.fixture
def pair(app: Flask, database: str) -> Iterator[Pair]:
    """Both, each with a target of its own; the replica has not said which time it is."""
    if database != "postgresql":
        pytest.skip("a replica is PostgreSQL's")
    name = f"replica_{os.getpid()}"
    other = Postgresql(os.environ["TEST_DATABASE_URL"], name)
    url = other.app.config["SQLALCHEMY_DATABASE_URI"]
    ours = create_app(settings_for(app.config["SQLALCHEMY_DATABASE_URI"], database_replica_url=url))
    set_target(ours, OURS)
    set_target(other.app, THEIRS)
    yield Pair(ours, other.app, url)
    with ours.app_context():
        dispose()
    other.close()


def test_what_may_lag_is_named_here_and_nothing_else(app: Flask) -> None:
    assert list_lagging(app) == LAGGING


def test_a_replica_is_for_postgresql_alone() -> None:
    with pytest.raises(BadSetting, match="DATABASE_REPLICA_URL"):
        Settings(database_replica_url="postgresql+psycopg://a/b")


def test_a_page_for_everybody_is_read_from_the_replica(pair: Pair) -> None:
    pair.beat()
    assert pair.target() == THEIRS


def test_whoever_is_signed_in_reads_where_things_are_stored(pair: Pair) -> None:
    pair.beat()
    assert pair.target(cookie="whoever-that-is") == OURS


@pytest.mark.parametrize("ago", [timedelta(seconds=11), timedelta(days=2)])
def test_a_replica_that_lags_is_not_asked(pair: Pair, ago: timedelta) -> None:
    pair.beat(ago=ago)
    assert pair.target() == OURS
    pair.beat()
    assert pair.target() == THEIRS


def test_a_replica_of_which_nobody_knows_how_old_it_is_is_not_asked(pair: Pair) -> None:
    assert pair.target() == OURS


def test_what_the_replica_has_not_got_yet_is_found_on_the_primary(
    pair: Pair, make: Factory
) -> None:
    book = make.book()
    forget_releases()
    pair.beat()
    client = pair.app.test_client()
    assert client.get(f"/buku/{book.slug}").status_code == 200
    assert client.get(f"/buku/{book.slug}/1").status_code == 200
    assert client.get("/buku/tidak-ada").status_code == 404
    assert pair.target() == THEIRS


def test_a_replica_that_goes_away_costs_nobody_an_answer(pair: Pair) -> None:
    pair.beat()
    assert pair.target() == THEIRS
    address = make_url(os.environ["TEST_DATABASE_URL"]).set(drivername="postgresql")
    name = sql.Identifier(make_url(pair.replica_url).database or "")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    assert pair.target() == OURS  # by the connection that has just been broken
    assert pair.target() == OURS
    pair.look_anew()
    assert pair.target() == OURS


def test_nothing_is_stored_over_the_replica(pair: Pair) -> None:
    refused = pytest.raises(DBAPIError, match="read-only")
    with pair.app.app_context(), read_only(may_lag=True), refused:
        current_connection().execute(text("DELETE FROM replica_beats"))


def test_there_is_one_beat_and_it_is_the_last(app: Flask) -> None:
    now = utc_now()
    with app.app_context():
        for seconds in (0, 1, 2):
            with transaction():
                beat(now=now + timedelta(seconds=seconds))
        with read_only():
            assert find_beat() == now + timedelta(seconds=2)
            assert len(db.session.scalars(select(ReplicaBeat.id)).all()) == 1
