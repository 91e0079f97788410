"""Brings questions from other systems into our notation: GIFT and Aiken, as Moodle knows them.

What our notation cannot hold is never dropped in silence: each loss is told with its line.
"""

from dataclasses import dataclass

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.interchange.aiken import read_aiken
from lms.authoring.interchange.gift import read_gift
from lms.authoring.interchange.imported import written
from lms.authoring.parsing.foreign_questions import recognise


@dataclass(frozen=True, slots=True)
class Conversion:
    """Questions in our notation, and how many there are."""

    text: str
    count: int


def convert(text: str, diagnostics: Diagnostics) -> Conversion | None:
    """The questions of a text in our notation, or None when it is in no notation that we know.

    The text is in its normal form (see `texts.normal_text`). What is lost is a warning at its
    line, and a question that is left out an error.
    """
    found = recognise(text)
    if found is None:
        return None
    lines = text.split("\n")
    read = read_gift if found[0] == "GIFT" else read_aiken
    questions = [written(question, diagnostics) for question in read(lines, diagnostics)]
    return Conversion("\n\n".join(["## Soal kuis", *questions]) + "\n", len(questions))
