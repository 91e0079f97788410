"""The queues between scheduler and workers: Huey's, on SQLite, Redis or PostgreSQL.

A queue carries no more than a job's number; what it loses is sent again. Two sites that share one
do not meet in it, and who can write into it can make a worker do nothing but look for a job.
"""

from hashlib import sha256

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer

from config import BadSetting, Settings
from lms.jobs.kind import Lane

# How long a worker of SQLite's queue rests between two looks at it; the others are woken.
LONGEST_REST = 0.5
# How long a worker rests at most when its queue's server is away.
LONGEST_WAIT = 30.0
# Any number that nothing else in a database locks by.
_TABLES_LOCK = 4_887_300_110_553


def open_queue(settings: Settings, lane: Lane) -> Huey:
    """The queue of a lane; raises BadSetting for an address that is none of the three."""
    scheme, _, rest = settings.jobs_queue.partition("://")
    name = f"sakuham-{lane.value}-{sha256(settings.database_url.encode()).hexdigest()[:12]}"
    options = {
        "results": False,
        # Huey sends pickles, which could do anything to whoever reads them.
        "serializer": SignedSerializer(settings.signing_key(), salt=name),
    }
    match scheme.removesuffix("+psycopg"):
        case "sqlite":
            return SqliteHuey(name, filename=rest.removeprefix("/"), **options)
        case "redis" | "rediss" | "unix":
            return RedisHuey(name, url=settings.jobs_queue, **options)
        case "postgresql":
            return _open_on_postgresql(name, dsn=f"postgresql://{rest}", **options)
    # The rest of the address may hold a password, and this goes into the log.
    raise BadSetting(
        f"JOBS_QUEUE begins with {scheme.partition(':')[0]!r}: none of sqlite, redis, postgresql."
    )


def _open_on_postgresql(name: str, **options: object) -> PostgresHuey:
    """Of several workers that begin at once on a new database, one makes the tables.

    Without the lock the others fail: IF NOT EXISTS does not see what nobody has committed yet.
    """
    huey = PostgresHuey(name, create_tables=False, **options)
    huey.storage.ddl.insert(0, f"SELECT pg_advisory_xact_lock({_TABLES_LOCK})")
    huey.storage.initialize_schema()
    return huey
