"""The application's engines: one that writes, one that only reads, and one for long work."""

from flask import Flask
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from lms.db.sqlite import (
    begin_read_only,
    begin_writing,
    configure_sqlite,
    forbid_writing_on_sqlite,
    spare_the_disk_on_sqlite,
)
from lms.db.unit_of_work import BATCHES, READ_ONLY, REPLICA, db


def init_database(app: Flask) -> None:
    """Give the application its engines, and have SQLite behave as PostgreSQL does.

    Who only reads has connections of their own, which the database keeps from storing anything. To
    turn one connection from the one to the other each time would cost SQLite all its prepared
    statements, and PostgreSQL a round trip beside those for BEGIN and ROLLBACK. So has long work,
    whose batches wait for no disk (ADR 56).
    """
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    is_sqlite = url.get_backend_name() == "sqlite"
    options = {**app.config["SQLALCHEMY_ENGINE_OPTIONS"], "url": url}
    reading = options if is_sqlite else {**options, "isolation_level": "AUTOCOMMIT"}
    binds = {READ_ONLY: reading, BATCHES: options}
    replica = app.config.get("DATABASE_REPLICA_URL")
    if replica:
        # A host that is away must not keep whoever reads waiting for minutes.
        patience = {"connect_timeout": 2, "tcp_user_timeout": 3000}
        binds[REPLICA] = {**reading, "url": make_url(replica), "connect_args": patience}
    app.config["SQLALCHEMY_BINDS"] = binds
    db.init_app(app)
    with app.app_context():
        writing, read_only_engine = db.engines[None], db.engines[READ_ONLY]
        batches = db.engines[BATCHES]
        replicas = [db.engines[REPLICA]] if replica else []
    if is_sqlite:
        for engine in (writing, read_only_engine, batches):
            event.listen(engine, "connect", configure_sqlite)
        event.listen(read_only_engine, "connect", forbid_writing_on_sqlite)
        event.listen(batches, "connect", spare_the_disk_on_sqlite)
        # The "begin" event would do, but with one listener SQLAlchemy asks for others at every
        # step of every statement.
        for engine in (writing, batches):
            engine.dialect.do_begin = begin_writing  # type: ignore[method-assign, assignment]
        read_only_engine.dialect.do_begin = begin_read_only  # type: ignore[method-assign, assignment]
    else:
        for engine in (writing, read_only_engine, batches, *replicas):
            event.listen(engine, "connect", compile_nothing_on_postgresql)
        for engine in (read_only_engine, *replicas):
            event.listen(engine, "connect", forbid_writing_on_postgresql)
        event.listen(batches, "connect", spare_the_disk_on_postgresql)


def forbid_writing_on_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have PostgreSQL refuse the same."""
    _set(connection, "SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")


def spare_the_disk_on_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have PostgreSQL answer before what was stored is on the disk."""
    _set(connection, "SESSION synchronous_commit = off")


def compile_nothing_on_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have PostgreSQL do what is asked for at once, and not compile it to machine code first.

    It compiles what it takes for long, anew each time: for the rows of 2,000 people that was twice
    as much work as the rows. What lasts long here is many short statements.
    """
    _set(connection, "SESSION jit = off")


def _set(connection: DBAPIConnection, what: str) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET {what}")
    cursor.close()
    connection.commit()
