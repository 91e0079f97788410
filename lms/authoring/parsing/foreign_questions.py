"""Recognises questions in the notation of other systems: GIFT and Aiken, as Moodle knows them."""

import re
from collections.abc import Sequence
from typing import Literal

from lms.authoring.diagnostics import Diagnostics
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


def recognise(text: str) -> tuple[Format, int] | None:
    """In which other notation questions of a text are written, and the first line of them."""
    offsets = [
        match.start() for pattern in (GIFT_LINE, GIFT_ANSWERS) if (match := pattern.search(text))
    ]
    if offsets:
        return "GIFT", text.count("\n", 0, min(offsets)) + 1
    choices = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if AIKEN_CHOICE.fullmatch(line):
            choices += 1
        elif AIKEN_ANSWER.fullmatch(line) and choices >= 2:
            return "Aiken", number
        elif not line.strip():
            choices = 0
    return None


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
