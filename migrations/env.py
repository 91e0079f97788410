"""Runs migrations on the application's own database, in its own engine."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from lms.db import db
from lms.schema import metadata


def run(connection: Connection) -> None:
    """Bring the database behind a connection to where the command wants it."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations carry data along, so they need the database itself.")

given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with current_app.app_context(), db.engine.connect() as connection:
        run(connection)
        connection.commit()
