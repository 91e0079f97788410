"""Rounds of every phase against a running server, and what they come to."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from statistics import median

from bench.people import People
from bench.phases import Phases, Work
from bench.server import Server
from bench.yardstick import Yardstick, slowness_of

# Many short rounds: a machine that is shared is calm for moments, and seldom for long.
ROUNDS = 20
JOURNEYS = 1
IDLE_SECONDS = 10
LIST_ROUNDS = 5
STRANGERS = 300_000

Sample = tuple[float, float, float]
"""CPU milliseconds for one unit of work: the server's, and its database's; and how many times as
slow the machine was just then."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds for one unit of work: in the cheapest round, and in the middle of all.

    What else goes on in a machine makes work cost more, and never less. `database` is a part of
    `lowest`. `there`: in the middle of all, each divided by how many times as slow the machine was
    in the same second as the one for which the targets were set.
    """

    lowest: float
    median: float
    database: float
    there: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What single requests and the journey cost, by phase, and the steps of the journey."""

    phases: dict[str, Cost]
    steps: dict[str, Cost]
    journey_requests: int
    idle_ms_per_second: float


def measure_costs(server: Server, people: People, tell: Callable[[str], None]) -> Costs:
    """Do everything once to warm the server, then in rounds; `tell` is told of each."""
    phases = Phases(server.port, people)
    yardstick = Yardstick()
    taken: dict[str, list[Sample]] = defaultdict(list)
    steps: dict[str, list[Sample]] = defaultdict(list)
    requests = 0
    for number in range(ROUNDS + 1):
        tell(f"round {number} of {ROUNDS}" if number else "warming up")
        for key, works in phases.batches():
            taken[key].append(_beside(yardstick, partial(_measure, server, works)))
        for _ in range(JOURNEYS):
            journey = phases.journey()
            go = partial(_measure_each, server, journey.goes())
            taken["journey"].append(_beside(yardstick, go))
            requests = journey.requests
        for name, work in phases.journey().steps():
            steps[name].append(_beside(yardstick, partial(_measure, server, [work])))
        taken["password"].append((yardstick.check_ms(), 0.0, 1.0))
        if number == 0:
            taken.clear()
            steps.clear()
    # The strangers come last, because they stay; PostgreSQL tidies up after them for minutes.
    tell("idle")
    idle = _measure_idle(server)
    phases = Phases(server.port, people)  # no server keeps a connection that is silent for so long
    tell("an officer's list, alone")
    taken["staff"] = _measure_lists(server, phases, yardstick)
    tell(f"an officer's list among {STRANGERS} strangers")
    people.make_strangers(STRANGERS)
    taken["staff among strangers"] = _measure_lists(server, Phases(server.port, people), yardstick)
    return Costs(_costs(taken), _costs(steps), requests, idle)


def _measure_lists(server: Server, phases: Phases, yardstick: Yardstick) -> list[Sample]:
    works = phases.staff_lists()
    measure = partial(_measure, server, works)
    return [_beside(yardstick, measure) for _ in range(LIST_ROUNDS + 1)][1:]


def _measure_idle(server: Server) -> float:
    """CPU milliseconds a second of all processes together while nobody asks for anything."""
    before = sum(server.cpu()) + server.runner_cpu()
    time.sleep(IDLE_SECONDS)
    return (sum(server.cpu()) + server.runner_cpu() - before) * 1000 / IDLE_SECONDS


def _beside(yardstick: Yardstick, measure: Callable[[], tuple[float, float]]) -> Sample:
    """What is measured, and how slow the machine was just before and after."""
    before = yardstick.check_ms()
    own, database = measure()
    return own, database, slowness_of((before + yardstick.check_ms()) / 2)


def _measure(server: Server, works: list[Work]) -> tuple[float, float]:
    before = server.cpu()
    for work in works:
        work()
    own, database = (
        (after - earlier) * 1000 / len(works)
        for after, earlier in zip(server.cpu(), before, strict=True)
    )
    return own, database


def _measure_each(server: Server, works: Iterable[Work]) -> tuple[float, float]:
    own, database = zip(*(_measure(server, [work]) for work in works), strict=True)
    return sum(own), sum(database)


def _costs(taken: dict[str, list[Sample]]) -> dict[str, Cost]:
    return {key: _cost(samples) for key, samples in taken.items()}


def _cost(samples: list[Sample]) -> Cost:
    whole = [own + database for own, database, _ in samples]
    lowest, (_, database, _) = min(zip(whole, samples, strict=True))
    there = median(cost / slowness for cost, (_, _, slowness) in zip(whole, samples, strict=True))
    return Cost(lowest, median(whole), database, there)
