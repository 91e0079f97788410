"""Writes problems out: for a person, for an editor, and for the annotations of a CI service."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Literal, assert_never

from lms.authoring.parsing.result import Problem

ListingKind = Literal["text", "json", "github"]

WORDS = {"error": "galat", "warning": "peringatan"}


def format_problems(problems: Iterable[Problem], kind: ListingKind) -> str:
    """The problems as one text, without a line feed at its end.

    `text` gives a line for each (`path:line: galat: … Perbaikan: …`, with `path:line:column:`
    where the column is known), `json` one array of objects with the fields of Problem, `github`
    workflow commands.
    """
    match kind:
        case "text":
            return "\n".join(map(_text, problems))
        case "json":
            return json.dumps([asdict(p) for p in problems], ensure_ascii=False, indent=2)
        case "github":
            return "\n".join(map(_command, problems))
        case _:
            assert_never(kind)


def _text(problem: Problem) -> str:
    """One line, whatever a file's name or a quotation holds."""
    word = WORDS[problem.severity]
    place = f"{problem.path}:{problem.line}"
    if problem.column is not None:
        place += f":{problem.column}"
    line = f"{place}: {word}: {problem.sentence} Perbaikan: {problem.remedy}"
    return "".join(c if c.isprintable() else " " for c in line)


def _command(problem: Problem) -> str:
    place = f"file={_property(problem.path)},line={problem.line}"
    if problem.column is not None:
        place += f",col={problem.column}"
    place += f",title={_property(problem.code)}"
    return f"::{problem.severity} {place}::{_data(f'{problem.sentence} {problem.remedy}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
