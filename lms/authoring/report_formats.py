"""Writes diagnostics out: for a person, for an editor, and for the annotations of a CI service."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Literal, assert_never

from lms.authoring.diagnostics import Diagnostic

ListingKind = Literal["text", "json", "github"]

WORDS = {"error": "galat", "warning": "peringatan"}


def format_diagnostics(found: Iterable[Diagnostic], kind: ListingKind) -> str:
    """The diagnostics as one text, without a line feed at its end.

    `text` gives a line for each (`path:line: galat: … Perbaikan: …`, with `path:line:column:`
    where the column is known), `json` one array of objects with the fields of Diagnostic, `github`
    workflow commands.
    """
    match kind:
        case "text":
            return "\n".join(map(_text, found))
        case "json":
            return json.dumps([asdict(p) for p in found], ensure_ascii=False, indent=2)
        case "github":
            return "\n".join(map(_command, found))
        case _:
            assert_never(kind)


def _text(diagnostic: Diagnostic) -> str:
    """One line, whatever a file's name or a quotation holds."""
    word = WORDS[diagnostic.severity]
    location = f"{diagnostic.path}:{diagnostic.line}"
    if diagnostic.column is not None:
        location += f":{diagnostic.column}"
    line = f"{location}: {word}: {diagnostic.sentence} Perbaikan: {diagnostic.remedy}"
    return "".join(c if c.isprintable() else " " for c in line)


def _command(diagnostic: Diagnostic) -> str:
    location = f"file={_property(diagnostic.path)},line={diagnostic.line}"
    if diagnostic.column is not None:
        location += f",col={diagnostic.column}"
    location += f",title={_property(diagnostic.code)}"
    return (
        f"::{diagnostic.severity} {location}::{_data(f'{diagnostic.sentence} {diagnostic.remedy}')}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
