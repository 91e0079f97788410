"""Migrations: up, down and up again on both databases, to just what the models say."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from lms import create_app, schema
from lms.db import db
from tests.conftest import MIGRATIONS, Postgresql, settings_for


@pytest.fixture
def empty(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables."""
    if database == "sqlite":
        app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}"))
        yield app
        with app.app_context():
            db.engine.dispose()
        return
    server = Postgresql(
        os.environ["TEST_DATABASE_URL"], f"sakuham_empty_{os.getpid()}", is_migrated=False
    )
    yield server.app
    server.close()


def tables() -> set[str]:
    """What stands in the database."""
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def migrate(target: str) -> None:
    """Go up or down to a revision."""
    move = downgrade if target == "base" else upgrade
    move(directory=str(MIGRATIONS), revision=target)
    db.session.remove()


def differences() -> list[object]:
    """Where the database is not what the models say."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, schema.metadata))


def test_up_down_and_up_again_comes_to_what_the_models_say(empty: Flask) -> None:
    with empty.app_context():
        assert tables() == set()
        migrate("head")
        assert tables() == set(schema.metadata.tables)
        assert differences() == []
        migrate("base")
        assert tables() == set()
        migrate("head")
        assert tables() == set(schema.metadata.tables)
        assert differences() == []
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_migrating_what_is_migrated_changes_nothing(empty: Flask) -> None:
    with empty.app_context():
        migrate("head")
        migrate("head")
        assert differences() == []
