"""What the desk costs at each size: as lines on a terminal, and as docs/benchmarks-scale.md."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from bench.report import NAMES, Machine, number, open_templates
from bench.scale_figures import SIZES, Figures

MOST_CPU_MS: Final = 15.0
MOST_PUBLIC_MS: Final = 10.0
MOST_P95_MS: Final = 100.0
MOST_KB: Final = 60.0
MOST_GROWTH: Final = 1.5
IMPORT_WRITE_MS: Final = 100.0
PUBLIC: Final = frozenset(
    {"Home, signed out", "Home of an officer", "Home of a learner", "Capaian"}
)
WHOLE: Final = frozenset({"Capaian, institutions as CSV", "Capaian, days as CSV"})
"""What has a row for each institution or each day, and is no page of so many of them."""
# What is below cannot be told from chance.
_NOISE_MS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Task:
    """What is done beside the requests: what it is, and the most seconds and MB of it."""

    title: str
    seconds: float
    peak_mb: float | None = None


TASKS: Final = {
    "populate": Task("Making the country", 300),
    "rebuild": Task("`flask staff rebuild`", 60),
    "reconcile": Task("`flask staff reconcile` and `flask programmes reconcile`", 60),
    "job": Task("Export of the largest institution as XLSX, a job", 10, 150),
}


def as_lines(figures: Sequence[Figures]) -> Iterator[str]:
    """A line a screen, and what is missed."""
    for each in figures:
        yield f"\n{NAMES[each.database]}, {each.people:,} people: CPU-ms, p95 ms, KB"
        for title, cost in each.screens.items():
            costs = (cost.judged_ms, cost.p95_ms, cost.kb)
            yield f"  {title:36}" + "".join(f"{number(value):>8}" for value in costs)
        yield f"  {'A person brought up to date':36}{number(each.refresh_ms):>8}"
        for name, task in TASKS.items():
            if (took := each.tasks.get(name)) is None:
                continue
            parts = f"{number(took.seconds)} s, {number(took.cpu_seconds)} CPU-s"
            yield f"  {task.title}: {parts}, {number(took.peak_mb)} MB"
        if each.imported:
            taken = each.imported
            yield (
                f"  Import of {taken.people:,}: {number(taken.check_seconds)} s and"
                f" {number(taken.apply_seconds)} s, longest write {number(taken.longest_ms)} ms"
            )
    yield ""
    yield from missed(figures) or ["Every target is met."]


def as_document(machine: Machine, figures: Sequence[Figures]) -> str:
    """docs/benchmarks-scale.md, of figures by database and size."""
    whole = {(each.database, each.people) for each in figures if each.is_whole}
    return (
        open_templates()
        .get_template("benchmarks-scale.md.jinja")
        .render(
            machine=machine,
            databases={
                NAMES[key]: list(each) for key, each in groupby(figures, lambda each: each.database)
            },
            lacking=[
                f"{name} at {people:,}"
                for key, name in NAMES.items()
                for people in SIZES
                if (key, people) not in whole
            ],
            growth=growth,
            is_busy=_is_busy,
            tasks=TASKS,
            missed=missed(figures),
            most_cpu=MOST_CPU_MS,
            most_public=MOST_PUBLIC_MS,
            most_p95=MOST_P95_MS,
            most_kb=MOST_KB,
            most_growth=MOST_GROWTH,
            most_write=IMPORT_WRITE_MS,
            public=PUBLIC,
        )
    )


def growth(figures: Sequence[Figures], title: str) -> float:
    """How much more a screen costs at the largest size than at the smallest.

    Of WHOLE each KB: a larger country has more institutions, and all of them are asked for. What
    the rest of the nation adds would show in each as well.
    """
    small, large = figures[0].screens[title], figures[-1].screens[title]
    factor = large.judged_ms / max(small.judged_ms, _NOISE_MS)
    return factor * small.kb / large.kb if title in WHOLE else factor


def missed(figures: Sequence[Figures]) -> list[str]:
    """Each target that is missed, in a line."""
    return [*_missed_costs(figures), *_missed_growth(figures), *_missed_tasks(figures)]


def _is_busy(figures: Figures) -> bool:
    """Whether others wanted the cores too: then time on the wall is theirs, and judges nothing."""
    return figures.load > (os.cpu_count() or 1)


def _where(figures: Figures) -> str:
    return f"{NAMES[figures.database]}, {figures.people:,}"


def _missed_costs(figures: Sequence[Figures]) -> Iterator[str]:
    for each in figures:
        for title, cost in each.screens.items():
            most = MOST_PUBLIC_MS if title in PUBLIC else MOST_CPU_MS
            if cost.judged_ms > most:
                yield f"{title}, {_where(each)}: {number(cost.judged_ms)} CPU-ms, not {most:g}"
            if cost.p95_ms > MOST_P95_MS and not _is_busy(each):
                yield f"{title}, {_where(each)}: p95 {number(cost.p95_ms)} ms, not {MOST_P95_MS:g}"
            if title in PUBLIC and cost.kb > MOST_KB:
                yield f"{title}, {_where(each)}: {number(cost.kb)} KB, not {MOST_KB:g}"


def _missed_growth(figures: Sequence[Figures]) -> Iterator[str]:
    for database, name in NAMES.items():
        found = [each for each in figures if each.database == database]
        if len(found) < 2:
            continue
        for title in found[0].screens:
            if title not in found[-1].screens:
                continue
            factor = growth(found, title)
            if factor > MOST_GROWTH:
                yield f"{title}, {name}: {number(factor)} times as much, not {MOST_GROWTH:g}"


def _missed_tasks(figures: Sequence[Figures]) -> Iterator[str]:
    for each in figures:
        for name, task in TASKS.items():
            if (took := each.tasks.get(name)) is None:
                continue
            what = f"{task.title}, {_where(each)}"
            # A process alone takes as long as its CPU time, and on a busy machine nothing else is
            # known.
            seconds = (took.cpu_seconds if _is_busy(each) else took.seconds) / took.slowness
            if seconds > task.seconds:
                yield f"{what}: {number(seconds)} s, not {task.seconds:g}"
            if task.peak_mb and took.peak_mb > task.peak_mb:
                yield f"{what}: {number(took.peak_mb)} MB, not {task.peak_mb:g}"
        if each.imported and each.imported.longest_ms > IMPORT_WRITE_MS:
            what, took_ms = f"Longest write of an import, {_where(each)}", each.imported.longest_ms
            yield f"{what}: {number(took_ms)} ms, not {IMPORT_WRITE_MS:g}"
