"""Reads questions in Aiken: the question, lettered answers, and a line that names the right one."""

import re
from collections.abc import Sequence

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.interchange.imported import ImportedChoice, ImportedQuestion

CHOICE = re.compile(r"\s*(?P<letter>[A-Za-z])[.)]\s+(?P<text>.*)")
ANSWER = re.compile(
    r"\s*(?:ANSWER|JAWABAN|KUNCI)\s*:\s*(?P<letters>[A-Za-z](?:\s*[,&/]\s*[A-Za-z])*|(?-i:[A-H]{2,6}))\s*\.?\s*",
    re.IGNORECASE,
)
FEEDBACK = re.compile(r"\s*(?:FEEDBACK|PEMBAHASAN)\s*:\s*(?P<text>.*)", re.IGNORECASE)


def read_aiken(lines: Sequence[str], diagnostics: Diagnostics) -> list[ImportedQuestion]:
    """The questions of a text; what is none, or lacks its answer, is noted and left out."""
    questions: list[ImportedQuestion] = []
    text: list[tuple[int, str]] = []
    choices: list[tuple[str, str]] = []
    for number, line in enumerate(lines, start=1):
        if answer := ANSWER.fullmatch(line):
            question = _question(text, choices, answer["letters"], number, diagnostics)
            if question is not None:
                questions.append(question)
            text, choices = [], []
        elif (feedback := FEEDBACK.fullmatch(line)) and questions and not text:
            last = questions.pop()
            questions.append(
                ImportedQuestion(
                    last.line, last.text, last.choices, last.is_multiple, feedback["text"]
                )
            )
        elif (choice := CHOICE.fullmatch(line)) and text and _is_next(choice["letter"], choices):
            choices.append((choice["letter"].upper(), choice["text"]))
        elif not line.strip():
            text = [*text, (number, "")] if text and not choices else text
        elif choices and _is_next_question(lines, number - 1):
            _leave_out(text, "tidak diakhiri baris ANSWER", diagnostics)
            text, choices = [(number, line)], []
        elif choices:
            letter, words = choices.pop()
            choices.append((letter, f"{words} {line.strip()}"))
        else:
            text.append((number, line))
    if any(line for _, line in text):
        _leave_out(text, "tidak diakhiri baris ANSWER", diagnostics)
    return questions


def _is_next(letter: str, choices: list[tuple[str, str]]) -> bool:
    return letter.upper() == (chr(ord(choices[-1][0]) + 1) if choices else "A")


def _is_next_question(lines: Sequence[str], index: int) -> bool:
    """Whether a line behind answers begins another question: a blank line stands before it."""
    return index > 0 and not lines[index - 1].strip()


def _question(
    text: list[tuple[int, str]],
    choices: list[tuple[str, str]],
    letters: str,
    number: int,
    diagnostics: Diagnostics,
) -> ImportedQuestion | None:
    right = set(re.findall("[A-Z]", letters.upper()))
    if not text or not choices:
        _leave_out(text or [(number, "")], "tidak punya pertanyaan atau pilihan", diagnostics)
        return None
    if not right <= {letter for letter, _ in choices}:
        _leave_out(text, f"menyebut jawaban {letters.strip()} yang tidak ada", diagnostics)
        return None
    return ImportedQuestion(
        text[0][0],
        "\n".join(line for _, line in text).strip(),
        tuple(ImportedChoice(words, letter in right) for letter, words in choices),
        is_multiple=len(right) > 1,
    )


def _leave_out(text: list[tuple[int, str]], why: str, diagnostics: Diagnostics) -> None:
    words = next((line.strip() for _, line in text if line.strip()), "")
    diagnostics.error(
        text[0][0],
        f'Soal "{words[:40]}" {why}; soal ini tidak ikut.',
        "Perbaiki di berkas asalnya: pertanyaan, A. …, B. …, lalu ANSWER: A.",
        "import-left-out",
    )
