"""The blind trial itself: what a sheet shows, and how answers are counted."""

import json
from pathlib import Path

import pytest

from lms.authoring.parsing.result import PocketbookSource
from tests.blind.trial import (
    CannotGrade,
    bank_of,
    grade_file,
    main,
    make_sheet,
    read_books,
    write_sheet,
)
from tests.unit.authoring.good_book import good_book
from tests.unit.authoring.pocketbooks import write

SEED = 7


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A folder of one sound pocketbook."""
    good_book().write(tmp_path / "content" / "melayani")
    return tmp_path / "content"


def book_of(content: Path) -> PocketbookSource:
    (book,) = read_books(content).values()
    return book


def answered(content: Path, file: Path, *, right: int, sure: int = 0) -> Path:
    """Answers of which the first are right, the others wrong, and the first of all sure."""
    sheet = make_sheet(book_of(content), SEED)
    answers = {}
    for number, item in enumerate(sheet.items, start=1):
        wrong = next(letter for letter in "ABCD" if letter not in item.right)
        letters = item.right if number <= right else wrong
        answers[str(number)] = [letters, "yakin" if number <= sure else "menebak"]
    told = {
        "lembar": f"{sheet.slug} {sheet.seed} {sheet.digest}",
        "melihat": "soal",
        "pembaca": "P1",
        "jawaban": answers,
    }
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def test_a_sheet_shows_neither_key_nor_source_nor_chapter(content: Path) -> None:
    book = book_of(content)
    text = write_sheet(make_sheet(book, SEED), shows_questions=True)
    for chapter in book.chapters:
        assert chapter.title not in text
        for question in chapter.bank:
            assert question.stem in text
            assert all(choice.text in text for choice in question.choices)
            assert question.source is not None
            assert question.source not in text
            assert all((choice.feedback or "?") not in text for choice in question.choices)


def test_hidden_questions_are_hidden(content: Path) -> None:
    book = book_of(content)
    text = write_sheet(make_sheet(book, SEED), shows_questions=False)
    assert all(question.stem not in text for chapter in book.chapters for question in chapter.bank)
    assert text.count("(pertanyaan disembunyikan)") == sum(len(c.bank) for c in book.chapters)
    assert book.title not in text


def test_the_same_seed_makes_the_same_sheet_and_another_one_another(content: Path) -> None:
    book = book_of(content)
    assert make_sheet(book, SEED) == make_sheet(book, SEED)
    assert make_sheet(book, SEED).items != make_sheet(book, SEED + 1).items


@pytest.mark.parametrize("right", [0, 5, 10_000])
def test_answers_are_counted(content: Path, tmp_path: Path, right: int) -> None:
    file = answered(content, tmp_path / "a.json", right=right, sure=3)
    result = grade_file(file, read_books(content))
    count = result.item_count
    assert result.right == min(right, count) / count
    assert result.sure_and_right == min(right, 3) / count
    assert len(result.missed) == count - min(right, count)
    assert result.by_chance == pytest.approx(0.25, abs=0.1)
    if right in {0, 10_000}:
        assert result.passes == (right > 0)
    else:
        assert 0 <= result.passes < 1


def test_what_was_not_answered_is_not_right(content: Path, tmp_path: Path) -> None:
    file = answered(content, tmp_path / "a.json", right=10_000)
    told = json.loads(file.read_text())
    told["jawaban"] = {"1": told["jawaban"]["1"], "2": [], "3": ["", ""]}
    file.write_text(json.dumps(told))
    result = grade_file(file, read_books(content))
    assert result.right == 1 / result.item_count


@pytest.mark.parametrize("answer", [["B", "mungkin"], "BC", [1, "yakin"], 7, None])
def test_an_answer_that_cannot_be_read_is_refused_and_not_counted_as_wrong(
    content: Path, tmp_path: Path, answer: object
) -> None:
    file = answered(content, tmp_path / "a.json", right=3)
    told = json.loads(file.read_text())
    told["jawaban"]["2"] = answer
    file.write_text(json.dumps(told))
    with pytest.raises(CannotGrade):
        grade_file(file, read_books(content))


def test_items_with_the_same_choices_are_of_one_family_unless_these_are_two(tmp_path: Path) -> None:
    items = "\n\n".join(
        f"### Pertanyaan {number}?\n\n- [x] {one}\n- [ ] {other}"
        for number, (one, other) in enumerate([("Ya dahulu", "Nanti"), ("Benar", "Salah")] * 2)
    )
    text = f"---\njudul: Satu\n---\n\nIsi.\n\n## Soal kuis\n\n{items}\n"
    folder = write(tmp_path / "content" / "b", {"01-satu.md": text})
    bank = bank_of(make_sheet(book_of(folder.parent), SEED))
    assert len({item.family for item in bank if item.keeps_order}) == 2
    assert len({item.family for item in bank if not item.keeps_order}) == 1


def test_answers_to_another_wording_are_refused(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answered(content, tmp_path / "a.json", right=3)
    chapter = next((content / "melayani").glob("01-*.md"))
    text = chapter.read_text()
    stem = book_of(content).chapters[0].bank[0].stem
    chapter.write_text(text.replace(stem, f"Lain: {stem}"))
    assert main(["grade", str(file), "--content", str(content)]) == 1
    assert "reads differently now" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lembar": "a b"}', '{"lembar": 1}'])
def test_what_is_no_answers_is_refused(content: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(CannotGrade):
        grade_file(file, read_books(content))


def test_sheets_and_grades_from_the_command_line(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets = ["sheets", str(tmp_path / "s"), "--content", str(content), "--seed", str(SEED)]
    assert main(sheets) == 0
    assert [Path(line).name for line in capsys.readouterr().out.split()] == [
        "melayani-pilihan.txt",
        "melayani-soal.txt",
    ]
    file = answered(content, tmp_path / "a.json", right=10_000, sure=10_000)
    assert main(["grade", str(file), "--content", str(content)]) == 0
    assert "| 100% | 100% |" in capsys.readouterr().out
