"""What came of a rush: as lines on a terminal, and as docs/benchmarks-peak.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.report import NAMES, Machine, number, open_templates

PEOPLE: Final = 10_000
SECONDS: Final = 10.0
PROCESSES: Final = (1, 2, 3)
MOST_P99_SECONDS: Final = 5.0
MOST_MB: Final = 600.0
MOST_SPREAD: Final = 1.1
"""How many times as much a page may cost with one number of processes as with another."""


@dataclass(frozen=True, slots=True)
class Peak:
    """What came of a rush on one database.

    seconds: from the press to the page of the attempt, at the median, the 95th and 99th of a
    hundred and at most; page_ms: CPU of a chapter's page by the number of processes.
    """

    database: str
    people: int
    errors: Mapping[str, int]
    p50: float
    p95: float
    p99: float
    longest: float
    took: float
    cpu_ms: float
    most_mb: float
    level: int
    page_ms: Mapping[int, float]

    @property
    def spread(self) -> float:
        """How many times as much a page costs where it costs most."""
        return max(self.page_ms.values()) / min(self.page_ms.values())

    def missed(self) -> Iterator[str]:
        """What is not as it is to be."""
        name = NAMES[self.database]
        if self.errors:
            yield f"{name}: {sum(self.errors.values())} errors"
        if self.p99 > MOST_P99_SECONDS:
            yield f"{name}: p99 {number(self.p99)} s, not {number(MOST_P99_SECONDS)} s"
        if self.most_mb > MOST_MB:
            yield f"{name}: {number(self.most_mb)} MB, not {number(MOST_MB)} MB"
        if self.spread > MOST_SPREAD:
            yield f"{name}: a page costs {number(self.spread)} times as much by processes"


def as_lines(peaks: Sequence[Peak]) -> Iterator[str]:
    """What came of it, and what is missed."""
    for peak in peaks:
        yield f"\n{NAMES[peak.database]}: {peak.people:,} people"
        yield f"  errors: {sum(peak.errors.values())} {dict(peak.errors) or ''}".rstrip()
        yield (
            f"  seconds: {number(peak.p50)} median, {number(peak.p95)} p95, {number(peak.p99)} p99,"
            f" {number(peak.longest)} longest; all done after {number(peak.took)}"
        )
        yield f"  {number(peak.cpu_ms)} CPU-ms a start, {number(peak.most_mb)} MB at most"
        yield f"  highest level of service: {peak.level}"
        costs = ", ".join(f"{count}: {number(ms)}" for count, ms in peak.page_ms.items())
        yield f"  a chapter's page by processes, CPU-ms: {costs}"
    yield ""
    yield from [words for peak in peaks for words in peak.missed()] or ["Every target is met."]


def as_document(machine: Machine, peaks: Sequence[Peak]) -> str:
    """docs/benchmarks-peak.md."""
    return (
        open_templates()
        .get_template("benchmarks-peak.md.jinja")
        .render(
            machine=machine,
            peaks={NAMES[peak.database]: peak for peak in peaks},
            people=PEOPLE,
            seconds=SECONDS,
            processes=PROCESSES,
            most_p99=MOST_P99_SECONDS,
            most_mb=MOST_MB,
            missed=[words for peak in peaks for words in peak.missed()],
        )
    )
