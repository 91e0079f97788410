"""Forms of the quiz: one answer as JSON, or all of them as a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from werkzeug.datastructures import MultiDict

from lms.learning.errors import NoSuchChoice

MOST_CHOICES = 50


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """One answer: the choices as shown, and the sequence that orders it among others."""

    choices: list[int]
    sequence: int

    @classmethod
    def parse(cls, body: object) -> Self:
        """Read `{"choices": [0], "sequence": 3}`; raises NoSuchChoice for anything else."""
        if not isinstance(body, dict):
            raise NoSuchChoice
        choices, sequence = body.get("choices"), body.get("sequence")
        if not isinstance(choices, list) or len(choices) > MOST_CHOICES:
            raise NoSuchChoice
        return cls([_count(choice) for choice in choices], _count(sequence))


@dataclass(frozen=True, slots=True)
class AnswersForm:
    """The answers of an attempt that the person changed since the page was made."""

    changed: Mapping[int, list[int]]
    submits: bool
    is_sure: bool

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> Self:
        """Read `jawab-<position>` beside `semula-<position>`, what the page was made with.

        Only what differs is a change: a stale second tab must not undo newer answers. Raises
        NoSuchChoice for a field that is no number.
        """
        changed = {}
        for name in fields:
            position = name.removeprefix("semula-")
            if name == position:
                continue
            chosen = _numbers(fields.getlist(f"jawaban-{position}"))
            before = _numbers((fields.get(name) or "").split())
            if sorted(chosen) != sorted(before):
                changed[_numbers([position])[0]] = chosen
        return cls(changed, fields.get("aksi") == "kumpulkan", fields.get("yakin") == "ya")


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise NoSuchChoice
    return value


def _numbers(texts: list[str]) -> list[int]:
    if not all(text.isdecimal() and len(text) < 6 for text in texts):
        raise NoSuchChoice
    return [int(text) for text in texts]
