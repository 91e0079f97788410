"""The database as every package uses it: models' base, units of work, statements."""

from lms.db.engines import init_database
from lms.db.models import Base, PrimaryKey, UtcDateTime
from lms.db.revision import get_revision
from lms.db.statements import (
    AnyRow,
    among,
    count_together,
    has_any,
    insert_once,
    insert_rows,
    looked_up,
    store_once,
)
from lms.db.statistics import refresh_statistics
from lms.db.trouble import Trouble, trouble_of
from lms.db.unit_of_work import (
    BATCHES,
    READ_ONLY,
    REPLICA,
    Unit,
    asked_once,
    batch,
    current_connection,
    db,
    is_storing,
    read_only,
    snapshot,
    transaction,
)

__all__ = [
    "BATCHES",
    "READ_ONLY",
    "REPLICA",
    "AnyRow",
    "Base",
    "PrimaryKey",
    "Trouble",
    "Unit",
    "UtcDateTime",
    "among",
    "asked_once",
    "batch",
    "count_together",
    "current_connection",
    "db",
    "get_revision",
    "has_any",
    "init_database",
    "insert_once",
    "insert_rows",
    "is_storing",
    "looked_up",
    "read_only",
    "refresh_statistics",
    "snapshot",
    "store_once",
    "transaction",
    "trouble_of",
]
