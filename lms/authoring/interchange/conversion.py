"""Brings questions from other systems into our notation: GIFT and Aiken, as Moodle knows them.

What our notation cannot hold is never dropped in silence: each loss is told with its line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.interchange.aiken import read_aiken
from lms.authoring.interchange.gift import read_gift
from lms.authoring.interchange.imported import written
from lms.rendering.lines import Line

Format = Literal["GIFT", "Aiken"]

GIFT_ANSWERS = re.compile(
    r"(?<!\\)\{\s*(?:[=~](?:\\.|[^{}\\]){0,4000}|(?:T|F|TRUE|FALSE)\s*(?:#(?:\\.|[^{}\\]){0,2000})?"
    r"|#\s*-?\d(?:\\.|[^{}\\]){0,1000})\}"
)
GIFT_LINE = re.compile(r"^[ \t]*(?:::(?:\\.|[^\\\n:])+::|\$CATEGORY:)", re.MULTILINE)
AIKEN_ANSWER = re.compile(
    r"\s*(?:ANSWER|JAWABAN|KUNCI)\s*:\s*(?:[A-Z]|(?-i:[A-H]{2,6}))\b.{0,40}", re.IGNORECASE
)
AIKEN_CHOICE = re.compile(r"\s*[A-Z][.)]\s+\S.*")


@dataclass(frozen=True, slots=True)
class Conversion:
    """Questions in our notation, and how many there are."""

    text: str
    count: int


def recognise(text: str) -> tuple[Format, int] | None:
    """In which other notation questions of a text are written, and the first line of them."""
    places = [match.start() for form in (GIFT_LINE, GIFT_ANSWERS) if (match := form.search(text))]
    if places:
        return "GIFT", text.count("\n", 0, min(places)) + 1
    choices = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if AIKEN_CHOICE.fullmatch(line):
            choices += 1
        elif AIKEN_ANSWER.fullmatch(line) and choices >= 2:
            return "Aiken", number
        elif not line.strip():
            choices = 0
    return None


def convert(text: str, diagnostics: Diagnostics) -> Conversion | None:
    """The questions of a text in our notation, or None when it is in no notation that we know.

    The text is in its normal form (see `sources.normal_text`). What is lost is a warning at its
    line, and a question that is left out an error.
    """
    found = recognise(text)
    if found is None:
        return None
    lines = text.split("\n")
    read = read_gift if found[0] == "GIFT" else read_aiken
    questions = [written(question, diagnostics) for question in read(lines, diagnostics)]
    return Conversion("\n\n".join(["## Soal kuis", *questions]) + "\n", len(questions))


def note_foreign_questions(lines: Sequence[Line], diagnostics: Diagnostics) -> None:
    """Note questions of another notation in a file, once, at their first line."""
    text = "\n".join("" if line.is_code else line.text for line in lines)
    found = recognise(text)
    if found is None or not lines:
        return
    name, line = found
    diagnostics.error(
        lines[0].number + line - 1,
        f"Soal di sini ditulis dalam bentuk {name}, yang tidak dibaca sebagai soal.",
        "Simpan soalnya di berkas teks tersendiri, ubah dengan perintah flask content import "
        "BERKAS, lalu salin hasilnya ke bab.",
        f"{name.lower()}-text",
    )
