"""A database as it is after the first start, made ready without waiting for the press."""

from flask import Flask
from flask_migrate import upgrade

from lms.cli.content import find_folders, publish_one
from lms.cli.keys import make_missing_keys
from lms.db import db, transaction
from lms.editions.models import BookFile, FileKind
from lms.pocketbooks.queries import forget_releases, list_books


def prepare_database(app: Flask) -> None:
    """Bring an empty database up to date, make keys, and publish content/.

    The pocketbooks' files are empty: setting them would keep the background process busy, and a
    core with it, for half a minute beside what is measured.
    """
    forget_releases()  # of the database before this one
    with app.app_context():
        upgrade()
        make_missing_keys("Kementerian Contoh")
        for folder in find_folders(None):
            publish_one(folder)
        with transaction():
            db.session.add_all(
                BookFile(release_id=book.release_id, kind=kind, byte_count=0, content=b"")
                for book in list_books()
                for kind in FileKind
            )
