"""Who is asked for by key is looked up, and nobody else, though PostgreSQL has counted nothing yet.

After many rows were brought in at once it has no statistics for a minute, and guesses.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Select, column, select, table, text, update

from bench.nation import FIRST, multiply_person
from lms.db import current_connection, read_only, transaction
from lms.exports.queries import read_certificates
from lms.institutions.claims import find_claims
from lms.institutions.scope import Scope
from lms.progress.filters import StaffFilter
from lms.progress.models import StaffProgress, StaffSearch
from lms.progress.modules import list_modules
from lms.progress.places import list_places
from lms.progress.rebuild import rebuild_progress
from lms.progress.refresh import refresh_progress
from lms.progress.rows import read_rows
from tests.effort import effort
from tests.factories import Factory

STRANGERS = 10_000
ASKED_FOR = 60
IDS = [str(FIRST + number) for number in range(ASKED_FOR)]
ADDRESSES = [f"{key}siti@contoh.example" for key in IDS]
Ask = Callable[[Sequence[int], Scope, datetime], object]
QUESTIONS: dict[str, Ask] = {
    "rows": lambda ids, scope, now: read_rows(
        ids, list_places(scope, StaffFilter(), now=now), list_modules()
    ),
    "certificates": lambda ids, *_: read_certificates(ids),
    "new certificates": lambda ids, *_: read_certificates(ids, since=0),
    "refresh": lambda ids, _, now: refresh_progress(ids, now=now),
    "claims": lambda *_: find_claims(IDS, ADDRESSES),
}


def test_some_people_are_looked_up_among_very_many(make: Factory, now: datetime) -> None:
    here = make.institution()
    stranger = make.certificate(make.learner("Siti", email="siti@contoh.example", at=here))
    with make.at_once():
        multiply_person(stranger.id, STRANGERS)
    list(rebuild_progress(now=now))
    ids = [int(key) for key in IDS]
    assert len(read_certificates(ids)) == len(find_claims(IDS, ADDRESSES)[1]) == ASKED_FOR
    scope = Scope(None, frozenset({here.id}))
    if current_connection().dialect.name == "sqlite":
        costs = [effort(partial(ask, ids, scope, now)) for ask in QUESTIONS.values()]
        # In tens of SQLite's steps, of which somebody who is looked up takes some hundred.
        assert max(costs) < 100 * ASKED_FOR * len(QUESTIONS)
        return
    for mode in ("force_custom_plan", "force_generic_plan"):
        for name, ask in QUESTIONS.items():
            forget_statistics()
            current_connection().execute(text(f"SET LOCAL plan_cache_mode = {mode}"))
            assert effort(partial(ask, ids, scope, now)) < STRANGERS, (mode, name)


def forget_statistics() -> None:
    """Have PostgreSQL know of its tables what it does before somebody has counted them."""
    current_connection().execute(text("DELETE FROM pg_statistic"))
    uncounted = update(table("pg_class", column("reltuples"), column("relpages")))
    tables = text("relnamespace = CAST('public' AS regnamespace)")
    current_connection().execute(uncounted.where(tables).values(reltuples=-1, relpages=0))


def test_rows_that_were_made_anew_are_counted(make: Factory, now: datetime) -> None:
    make.learner(at=make.institution())
    list(rebuild_progress(now=now))
    if current_connection().dialect.name == "postgresql":
        known: Select[float] = select(column("reltuples")).select_from(
            table("pg_class", column("relname"))
        )
        for model in (StaffProgress, StaffSearch):
            named = known.where(column("relname") == model.__tablename__)
            assert current_connection().execute(named).scalar_one() == 1


def test_postgresql_compiles_nothing(make: Factory) -> None:
    make.institution()
    if current_connection().dialect.name == "postgresql":
        for unit in (read_only, transaction):
            with unit():
                assert current_connection().execute(text("SHOW jit")).scalar_one() == "off"
