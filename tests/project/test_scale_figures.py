"""What `bin/bench scale` has measured is kept, judged and written down."""

from dataclasses import replace
from pathlib import Path

from bench.imports import ImportCosts
from bench.report import Machine
from bench.scale_figures import Figures, Kept, ScreenCost, TaskCost
from bench.scale_report import TASKS, as_document, as_lines, missed

MACHINE = Machine("2026-11-30", "A processor", 2, "A system", {"Python": "3.11"}, 0.5, 0.0)
IMPORTED = ImportCosts(10, 1.0, 1.0, 90.0, 1.0, 1.0, 1.0, 50.0, 120.0, 0.0)


def figures(database: str = "sqlite", people: int = 10_000, cpu_ms: float = 4.0) -> Figures:
    """Figures that miss nothing."""
    return Figures(
        database,
        people,
        "abc1234",
        "2026-11-30",
        0.1,
        tasks={name: TaskCost(2.0, 1.0, 100.0) for name in TASKS},
        screens={"Capaian": ScreenCost(cpu_ms, 20.0, 27.0), "A list": ScreenCost(9.0, 30.0, 80.0)},
        refresh_ms=1.0,
        exported=1_000,
        imported=IMPORTED,
        is_whole=True,
    )


def test_what_is_kept_is_found_again_whole(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "new")
    small, large = figures(), figures(people=1_000_000)
    for each in (large, small):
        kept.keep(each)
    assert kept.find("sqlite", 10_000) == small
    assert kept.find("postgresql", 10_000) is None
    assert list(kept.list()) == [small, large]
    kept.forget("sqlite", 10_000)
    kept.forget("sqlite", 100_000)
    assert list(kept.list()) == [large]


def test_each_missed_target_is_named() -> None:
    assert missed([figures(), figures(people=1_000_000, cpu_ms=6.0)]) == []
    slow = figures(people=1_000_000, cpu_ms=12.0)
    slow.tasks["job"] = TaskCost(11.0, 9.0, 151.0)
    slow.screens["A list"] = ScreenCost(9.0, 101.0, 80.0)
    slow.imported = replace(IMPORTED, longest_ms=101.0)
    where = "SQLite, 1,000,000"
    export = f"{TASKS['job'].title}, {where}"
    assert missed([figures(), slow]) == [
        f"Capaian, {where}: 12.0 CPU-ms, not 10",
        f"A list, {where}: p95 101 ms, not 100",
        "Capaian, SQLite: 3.00 times as much, not 1.5",
        f"{export}: 11.0 s, not 10",
        f"{export}: 151 MB, not 150",
        f"Longest write of an import, {where}: 101 ms, not 100",
    ]


def test_a_busy_machine_is_judged_by_cpu_time_alone() -> None:
    busy = figures()
    busy.load = 1_000.0
    busy.screens["A list"] = ScreenCost(9.0, 900.0, 80.0)
    busy.tasks["job"] = TaskCost(60.0, 9.0, 100.0)
    assert missed([busy]) == []
    busy.tasks["job"] = TaskCost(60.0, 11.0, 100.0)
    assert missed([busy]) == [f"{TASKS['job'].title}, SQLite, 10,000: 11.0 s, not 10"]


def test_a_slow_machine_is_judged_by_what_it_would_have_taken_elsewhere() -> None:
    calm, slow = figures(cpu_ms=8.0), figures(people=1_000_000)
    slow.screens["Capaian"] = ScreenCost(18.0, 20.0, 27.0, slowness=2.0)
    slow.tasks["job"] = TaskCost(18.0, 18.0, 100.0, slowness=2.0)
    assert missed([calm, slow]) == []
    slow.screens["Capaian"] = ScreenCost(22.0, 20.0, 27.0, slowness=2.0)
    assert missed([calm, slow]) == ["Capaian, SQLite, 1,000,000: 11.0 CPU-ms, not 10"]


def test_a_file_of_all_institutions_is_judged_by_what_each_of_them_costs() -> None:
    title = "Capaian, institutions as CSV"
    few, many = figures(), figures(people=1_000_000)
    few.screens[title] = ScreenCost(2.0, 20.0, 10.0)
    many.screens[title] = ScreenCost(8.0, 20.0, 40.0)
    assert missed([few, many]) == []
    many.screens[title] = ScreenCost(8.0, 20.0, 20.0)
    assert missed([few, many]) == [f"{title}, SQLite: 2.00 times as much, not 1.5"]


def test_the_document_has_what_was_measured_and_says_what_was_not() -> None:
    document = as_document(MACHINE, [figures(), figures(people=1_000_000, cpu_ms=16.0)])
    assert "SQLite at 100,000, PostgreSQL at 10,000" in document
    row = "| Capaian | 4.00 (20.0; 27.0) | **16.0** (20.0; 27.0) | **4.00** |\n"
    assert row in document
    assert "- Capaian, SQLite, 1,000,000: 16.0 CPU-ms, not 10\n" in document
    assert "2026-11-30, abc1234" in document
    assert "## PostgreSQL" not in document


def test_what_was_broken_off_is_shown_as_far_as_it_went() -> None:
    begun = figures()
    begun.is_whole, begun.imported = False, None
    del begun.tasks["job"]
    document = as_document(MACHINE, [begun])
    assert "not to the end: SQLite at 10,000, SQLite at 100,000" in document
    assert "| `flask staff rebuild`: s, CPU-s (MB) [60.0 s] | 2.00, 1.00 (100) |" in document
    assert f"| {TASKS['job'].title}: s, CPU-s (MB) [10.0 s, 150 MB] | – |" in document
    assert list(as_lines([begun]))[-1] == "Every target is met."


def test_lines_say_that_all_is_met() -> None:
    assert list(as_lines([figures()]))[-1] == "Every target is met."
