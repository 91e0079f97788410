"""How problems are written out."""

import json
from dataclasses import replace

from lms.authoring.diagnostics import Diagnostic
from lms.authoring.report_formats import format_diagnostics

ERROR = Diagnostic(
    "content/x/01.md", 42, "error", "Belum ada jawaban.", "Tandai satu.", "no-answer"
)
WARNING = Diagnostic("content/x/a:b,c.md", 1, "warning", "100%\nsalah", "Ubah,\rsaja.", "x:y")


def test_for_a_person_each_problem_is_one_line() -> None:
    assert format_diagnostics([ERROR, WARNING], "text").split("\n") == [
        "content/x/01.md:42: galat: Belum ada jawaban. Perbaikan: Tandai satu.",
        "content/x/a:b,c.md:1: peringatan: 100% salah Perbaikan: Ubah, saja.",
    ]


def test_for_an_editor_they_are_objects() -> None:
    listed = json.loads(format_diagnostics([ERROR], "json"))
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
    assert format_diagnostics([ERROR, WARNING], "github").split("\n") == [
        "::error file=content/x/01.md,line=42,title=no-answer::Belum ada jawaban. Tandai satu.",
        "::warning file=content/x/a%3Ab%2Cc.md,line=1,title=x%3Ay::100%25%0Asalah Ubah,%0Dsaja.",
    ]


def test_a_known_column_is_told_in_each_form() -> None:
    diagnostic = replace(ERROR, column=7)
    assert format_diagnostics([diagnostic], "text").startswith("content/x/01.md:42:7: galat: ")
    assert json.loads(format_diagnostics([diagnostic], "json"))[0]["column"] == 7
    assert ",line=42,col=7,title=" in format_diagnostics([diagnostic], "github")


def test_no_problems_are_nothing_to_read() -> None:
    assert format_diagnostics([], "text") == ""
    assert format_diagnostics([], "github") == ""
    assert json.loads(format_diagnostics([], "json")) == []
