"""How problems are written out."""

import json
from dataclasses import replace

from lms.authoring.parsing.result import Problem
from lms.authoring.report_formats import format_problems

ERROR = Problem("content/x/01.md", 42, "error", "Belum ada jawaban.", "Tandai satu.", "no-answer")
WARNING = Problem("content/x/a:b,c.md", 1, "warning", "100%\nsalah", "Ubah,\rsaja.", "x:y")


def test_for_a_person_each_problem_is_one_line() -> None:
    assert format_problems([ERROR, WARNING], "text").split("\n") == [
        "content/x/01.md:42: galat: Belum ada jawaban. Perbaikan: Tandai satu.",
        "content/x/a:b,c.md:1: peringatan: 100% salah Perbaikan: Ubah, saja.",
    ]


def test_for_an_editor_they_are_objects() -> None:
    listed = json.loads(format_problems([ERROR], "json"))
    assert listed == [
        {
            "path": "content/x/01.md",
            "line": 42,
            "severity": "error",
            "sentence": "Belum ada jawaban.",
            "remedy": "Tandai satu.",
            "code": "no-answer",
            "column": None,
        }
    ]


def test_for_ci_they_are_escaped_commands() -> None:
    assert format_problems([ERROR, WARNING], "github").split("\n") == [
        "::error file=content/x/01.md,line=42,title=no-answer::Belum ada jawaban. Tandai satu.",
        "::warning file=content/x/a%3Ab%2Cc.md,line=1,title=x%3Ay::100%25%0Asalah Ubah,%0Dsaja.",
    ]


def test_a_known_column_is_told_in_each_form() -> None:
    problem = replace(ERROR, column=7)
    assert format_problems([problem], "text").startswith("content/x/01.md:42:7: galat: ")
    assert json.loads(format_problems([problem], "json"))[0]["column"] == 7
    assert ",line=42,col=7,title=" in format_problems([problem], "github")


def test_no_problems_are_nothing_to_read() -> None:
    assert format_problems([], "text") == ""
    assert format_problems([], "github") == ""
    assert json.loads(format_problems([], "json")) == []
