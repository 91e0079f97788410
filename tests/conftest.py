"""Where the tests get their application and its database.

SQLite: a file that the migrations built once, copied for each test. PostgreSQL, when
TEST_DATABASE_URL names a server (bin/test starts one): a database for each worker, emptied between
tests. The application is made once a session, since it holds no state that a test can change.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from sqlalchemy import Connection, Engine, event, make_url, text

from config import Settings
from lms import create_app
from lms.certificates.letterhead_versions import get_letterhead
from lms.certificates.out_of_force import forget_out_of_force
from lms.clock import utc_now
from lms.db import db, transaction
from lms.http.rate_limits import forget_counts
from lms.institutions.choosing import forget_names
from lms.keys.service import add_keys
from lms.pocketbooks.queries import forget_releases
from tests.browser import Browser
from tests.factories import Factory
from tests.keys import MADE_AT, key_material
from tests.programs import watch_programs
from tests.write_transactions import WriteTransactions

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
LONG_AGO = datetime(2025, 6, 2, 3, 0, tzinfo=UTC)
SETTINGS = Settings(
    secret_key="a key for tests",
    keys_passphrase="a passphrase for tests",
    log_checkpoint_folder="",
    public_url="https://sakuham.example",
    privacy_contact="pdp@kementerian-contoh.example",
    personnel_service_url="http://127.0.0.1:9/apisiasn",
    personnel_token_url="http://127.0.0.1:9/token",
    personnel_client_id="sakuham",
    personnel_client_secret="a secret for tests",
    personnel_sign_on_url="http://127.0.0.1:9/sso",
    personnel_sign_on_client="sakuham-sso",
    personnel_sign_on_user="a user for tests",
    personnel_sign_on_password="a password for tests",
)

# The same examples in every run, so that a change is judged and not the dice; to look for new ones:
# pytest --hypothesis-profile explore.
hypothesis_settings.register_profile(
    "house",
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile(
    "explore", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

logging.getLogger("alembic").setLevel(logging.WARNING)


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks that this file gives a meaning to, and watch which programs are started."""
    watch_programs()
    config.addinivalue_line("markers", "both: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "sqlite_only: about SQLite, or about no database at all")
    config.addinivalue_line(
        "markers", "long_transaction(reason): a write transaction here may last"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Services and queries run on both databases; pages on SQLite unless marked `both`."""
    if "database" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    wants_both = "both" in marks or "integration" in metafunc.definition.path.parts
    has_server = "TEST_DATABASE_URL" in os.environ
    both = wants_both and has_server and "sqlite_only" not in marks
    metafunc.parametrize(
        "database", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True
    )


def settings_for(database_url: str, **changes: object) -> Settings:
    """The settings of a test's application."""
    return replace(SETTINGS, database_url=database_url, **changes)  # type: ignore[arg-type]


def migrate(app: Flask) -> None:
    """Build an application's database as an operator does."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.session.remove()


def dispose() -> None:
    """Leave no connection behind."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


FILLED = """
SELECT quote_ident(relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
AND relname <> 'alembic_version'
"""
RESTART = """
SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence
WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
"""


class Sqlite:
    """A database in a file: a migrated one is kept aside and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "test.db"
        self.app = create_app(settings_for(f"sqlite:///{self.file}"))
        migrate(self.app)
        self._dispose()
        self._built = folder / "built.db"
        shutil.copyfile(self.file, self._built)

    def renew(self) -> Flask:
        """The application with a database as the migrations leave it."""
        self._dispose()
        shutil.copyfile(self._built, self.file)
        return self.app

    def close(self) -> None:
        """Leave no connection behind."""
        self._dispose()

    def _dispose(self) -> None:
        with self.app.app_context():
            dispose()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)


def _empty(connection: Connection) -> None:
    """Empty PostgreSQL's tables, and leave no page of them; on a connection without transactions.

    As a replica, it asks no trigger: those of append-only tables refuse, and foreign keys would
    want an order.
    """
    tables = connection.scalars(text(FILLED)).all()
    if not tables:
        return
    deletes = "".join(f"DELETE FROM {table};" for table in tables)  # noqa: S608 - of our own
    connection.exec_driver_sql(
        f"BEGIN; SET LOCAL session_replication_role = replica; {deletes} {RESTART}; COMMIT"
    )
    connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")


class Postgresql:
    """A database of this worker's own on the server of the tests, emptied for each test.

    Rows are deleted, since TRUNCATE makes files anew for every table and index, 150 ms of CPU. Then
    their pages are given back: in what is left of them the rows of the next test would stand in
    another order than it stored them.
    """

    def __init__(self, server_url: str, name: str, *, is_migrated: bool = True) -> None:
        self._server = make_url(server_url).set(drivername="postgresql")
        self._name = name
        self._drop_and("CREATE DATABASE {}")
        address = make_url(server_url).set(database=name)
        self.app = create_app(settings_for(address.render_as_string(hide_password=False)))
        if is_migrated:
            migrate(self.app)
        self._is_used = False

    def renew(self) -> Flask:
        """The application with a database as the migrations leave it."""
        with self.app.app_context():
            db.session.remove()
            if self._is_used:
                with db.engine.connect() as connection:
                    _empty(connection.execution_options(isolation_level="AUTOCOMMIT"))
        self._is_used = True
        return self.app

    def close(self) -> None:
        """Leave neither connection nor database behind."""
        with self.app.app_context():
            dispose()
        self._drop_and()

    def _drop_and(self, *commands: str) -> None:
        name = sql.Identifier(self._name)
        address = self._server.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as server:
            for command in ("DROP DATABASE IF EXISTS {} WITH (FORCE)", *commands):
                server.execute(sql.SQL(command).format(name))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Flask]]:
    """Gives the application on one of the databases, renewed; each is built when first wanted."""
    memory = Path("/dev/shm")  # noqa: S108 - a place without a disk, where there is one
    folder = tmp_path_factory.mktemp("database")
    if os.access(memory, os.W_OK):
        folder = memory / f"sakuham-tests-{os.getpid()}"
        folder.mkdir()
    made: dict[str, Sqlite | Postgresql] = {}

    def renewed(kind: str) -> Flask:
        if kind not in made and kind == "sqlite":
            made[kind] = Sqlite(folder)
        elif kind not in made:
            worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
            made[kind] = Postgresql(
                os.environ["TEST_DATABASE_URL"], f"sakuham_{worker}_{os.getpid()}"
            )
        return made[kind].renew()

    yield renewed
    for database in made.values():
        database.close()
    if folder.parent == memory:
        shutil.rmtree(folder)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The database that a test runs on: "sqlite" or "postgresql"."""
    return str(request.param)


@pytest.fixture
def app(database: str, databases: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application on an empty, migrated database; no context of it is left open."""
    app = databases(database)
    forget_releases()
    forget_names()
    get_letterhead.cache_clear()
    forget_out_of_force()
    forget_counts(app)
    yield app
    with app.app_context():
        db.session.remove()


@pytest.fixture(scope="session")
def write_transactions() -> Iterator[WriteTransactions]:
    """Watches how much work is done while the write lock is held."""
    watch = WriteTransactions()
    with watch.watching():
        yield watch


@pytest.fixture(autouse=True)
def writers_are_quick(
    request: pytest.FixtureRequest, write_transactions: WriteTransactions
) -> Iterator[None]:
    """Fail a test in which a write transaction holds up everybody else's.

    A transaction that has to be long says so: `@pytest.mark.long_transaction("the reason")`.
    """
    write_transactions.forget()
    yield
    if request.node.get_closest_marker("long_transaction") is None:
        assert write_transactions.long_ones() == []


@pytest.fixture
def now() -> datetime:
    """The moment at which a test takes place: this one, as its requests will see it too."""
    return utc_now().replace(microsecond=0)


@pytest.fixture
def make(app: Flask, tmp_path: Path, now: datetime) -> Factory:
    """Builds rows: make.learner(), make.book(chapters=3), …"""
    return Factory(app, tmp_path, now)


@pytest.fixture
def browser(app: Flask, make: Factory) -> Browser:
    """A browser with no cookies yet, which checks every page it opens."""
    return Browser(app, make)


@pytest.fixture
def keys(app: Flask) -> None:
    """A key in use for every purpose."""
    with app.app_context(), transaction():
        add_keys(key_material(), now=MADE_AT)


Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def statements() -> Statements:
    """Collects the SQL statements of a block: `with statements() as seen: …; len(seen)`."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return collect
