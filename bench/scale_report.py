"""What the desk costs at each size: as lines on a terminal, and as docs/benchmarks-scale.md."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.report import NAMES, Machine, number

if TYPE_CHECKING:
    from bench.scale import Figures

MOST_CPU_MS: Final = 15.0
MOST_PUBLIC_MS: Final = 10.0
MOST_P95_MS: Final = 100.0
MOST_KB: Final = 60.0
MOST_GROWTH: Final = 1.5
EXPORT_SECONDS, EXPORT_MB = 10.0, 150.0
PUBLIC: Final = frozenset({"Home, signed out", "Home of an officer", "Capaian"})
# What is below cannot be told from chance.
_NOISE_MS: Final = 1.0


def as_lines(figures: Sequence["Figures"]) -> Iterator[str]:
    """A line a screen, and what is missed."""
    for each in figures:
        yield f"\n{NAMES[each.database]}, {each.people:,} people: CPU-ms, p95 ms, KB"
        yield f"  made in {number(each.populate_seconds)} s, {number(each.populate_mb)} MB"
        for title, cost in each.screens.items():
            costs = (cost.cpu_ms, cost.p95_ms, cost.kb)
            yield f"  {title:36}" + "".join(f"{number(value):>8}" for value in costs)
        yield f"  {'A person brought up to date':36}{number(each.refresh_ms):>8}"
        if each.export:
            export = each.export
            yield f"  Export: {number(export.seconds)} s, {number(export.peak_mb)} MB"
        if each.imported:
            taken = each.imported
            yield (
                f"  Import of {taken.people:,}: {number(taken.check_seconds)} s and"
                f" {number(taken.apply_seconds)} s, longest write {number(taken.longest_ms)} ms"
            )
    yield ""
    yield from missed(figures) or ["Every target is met."]


def as_document(machine: Machine, figures: Sequence["Figures"]) -> str:
    """docs/benchmarks-scale.md."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it is Markdown, of our own figures
    )
    environment.filters["number"] = number
    by_database = {
        name: [each for each in figures if each.database == key] for key, name in NAMES.items()
    }
    return environment.get_template("benchmarks-scale.md.jinja").render(
        machine=machine,
        databases={name: found for name, found in by_database.items() if found},
        growth=growth,
        missed=missed(figures),
        most_cpu=MOST_CPU_MS,
        most_public=MOST_PUBLIC_MS,
        most_p95=MOST_P95_MS,
        most_kb=MOST_KB,
        most_growth=MOST_GROWTH,
    )


def growth(figures: Sequence["Figures"], title: str) -> float:
    """How much more a screen costs at the largest size than at the smallest."""
    small, large = figures[0].screens[title].cpu_ms, figures[-1].screens[title].cpu_ms
    return large / max(small, _NOISE_MS)


def missed(figures: Sequence["Figures"]) -> list[str]:
    """Each target that is missed, in a line."""
    return [*_missed_costs(figures), *_missed_growth(figures), *_missed_exports(figures)]


def _missed_costs(figures: Sequence["Figures"]) -> Iterator[str]:
    for each in figures:
        where = f"{NAMES[each.database]}, {each.people:,}"
        for title, cost in each.screens.items():
            most = MOST_PUBLIC_MS if title in PUBLIC else MOST_CPU_MS
            if cost.cpu_ms > most:
                yield f"{title}, {where}: {number(cost.cpu_ms)} CPU-ms, not {most:g}"
            if cost.p95_ms > MOST_P95_MS:
                yield f"{title}, {where}: p95 {number(cost.p95_ms)} ms, not {MOST_P95_MS:g}"
            if title in PUBLIC and cost.kb > MOST_KB:
                yield f"{title}, {where}: {number(cost.kb)} KB, not {MOST_KB:g}"


def _missed_growth(figures: Sequence["Figures"]) -> Iterator[str]:
    for database, name in NAMES.items():
        found = [each for each in figures if each.database == database]
        if len(found) < 2:
            continue
        for title in found[0].screens.keys() & found[-1].screens.keys():
            factor = growth(found, title)
            if factor > MOST_GROWTH:
                yield f"{title}, {name}: {number(factor)} times as much, not {MOST_GROWTH:g}"


def _missed_exports(figures: Sequence["Figures"]) -> Iterator[str]:
    for each in figures:
        export = each.export
        if export and (export.seconds > EXPORT_SECONDS or export.peak_mb > EXPORT_MB):
            seconds, megabytes = number(export.seconds), number(export.peak_mb)
            name = NAMES[each.database]
            yield f"Export of {export.people:,}, {name}: {seconds} s, {megabytes} MB"
