"""Two hosts that answer, one that works, a balancer, a primary, a replica and Redis, each killed.

The files are those of docs/hosts. It takes minutes, network namespaces and root: `bin/test hosts`.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from sqlalchemy import Engine, NullPool, Select, create_engine, func, select
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.learning.models import Answer, Attempt
from lms.programmes.models import Programme, TallyEntry
from tests.hosts.house import ADDRESSES, HOMES, House, open_house, trust
from tests.hosts.load import Failure, Load
from tests.hosts.network import why_there_is_none
from tests.waiting import crowding, wait_until

pytestmark = pytest.mark.hosts

SITTINGS, ENTRANTS = 100, 10
STEADY_SECONDS = 3.0
DECIDING_SECONDS = 10.0
"""Until somebody has decided that the primary does not come back."""
OUTAGE_SECONDS = 5.0
"""For so long there may be errors when a part dies, on a machine that does nothing else."""
KILLS: dict[str, float] = {
    "app1": 0,
    "app2": 10,
    "worker": 15,  # longer than what the replica knows is believed to be new
    "redis": 10,
    "replica": 10,
    "balancer": 0,
    "primary": 0,
}
"""In their order, and for how many seconds the host is without power; 0: its processes end."""
UNNOTICED = {"worker", "redis", "replica"}
"""Of whose death nobody who reads, answers or signs in learns anything."""
UNFOLDED = (
    select(func.count())
    .select_from(TallyEntry)
    .join(Programme, Programme.id == TallyEntry.programme_id)
    .where(TallyEntry.id > Programme.folded_through)
)


def why_not() -> str:
    """Why it cannot be tried on this machine, or nothing where it can."""
    programs = ("haproxy", "redis-server", "setpriv")
    missing = [program for program in programs if shutil.which(program) is None]
    if not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        missing.append("postgres")
    if missing:
        return f"{', '.join(missing)} not found: `bin/test hosts` installs what is missing"
    return why_there_is_none()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """All hosts at work."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="sakuham-hosts.") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL has a user of its own
        with open_house(Path(folder)) as house:
            yield house


@pytest.fixture
def load(house: House) -> Load:
    """People enough for as long as it takes, none of whom has asked anything yet."""
    with house.making() as people:
        sittings = [people.sitting(answered=False) for _ in range(SITTINGS)]
        entrants = [people.learner() for _ in range(ENTRANTS)]
    return Load(ADDRESSES["balancer"], HOMES, trust(house.certificate), sittings, entrants)


def test_whatever_dies_costs_seconds_and_no_answer(house: House, load: Load) -> None:
    with load.running():
        wait_for_results(load)
        assert load.failures == []
        for name, away_seconds in KILLS.items():
            killed_at = time.monotonic()
            house.hosts[name].kill(away_seconds=away_seconds)
            crowd = go_on(max(STEADY_SECONDS, away_seconds))
            house.wait_for(name)
            crowd = max(crowd, go_on(STEADY_SECONDS))
            failed = load.failures_since(killed_at)
            check_outage(name, failed, killed_at, crowd)
            if name in UNNOTICED:
                assert failed == [], tell(failed)
    check_that_nothing_is_lost(house, load)


def test_the_replica_takes_over_from_a_primary_that_is_lost(house: House, load: Load) -> None:
    with load.running():
        wait_for_results(load)
    wait_until(house.is_replicated, tell=lambda: "the replica lags")
    house.hosts["primary"].lose()
    with load.running():
        go_on(DECIDING_SECONDS)
        house.promote_replica()
        promoted_at = time.monotonic()
        crowd = go_on(3 * STEADY_SECONDS)
        failed = load.failures_since(promoted_at)
        wait_for_results(load)
    check_outage("promoted", failed, promoted_at, crowd)
    check_that_nothing_is_lost(house, load)


def wait_for_results(load: Load) -> None:
    """Let people go on until some more have handed in."""
    already = len(load.handed_in)
    wait_until(
        lambda: len(load.handed_in) > already,
        tell=lambda: f"no result:\n{tell(load.failures[-9:])}",
    )


def go_on(seconds: float) -> float:
    """Let people do what they do for a while; gives how crowded the machine was at most."""
    end = time.monotonic() + seconds
    crowd = 1.0
    while time.monotonic() < end:
        time.sleep(0.2)
        crowd = max(crowd, crowding())
    return crowd


def check_outage(what: str, failed: Sequence[Failure], since: float, crowd: float) -> None:
    """What was in vain was so for seconds; `-s` shows for how many."""
    seconds = max((failure.ended - since for failure in failed), default=0.0)
    click.echo(
        f"{what}: {len(failed)} in vain, the last after {seconds:.1f} s ({crowd:.0f} at work)"
    )
    assert seconds <= OUTAGE_SECONDS * crowd, tell(failed)


def tell(failures: Sequence[Failure]) -> str:
    """What was in vain, a line each."""
    return "\n".join(f"{each.began:.2f} to {each.ended:.2f}: {each.what}" for each in failures)


def check_that_nothing_is_lost(house: House, load: Load) -> None:
    """Every answer and every certificate that somebody was told of is there, and is counted."""
    assert load.handed_in
    assert sum(len(answers) for answers in load.saved.values()) > len(load.handed_in)
    engine = create_engine(house.settings.database_url, poolclass=NullPool)
    with Session(engine) as session:
        stored: dict[str, dict[int, list[int]]] = {token: {} for token in load.saved}
        rows = session.execute(
            select(Attempt.token, Answer.position, Answer.choices)
            .join(Answer, Answer.attempt_id == Attempt.id)
            .where(Attempt.token.in_(load.saved))
        )
        for token, position, choices in rows:
            stored[token][position] = choices
        lost = {
            (token, position)
            for token, answers in load.saved.items()
            for position, choices in answers.items()
            if stored[token].get(position) != sorted(choices)
        }
        assert lost == set()
        holders = select(Certificate.account_id)
        uncertified = session.scalars(
            select(Attempt.token)
            .where(Attempt.token.in_(load.handed_in), Attempt.account_id.not_in(holders))
            .order_by(Attempt.token)
        ).all()
        assert uncertified == []
    wait_until(lambda: count(engine, UNFOLDED) == 0, tell=lambda: "the figure is not folded")
    assert count(engine, select(func.sum(TallyEntry.step))) == count(
        engine, select(func.count(Certificate.id))
    )
    assert "0 differences" in house.flask("programmes", "reconcile")


def count(engine: Engine, statement: "Select[int]") -> int:
    """What a statement counts now."""
    with Session(engine) as session:
        return session.scalar(statement) or 0
