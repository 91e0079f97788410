"""What was measured, as JSON, as lines on a terminal, and as docs/benchmarks.md."""

import json
import os
import platform
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.bulk import FILE_COUNT, ROW_COUNT, Bulk
from bench.imports import ImportCosts
from bench.log import AUDITED, LOGGED, LogCosts
from bench.measuring import JOURNEYS, ROUNDS, STRANGERS, Cost, Costs
from bench.phases import COUNTS
from bench.server import Start
from bench.sheets import ARCHIVED, SheetCosts
from bench.targets import (
    APPLY_US,
    AUDIT_SECONDS,
    CHECK_US,
    FILES_SECONDS,
    FIRST_VISIT_KB,
    FLAT,
    IMPORT_MB,
    IMPORT_WRITE_MS,
    IN_FULL_MS,
    JOBS_MB,
    LONGEST_WRITE_MS,
    NEXT_PAGE_KB,
    ROWS,
    ROWS_SECONDS,
    SEALED_MS,
)
from bench.weights import Weight
from bench.yardstick import YARDSTICK_MS, slowness_of
from lms.clock import utc_now
from lms.days import local_day
from lms.transparency.sequencer import BATCH

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
PACKAGES = ("Flask", "granian", "SQLAlchemy", "psycopg", "WeasyPrint")


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that was measured on one database."""

    database: str
    version: str
    costs: Costs
    bulk: Bulk
    weights: list[Weight]
    worker_mb: float
    idle_ms_per_second: float
    start: Start
    sheets: SheetCosts
    imports: ImportCosts
    log: LogCosts

    @property
    def slowness(self) -> float:
        """How many times as long this machine took as the one for which the targets were set.

        In the middle of all rounds: for what was measured once.
        """
        return slowness_of(self.costs.phases["password"].median)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured, and when."""

    measured_on: str
    processor: str
    cores: int
    system: str
    versions: dict[str, str]
    load: float
    audit_seconds: float


def describe_machine(audit_seconds: float) -> Machine:
    """This machine without its name, and how busy it was in the last minute."""
    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.+)$", cpuinfo, re.MULTILINE)
    return Machine(
        measured_on=local_day(utc_now()).isoformat(),
        processor=model[1] if model else platform.machine(),
        cores=os.cpu_count() or 1,
        system=platform.freedesktop_os_release()["PRETTY_NAME"],
        versions={"Python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
        load=os.getloadavg()[0],
        audit_seconds=audit_seconds,
    )


def as_json(machine: Machine, figures: list[Figures]) -> str:
    """Everything, as one JSON object."""
    found = {each.database: asdict(each) for each in figures}
    return json.dumps(
        asdict(machine) | {"databases": found, "missed": missed(machine, figures)}, indent=2
    )


def as_lines(machine: Machine, figures: list[Figures]) -> Iterator[str]:
    """The table of costs, and what is missed."""
    for each in figures:
        yield f"\n{NAMES[each.database]} {each.version}: CPU-ms, lowest (median) [target]"
        for row in ROWS:
            cost, target = each.costs.phases[row.key], row.target(each.database)
            yield f"  {row.title:32}{spread(cost):24}{f'[{target:g}]' if target else ''}"
        sheets, log = each.sheets, each.log
        yield (
            f"  A sealed sheet                  {number(sheets.sealed_ms)}; set in full"
            f" {number(sheets.in_full_ms)}; ZIP of {ARCHIVED:,}: {number(sheets.archive_seconds)} s"
        )
        yield (
            f"  An entry of the log             {number(log.entry_us)} µs; a batch at most"
            f" {number(log.longest_ms)}; a proof {number(log.proof_ms)}"
        )
        bulk = each.bulk
        yield (
            f"  {ROW_COUNT:,} rows {number(bulk.rows_seconds)} s, {FILE_COUNT} PDFs"
            f" {number(bulk.files_seconds)} s, {number(bulk.peak_mb)} MB"
        )
        listed = each.imports
        yield (
            f"  A list of {listed.people:,}: checked in {number(listed.check_seconds)} s, in force"
            f" in {number(listed.apply_seconds)} s; longest write {number(listed.longest_ms)} ms,"
            f" {number(listed.peak_mb)} MB"
        )
        yield (
            f"  One argon2id check meanwhile    {spread(each.costs.phases['password'])}"
            f" [{YARDSTICK_MS:g}]: {number(each.slowness)} times as slow"
        )
    yield ""
    yield from missed(machine, figures) or ["Every target is met."]


def open_templates() -> Environment:
    """What writes the documents of measurements; their templates stand beside this."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it is Markdown, of our own figures
    )
    environment.filters["number"] = number
    return environment


def as_document(machine: Machine, figures: list[Figures]) -> str:
    """docs/benchmarks.md, of both databases."""
    environment = open_templates()
    environment.filters["spread"] = spread
    return environment.get_template("benchmarks.md.jinja").render(
        machine=machine,
        sqlite=figures[0],
        postgresql=figures[1],
        rows=ROWS,
        yardstick=YARDSTICK_MS,
        rounds=ROUNDS,
        journeys=JOURNEYS,
        counts=COUNTS,
        strangers=STRANGERS,
        flat=FLAT,
        logged=LOGGED,
        audited=AUDITED,
        batch=BATCH,
        longest_write=LONGEST_WRITE_MS,
        archived=ARCHIVED,
        sealed_target=SEALED_MS,
        in_full_target=IN_FULL_MS,
        audit_target=AUDIT_SECONDS,
        first_visit=FIRST_VISIT_KB,
        next_page=NEXT_PAGE_KB,
        missed=missed(machine, figures),
        row_count=ROW_COUNT,
        file_count=FILE_COUNT,
        rows_seconds=ROWS_SECONDS,
        files_seconds=FILES_SECONDS,
        jobs_mb=JOBS_MB,
        check_us=CHECK_US,
        apply_us=APPLY_US,
        import_mb=IMPORT_MB,
        import_write_ms=IMPORT_WRITE_MS,
    )


def missed(machine: Machine, figures: list[Figures]) -> list[str]:
    """Each target that is missed, in a line."""
    return [
        *_missed_costs(figures),
        *_missed_flatness(figures),
        *_missed_weights(figures[0].weights),
        *_missed_sheets(figures),
        *_missed_log(figures),
        *_missed_audit(machine, figures),
        *_missed_bulk(figures),
        *_missed_imports(figures),
    ]


def _missed_sheets(figures: list[Figures]) -> Iterator[str]:
    for each in figures:
        name, sheets = NAMES[each.database], each.sheets
        for kind, cost, there, target in (
            ("sealed", sheets.sealed_ms, sheets.sealed_there, SEALED_MS),
            ("set in full", sheets.in_full_ms, sheets.in_full_there, IN_FULL_MS),
        ):
            yield from _slow(f"A sheet, {kind}, {name}", cost, target, cost / there, "CPU-ms")


def _missed_log(figures: list[Figures]) -> Iterator[str]:
    for each in figures:
        title, longest = f"A batch of the log, {NAMES[each.database]}", each.log.longest_ms
        yield from _slow(title, longest, LONGEST_WRITE_MS, each.slowness, "CPU-ms")


def _missed_audit(machine: Machine, figures: list[Figures]) -> Iterator[str]:
    title, slowness = f"Checking a log of {AUDITED} entries", figures[0].slowness
    yield from _slow(title, machine.audit_seconds, AUDIT_SECONDS, slowness, "CPU seconds")


def _missed_bulk(figures: list[Figures]) -> Iterator[str]:
    for each in figures:
        name, bulk = NAMES[each.database], each.bulk
        for title, measured, most in (
            (f"A sheet of {ROW_COUNT:,} rows", bulk.rows_seconds, ROWS_SECONDS),
            (f"{FILE_COUNT} PDFs", bulk.files_seconds, FILES_SECONDS),
        ):
            yield from _slow(f"{title}, {name}", measured, most, each.slowness, "s")
        if bulk.peak_mb > JOBS_MB:
            yield f"Memory of the background process, {name}: {number(bulk.peak_mb)} MB"


def _missed_imports(figures: list[Figures]) -> Iterator[str]:
    for each in figures:
        listed, name = each.imports, NAMES[each.database]
        length = f"A list of {listed.people:,} people"
        for title, measured, most, unit in (
            ("to check", listed.check_seconds, listed.people * CHECK_US / 1e6, "s"),
            ("to apply", listed.apply_seconds, listed.people * APPLY_US / 1e6, "s"),
            ("longest write", listed.longest_ms, IMPORT_WRITE_MS, "CPU-ms"),
        ):
            yield from _slow(f"{length}, {title}, {name}", measured, most, each.slowness, unit)
        if listed.peak_mb > IMPORT_MB:
            yield f"{length}, memory, {name}: {number(listed.peak_mb)} MB, not {IMPORT_MB}"


def _slow(title: str, measured: float, target: float, slowness: float, unit: str) -> Iterator[str]:
    """A line if it took too long, by the clock of the machine for which the target was set."""
    there = measured / slowness
    if there > target:
        yield f"{title}: {number(measured)} {unit}, as {number(there)} there, not {target:g}"


def number(value: float) -> str:
    """Three digits or so: 1.47, 32.1, 118."""
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def spread(cost: Cost) -> str:
    """The lowest, the median, and that as it would have been where the targets were set."""
    return f"{number(cost.lowest)} ({number(cost.median)}; {number(cost.there)})"


def _missed_costs(figures: list[Figures]) -> Iterator[str]:
    for row in ROWS:
        for each in figures:
            cost, target = each.costs.phases[row.key], row.target(each.database)
            if target is not None:
                title = f"{row.title}, {NAMES[each.database]}"
                yield from _slow(title, cost.median, target, cost.median / cost.there, "CPU-ms")


def _missed_flatness(figures: list[Figures]) -> Iterator[str]:
    for each in figures:
        alone, among = each.costs.phases["staff"], each.costs.phases["staff among strangers"]
        if among.there > alone.there * FLAT:
            yield (
                f"Officer's list, {NAMES[each.database]}: {number(among.there)} CPU-ms among"
                f" strangers, {number(alone.there)} alone"
            )


def _missed_weights(weights: list[Weight]) -> Iterator[str]:
    for weight in weights:
        if weight.kb > weight.target:
            yield f"{weight.title}: {number(weight.kb)} KB, not {weight.target:g}"
