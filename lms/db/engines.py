"""The application's engines: one that writes, and one whose connections are read-only."""

from flask import Flask
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from lms.db.sqlite import begin_read_only, begin_writing, configure_sqlite, forbid_writing_on_sqlite
from lms.db.unit_of_work import READ_ONLY, db


def init_database(app: Flask) -> None:
    """Give the application its engines, and have SQLite behave as PostgreSQL does.

    Who only reads has connections of their own, which the database keeps from storing anything. To
    turn one connection from the one to the other each time would cost SQLite all its prepared
    statements, and PostgreSQL a round trip beside those for BEGIN and ROLLBACK.
    """
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    is_sqlite = url.get_backend_name() == "sqlite"
    options = dict(app.config["SQLALCHEMY_ENGINE_OPTIONS"])
    if not is_sqlite:
        options["isolation_level"] = "AUTOCOMMIT"
    app.config["SQLALCHEMY_BINDS"] = {READ_ONLY: {**options, "url": url}}
    db.init_app(app)
    with app.app_context():
        writing, read_only_engine = db.engines[None], db.engines[READ_ONLY]
    if is_sqlite:
        for engine in (writing, read_only_engine):
            event.listen(engine, "connect", configure_sqlite)
        event.listen(read_only_engine, "connect", forbid_writing_on_sqlite)
        # The "begin" event would do, but with one listener SQLAlchemy asks for others at every
        # step of every statement.
        writing.dialect.do_begin = begin_writing  # type: ignore[method-assign, assignment]
        read_only_engine.dialect.do_begin = begin_read_only  # type: ignore[method-assign, assignment]
    else:
        event.listen(read_only_engine, "connect", forbid_writing_on_postgresql)


def forbid_writing_on_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Have PostgreSQL refuse the same."""
    cursor = connection.cursor()
    cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    cursor.close()
    connection.commit()
