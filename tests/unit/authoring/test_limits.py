"""Files that no person writes are refused at their line, and quickly."""

from pathlib import Path

import pytest

from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.source.limits import DEEPEST, LONGEST_LINE
from lms.rendering.markdown import render_chapter
from tests.patience import ends
from tests.unit.authoring.pocketbooks import chapter_text, parse_folder, write

STAIRS = "\n".join(f"{'  ' * n}- a" for n in range(DEEPEST + 1))


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("x" * (LONGEST_LINE + 1), "line-too-long", 6),
        ("kata " * 2001, "line-too-long", 6),
        ("a\n\n" + "[" * 5000, "run-too-long", 8),
        ("![" * 2000, "too-many-marks", 6),
        ("[a](b" * 1000, "too-many-marks", 6),
        ("[a][" * 1000, "too-many-marks", 6),
        ("[^1]" * 1000, "too-many-marks", 6),
        ("[^1]\n\n" * 201, "too-many-marks", 406),
        ("[a\n" * 301, "too-many-marks", 306),
        ("` `` " * 400, "too-many-marks", 6),
        ("> " * 2000 + "a", "nested-too-deep", 6),
        ("- " * 2000 + "a", "nested-too-deep", 6),
        ("1. " * 1500 + "a", "nested-too-deep", 6),
        ("> - " * 6 + "a", "nested-too-deep", 6),
        (STAIRS, "nested-too-deep", 6 + DEEPEST),
        ("> " + STAIRS.replace("\n", "\n> "), "nested-too-deep", 5 + DEEPEST),
    ],
)
def test_what_goes_beyond_the_limits_is_refused_at_its_line(
    tmp_path: Path, body: str, code: str, line: int
) -> None:
    folder = write(tmp_path / "b", {"01-satu.md": chapter_text(body=body)})
    with ends():
        diagnostics = check_pocketbook(parse_folder(folder))
    found = [p for p in diagnostics if p.path.endswith("01-satu.md")]
    assert {(p.code, p.line, p.severity) for p in found} == {(code, line, "error")}


@pytest.mark.parametrize(
    "body",
    [
        "\n".join(f"{'  ' * n}- a" for n in range(DEEPEST)),
        "> " * DEEPEST + "a",
        "- " * 200,
        "* " * 200 + "*",
        "```\n" + "[" * 400 + "\n" + "> " * 40 + "\n```",
        " dan ".join(["[satu](https://a.example)"] * 100),
        "\n".join(f"| a | `{n}` | [b](https://a.example) |" for n in range(100)),
        "- a\n\nteks\n\n" * 100,
        "\n".join(["1. satu", "   - dua", "     > tiga"] * 50),
    ],
)
def test_what_people_write_stays_within_the_limits(tmp_path: Path, body: str) -> None:
    result = parse_folder(write(tmp_path / "b", {"01-satu.md": chapter_text(body=body)}))
    assert result.diagnostics == ()
    for chapter in result.chapters:
        assert render_chapter(chapter).html
