"""The real server on each database, and a real Chromium."""

import os
import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import NullPool, create_engine, make_url, text

from bench.content import prepare_database
from lms.certificates.letterhead_versions import get_letterhead
from lms.certificates.out_of_force import forget_out_of_force
from lms.pocketbooks.queries import forget_releases
from tests.journeys.people import SLUG
from tests.journeys.site import ROOT, Site
from tests.journeys.windows import HANG_MILLISECONDS, OpenWindow, Windows

# No sandbox, because CI is root in a container; and nothing that calls home.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator["NewDatabase"]:
    """Makes empty databases, and drops them at the end."""
    maker = NewDatabase(tmp_path_factory)
    yield maker
    maker.drop_all()


class NewDatabase:
    """Hands out the address of a database that nobody has used."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self.folders = folders
        self.made: list[str] = []

    def __call__(self, kind: str) -> str:
        """An address by kind; skips the test where there is no PostgreSQL to ask."""
        if kind == "sqlite":
            return f"sqlite:///{self.folders.mktemp('site') / 'sakuham.db'}"
        if "TEST_DATABASE_URL" not in os.environ:
            pytest.skip("needs PostgreSQL: TEST_DATABASE_URL is not set")
        name = f"journeys_{uuid4().hex[:12]}"
        self._tell(f'CREATE DATABASE "{name}"')
        self.made.append(name)
        address = make_url(os.environ["TEST_DATABASE_URL"]).set(database=name)
        return address.render_as_string(hide_password=False)

    def drop_all(self) -> None:
        """Remove what was made on the PostgreSQL server."""
        for name in self.made:
            self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        engine = create_engine(
            os.environ["TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        with engine.connect() as connection:
            connection.execute(text(statement))


def make_site(
    address: str, folders: pytest.TempPathFactory, *, with_all_books: bool = False
) -> Site:
    """A site that is not started yet; one pocketbook is enough where pages are not looked at."""
    log = folders.mktemp("log") / "serve.log"
    log.touch()
    if with_all_books:
        return Site(address, log)
    content = folders.mktemp("content")
    (content / SLUG).symlink_to(ROOT / "content" / SLUG)
    return Site(address, log, content)


def run_site(site: Site) -> Iterator[Site]:
    """A site from start to stop, for a fixture; nobody makes its books' files meanwhile.

    Making them takes a core half a minute for each book, of which no journey is about: those that
    wait for another job would wait for it too.
    """
    prepare_database(site.app)
    site.start()
    yield site
    site.stop()
    site.close()


@pytest.fixture(scope="session")
def site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on SQLite, shared: each test brings people of its own."""
    yield from run_site(make_site(new_database("sqlite"), tmp_path_factory, with_all_books=True))


@pytest.fixture(scope="session")
def postgresql_site(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The same on PostgreSQL."""
    yield from run_site(make_site(new_database("postgresql"), tmp_path_factory))


@pytest.fixture(autouse=True)
def no_memory_of_another_site() -> None:
    """What tests do to a site in this process, they do after the rows of its own database."""
    forget_releases()
    get_letterhead.cache_clear()
    forget_out_of_force()


@pytest.fixture(params=DATABASES)
def each_site(request: pytest.FixtureRequest) -> Site:
    """The shared site on one database, then on the other."""
    found: Site = request.getfixturevalue(
        "site" if request.param == "sqlite" else "postgresql_site"
    )
    return found


@pytest.fixture(scope="session", params=DATABASES)
def killable_site(
    request: pytest.FixtureRequest,
    new_database: NewDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site that its tests may kill, as long as they start it again."""
    yield from run_site(make_site(new_database(request.param), tmp_path_factory))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    executable = shutil.which("chromium")
    assert executable, "These tests need Chromium: bin/test installs it."
    expect.set_options(timeout=HANG_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS, timeout=HANG_MILLISECONDS
        )
        yield browser
        browser.close()


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[OpenWindow]:
    """Opens windows; at the end none of their pages may have complained."""
    windows = Windows(chromium)
    yield windows.open
    windows.close()
    assert windows.troubles == []
