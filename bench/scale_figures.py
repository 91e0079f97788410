"""What was measured of a country, and where it is kept until the document is written."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, Self

from bench.imports import ImportCosts
from bench.server import ROOT
from lms.clock import utc_now
from lms.days import local_day

SIZES: Final = (10_000, 100_000, 1_000_000)
DATABASES: Final = ("sqlite", "postgresql")
FOLDER: Final = ROOT / "var" / "bench"


@dataclass(frozen=True, slots=True)
class ScreenCost:
    """What a screen costs: lowest CPU-ms, p95 of wall ms, KB of what is sent.

    `slowness`: how many times as long the machine took meanwhile as the one for which the targets
    were set, at its calmest (`bench.yardstick`).
    """

    cpu_ms: float
    p95_ms: float
    kb: float
    slowness: float = 1.0

    @property
    def judged_ms(self) -> float:
        """The CPU-ms that it would have cost there."""
        return self.cpu_ms / self.slowness


@dataclass(frozen=True, slots=True)
class TaskCost:
    """What is done beside the requests, in a process of its own.

    Seconds on the wall, CPU seconds with those of PostgreSQL, the most MB of the process, and how
    many times as long the machine took just before and after as the one of the targets.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    slowness: float = 1.0


@dataclass(slots=True)
class Figures:
    """Everything of one size on one database.

    `revision`: the commit. `exported`: people in the file. `load`: how many processes wanted a
    core as it was begun. `is_whole`: whether it was measured to its end.
    """

    database: str
    people: int
    revision: str
    measured_on: str
    load: float
    tasks: dict[str, TaskCost] = field(default_factory=dict)
    screens: dict[str, ScreenCost] = field(default_factory=dict)
    refresh_ms: float = 0.0
    exported: int = 0
    imported: ImportCosts | None = None
    is_whole: bool = False

    @property
    def slowness(self) -> float:
        """How many times as slow the machine was, in the middle of all screens."""
        return median(each.slowness for each in self.screens.values()) if self.screens else 1.0

    @classmethod
    def begin(cls, database: str, people: int, revision: str) -> Self:
        """Nothing yet, of what stands here now."""
        day = local_day(utc_now()).isoformat()
        return cls(database, people, revision, day, os.getloadavg()[0])

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """From what was kept."""
        costs = {
            "tasks": {name: TaskCost(**each) for name, each in stored["tasks"].items()},
            "screens": {name: ScreenCost(**each) for name, each in stored["screens"].items()},
            "imported": stored["imported"] and ImportCosts(**stored["imported"]),
        }
        return cls(**stored | costs)


class Kept:
    """Figures in files, one for each size on each database, so that a run can be gone on with."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def keep(self, figures: Figures) -> None:
        """Store them, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(figures.database, figures.people)
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(figures), indent=1))
        new.replace(file)

    def find(self, database: str, people: int) -> Figures | None:
        """What was measured of one size on one database, if it was."""
        file = self._file(database, people)
        return Figures.read(json.loads(file.read_text())) if file.exists() else None

    def list(self) -> Iterator[Figures]:
        """All of the usual sizes, by database and size."""
        for database in DATABASES:
            for people in SIZES:
                if figures := self.find(database, people):
                    yield figures

    def forget(self, database: str, people: int) -> None:
        """It is to be measured anew."""
        self._file(database, people).unlink(missing_ok=True)

    def _file(self, database: str, people: int) -> Path:
        return self._folder / f"scale-{database}-{people}.json"
