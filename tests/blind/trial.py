"""Make the sheets of a blind trial, and grade what readers answered.

    python -m tests.blind.trial sheets FOLDER [--content content/] [--seed 1]
    python -m tests.blind.trial grade ANSWERS.json… [--content content/]

A sheet holds a bank's questions, all of them, in an order of its own and without keys, sources or
chapters: what a reader may see. The key never leaves the books: grading shuffles again with the
same seed, and refuses answers that were given to another wording of the bank.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from random import Random
from typing import Final, Self

from lms.authoring.folder import read_folder
from lms.authoring.parsing.pocketbook import parse_pocketbook
from lms.authoring.parsing.result import PocketbookSource, QuestionSource, QuizSettings
from lms.learning.drawing import draw
from lms.learning.rules import Score
from lms.pocketbooks.question_bank import BankItem

LETTERS: Final = "ABCDEFGH"
EMPHASIS: Final = re.compile(r"[*_`]")
DRAWS: Final = 4000
"""Quizzes that are drawn to estimate the chance to pass; its error is below two points."""


class Sight(Enum):
    """What a reader had before them."""

    CHOICES = "pilihan"
    """The choices alone; the questions were hidden."""
    QUESTIONS = "soal"
    """Questions and choices, but not the book."""
    BOOK = "buku"
    """The book at hand."""


class Certainty(Enum):
    """How sure a reader says that they are."""

    SURE = "yakin"
    HALF = "ragu"
    GUESS = "menebak"


class CannotGrade(Exception):
    """Answers that belong to no sheet of these books."""


@dataclass(frozen=True, slots=True)
class SheetItem:
    """A question as it stands on a sheet; `right` are the letters of its key."""

    question: QuestionSource
    chapter_number: int
    choices: tuple[str, ...]
    right: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The bank of a pocketbook in the order of one seed."""

    slug: str
    title: str
    seed: int
    digest: str
    items: tuple[SheetItem, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader chose for one item, in the order of letters, and how sure they were."""

    letters: str
    certainty: Certainty | None

    @classmethod
    def read(cls, given: Sequence[str]) -> Self:
        """As it stands in a file; raises ValueError for a certainty that there is not.

        To count such a one as not sure would flatter the bank.
        """
        chosen, certainty = [*given, "", ""][:2]
        letters = "".join(sorted(letter for letter in chosen.upper() if letter in LETTERS))
        return cls(letters, Certainty(certainty.strip().casefold()) if certainty else None)


@dataclass(frozen=True, slots=True)
class Result:
    """How one reader did: shares of the whole bank, and the chance to pass a quiz drawn from it."""

    slug: str
    sight: Sight
    reader: str
    item_count: int
    right: float
    sure_and_right: float
    by_chance: float
    passes: float
    missed: tuple[int, ...]


def make_sheet(book: PocketbookSource, seed: int) -> Sheet:
    """Shuffle a bank: its questions, and the choices of each."""
    random = Random(f"{book.slug} {seed}")  # noqa: S311 - an order, not a secret
    bank = [(question, chapter.number) for chapter in book.chapters for question in chapter.bank]
    words = json.dumps([[q.stem, q.body, *(c.text for c in q.choices)] for q, _ in bank])
    random.shuffle(bank)
    return Sheet(
        book.slug,
        book.title,
        seed,
        hashlib.sha256(words.encode()).hexdigest()[:16],
        tuple(_item(question, number, random) for question, number in bank),
    )


def _item(question: QuestionSource, chapter_number: int, random: Random) -> SheetItem:
    order = list(question.choices)
    if not question.keeps_order:
        random.shuffle(order)
        order.sort(key=lambda choice: choice.stays_last)
    right = "".join(
        letter for letter, choice in zip(LETTERS, order, strict=False) if choice.is_right
    )
    return SheetItem(question, chapter_number, tuple(choice.text for choice in order), right)


def write_sheet(sheet: Sheet, *, shows_questions: bool) -> str:
    """A sheet as text: for people on paper, and for readers that are programs."""
    return "\n".join(_sheet_lines(sheet, shows_questions=shows_questions)) + "\n"


def _sheet_lines(sheet: Sheet, *, shows_questions: bool) -> Iterator[str]:
    yield f"# {sheet.title}" if shows_questions else "# Pilihan tanpa pertanyaan"
    yield f"Lembar {sheet.slug} {sheet.seed} {sheet.digest}"
    for number, item in enumerate(sheet.items, start=1):
        asked = _words(f"{item.question.stem} {item.question.body}")
        several = " [pilih semua yang benar]" if item.question.is_multiple else ""
        yield ""
        yield f"{number}. {asked if shows_questions else '(pertanyaan disembunyikan)'}{several}"
        for letter, choice in zip(LETTERS, item.choices, strict=False):
            yield f"   {letter}. {_words(choice)}"


def _words(markdown: str) -> str:
    return " ".join(EMPHASIS.sub("", markdown).split())


def grade(
    sheet: Sheet,
    quiz: QuizSettings,
    sight: Sight,
    reader: str,
    answers: Mapping[str, Answer],
) -> Result:
    """Compare one reader's answers with the key; what was not answered is not right."""
    right: list[bool] = []
    sure: list[bool] = []
    for number, item in enumerate(sheet.items, start=1):
        answer = answers.get(str(number))
        right.append(answer is not None and answer.letters == item.right)
        sure.append(right[-1] and answer is not None and answer.certainty is Certainty.SURE)
    count = len(sheet.items)
    return Result(
        slug=sheet.slug,
        sight=sight,
        reader=reader,
        item_count=count,
        right=sum(right) / count,
        sure_and_right=sum(sure) / count,
        by_chance=sum(1 / len(item.choices) for item in sheet.items) / count,
        passes=chance_to_pass(sheet, quiz, right),
        missed=tuple(number for number, is_right in enumerate(right, start=1) if not is_right),
    )


def chance_to_pass(sheet: Sheet, quiz: QuizSettings, right: Sequence[bool]) -> float:
    """How often a quiz drawn as the site draws it is passed by who answers just these right."""
    bank = bank_of(sheet)
    random = Random(sheet.seed)  # noqa: S311 - a simulation
    passed = 0
    for _ in range(DRAWS):
        drawn = draw(bank, quiz.draw_count, frozenset(), random)
        right_count = sum(right[question["question_id"]] for question in drawn)
        passed += Score(right_count, len(drawn)).is_pass(quiz.pass_mark)
    return passed / DRAWS


def bank_of(sheet: Sheet) -> list[BankItem]:
    """A sheet's items as the site keeps them: each by its place, Benar and Salah in no family."""
    families: dict[frozenset[str], int] = {}
    return [
        BankItem(
            question_id=index,
            chapter_number=item.chapter_number,
            objective=item.question.objective,
            family=index
            if item.question.keeps_order
            else families.setdefault(frozenset(item.choices), index),
            choice_count=len(item.choices),
            keeps_order=item.question.keeps_order,
            pinned_last=None,
        )
        for index, item in enumerate(sheet.items)
    ]


def read_books(content: Path) -> dict[str, PocketbookSource]:
    """The pocketbooks of a folder by their names."""
    books = {}
    for file in sorted(content.glob("*/buku.md")):
        book = parse_pocketbook(read_folder(file.parent)).pocketbook
        if book is not None:
            books[book.slug] = book
    return books


def grade_file(file: Path, books: Mapping[str, PocketbookSource]) -> Result:
    """Grade a file of answers; raises CannotGrade for one that belongs to no sheet of the books.

    The file is JSON: `lembar` (the second line of the sheet, without its first word), `melihat`
    ("pilihan", "soal" or "buku"), `pembaca`, and `jawaban`: number to letters and certainty.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        slug, seed, digest = told["lembar"].split()
        sight, reader = Sight(told["melihat"]), str(told["pembaca"])
        answers = {number: Answer.read(given) for number, given in told["jawaban"].items()}
        sheet = make_sheet(books[slug], int(seed))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotGrade(f"{file}: not the answers to a sheet ({error!r})") from error
    if sheet.digest != digest:
        raise CannotGrade(f"{file}: the bank reads differently now than on the sheet")
    return grade(sheet, books[slug].quiz, sight, reader, answers)


def tell(results: Sequence[Result]) -> Iterator[str]:
    """The table of a trial, in Markdown, by book and by what was seen."""
    yield "| buku | melihat | pembaca | soal | benar | yakin dan benar | acak | peluang lulus |"
    yield "|---|---|---|---|---|---|---|---|"
    order = {sight: place for place, sight in enumerate(Sight)}
    for each in sorted(results, key=lambda r: (r.slug, order[r.sight], r.reader)):
        yield (
            f"| {each.slug} | {each.sight.value} | {each.reader} | {each.item_count} "
            f"| {each.right:.0%} | {each.sure_and_right:.0%} | {each.by_chance:.0%} "
            f"| {each.passes:.0%} |"
        )


def _make_sheets(folder: Path, content: Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for book in read_books(content).values():
        sheet = make_sheet(book, seed)
        for name, shows_questions in ((Sight.CHOICES, False), (Sight.QUESTIONS, True)):
            file = folder / f"{sheet.slug}-{name.value}.txt"
            file.write_text(write_sheet(sheet, shows_questions=shows_questions), encoding="utf-8")
            print(file)


def _grade_all(files: Sequence[Path], content: Path) -> None:
    books = read_books(content)
    results = [grade_file(file, books) for file in files]
    print("\n".join(tell(results)))
    groups: dict[tuple[str, Sight], list[set[int]]] = defaultdict(list)
    for result in results:
        groups[result.slug, result.sight].append(set(result.missed))
    for (slug, sight), missed in groups.items():
        by_all = ", ".join(map(str, sorted(set.intersection(*missed)))) or "-"
        print(f"\n{slug}, {sight.value}, salah oleh semua pembaca: {by_all}")


def main(arguments: Sequence[str]) -> int:
    """Run one of the two commands; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    sheets = commands.add_parser("sheets")
    sheets.add_argument("folder", type=Path)
    sheets.add_argument("--seed", type=int, default=1)
    answers = commands.add_parser("grade")
    answers.add_argument("files", type=Path, nargs="+")
    for command in (sheets, answers):
        command.add_argument("--content", type=Path, default=Path("content"))
    wished = parser.parse_args(arguments)
    if wished.command == "sheets":
        _make_sheets(wished.folder, wished.content, wished.seed)
        return 0
    try:
        _grade_all(wished.files, wished.content)
    except CannotGrade as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
