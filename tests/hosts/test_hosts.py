"""Two hosts that answer, one that works, a balancer, a primary, a replica and Redis, each killed.

The files are those of docs/hosts. It takes some minutes, network namespaces and root:
`bin/test hosts`.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import Session

from bench.people import People
from lms import create_app
from lms.certificates.models import Certificate
from lms.learning.models import Answer, Attempt
from tests.conftest import dispose
from tests.hosts.house import ADDRESSES, HOMES, House, open_house, postgresql, trust
from tests.hosts.load import Load
from tests.hosts.network import why_there_is_none
from tests.waiting import crowding, wait_until

pytestmark = pytest.mark.hosts

SITTINGS = int(os.environ.get("SITTINGS", "100"))
ENTRANTS = 10
STEADY_SECONDS = 3.0
OUTAGE_SECONDS = 5.0
"""For so long there may be errors when a part dies, on a machine that does nothing else."""
KILLED = ("app1", "app2", "worker", "redis", "replica", "balancer", "primary")
UNNOTICED = {"worker", "redis", "replica"}
"""Of whose death nobody who reads, answers or signs in learns anything."""
PROGRAMS = ("haproxy", "redis-server", "setpriv")


def why_not() -> str:
    """Why it cannot be tried on this machine, or nothing where it can."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        missing.append("postgres")
    if missing:
        return f"{', '.join(missing)} not found; `bin/test hosts` installs it"
    return why_there_is_none()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """All hosts at work."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="sakuham-hosts.") as name:
        Path(name).chmod(0o755)  # PostgreSQL has a user of its own
        with open_house(Path(name)) as house:
            yield house


@pytest.fixture
def load(house: House) -> Load:
    """People enough for as long as it takes, none of whom has asked anything yet."""
    app = create_app(house.settings)
    people = People(app)
    sittings = [people.sitting(answered=False) for _ in range(SITTINGS)]
    entrants = [people.learner() for _ in range(ENTRANTS)]
    with app.app_context():
        dispose()
    return Load(ADDRESSES["balancer"], HOMES, trust(house.certificate), sittings, entrants)


def test_whatever_dies_costs_seconds_and_no_answer(house: House, load: Load) -> None:
    outages = {}
    with load.running():
        time.sleep(STEADY_SECONDS)
        assert load.failures == []
        for name in os.environ.get('ONLY','').split() or KILLED:
            killed_at = time.monotonic()
            house.hosts[name].kill(away_seconds=10 if name in UNNOTICED else 0)
            time.sleep(STEADY_SECONDS)
            house.wait_for(name)
            recovered_at = time.monotonic()
            time.sleep(STEADY_SECONDS)
            failed = load.failures_since(killed_at)
            outages[name] = (
                max((failure.ended - killed_at for failure in failed), default=0.0),
                recovered_at - killed_at,
                __import__("collections").Counter(f.what[:150] for f in failed),
            )
            print(name, outages[name], load.answered_count, f"crowding {crowding():.1f}")
    print(load.answered_count, len(load.handed_in))
    print(house.flask("programmes", "reconcile"))
    shutil.copytree(house.folder, "/tmp/hosts-logs", ignore=shutil.ignore_patterns("*-data", "*-sockets"), dirs_exist_ok=True)
