"""Any text keeps to its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.fitting import Fitted, FittedList, Typeface

LATIN = Typeface({chr(code): 0.6 for code in range(32, 127)})


def fit(text: str) -> Fitted:
    return LATIN.fit(text, width=600, largest=36, comfortable=24)


def test_a_short_text_stands_on_one_line_at_the_largest_size() -> None:
    assert fit("Sumirah") == Fitted(("Sumirah",), 36, is_foreign=False)


def test_a_longer_text_shrinks_first() -> None:
    text = "x" * 35
    assert fit(text) == Fitted((text,), 28.5, is_foreign=False)


def test_a_long_text_breaks_at_the_space_nearest_its_middle() -> None:
    fitted = fit("I Gusti Ayu Ketut Puspitawati Kusumaningrum Wirawan")
    assert fitted.lines == ("I Gusti Ayu Ketut Puspitawati ", "Kusumaningrum Wirawan")
    assert fitted.size == 24


def test_a_long_word_breaks_anywhere() -> None:
    assert fit("W" * 200).lines == ("W" * 100, "W" * 100)
    assert fit("A " + "W" * 200).lines[0].startswith("A W")


def test_marks_stay_with_their_letters() -> None:
    lines = fit("e\u0323\u0302" * 120).lines
    assert len(lines) == 2
    assert lines[1].startswith("e")


def test_foreign_letters_are_set_smaller() -> None:
    fitted = fit("陳美玲")
    assert fitted.is_foreign
    assert fitted.size < 24


def test_nothing_at_all_fits() -> None:
    assert fit("") == Fitted(("",), 36, is_foreign=False)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_text_is_wider_than_its_place_or_loses_a_letter(text: str) -> None:
    fitted = fit(text)
    assert len(fitted.lines) <= 2
    assert all(LATIN.width(line) * fitted.size <= 600.001 for line in fitted.lines)
    assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("weight", [400, 600, 700, 800])
def test_widths_are_read_from_the_fonts(fonts: Path, weight: int) -> None:
    typeface = Typeface.read(
        fonts / f"plus-jakarta-sans-latin-{weight}-normal.ttf",
        fonts / f"plus-jakarta-sans-latin-ext-{weight}-normal.ttf",
    )
    assert {"a", "W", "é", "Š", "•"} <= typeface.advances.keys()
    assert 0.2 < typeface.width("i") < typeface.width("a") < typeface.width("W") < 1.3


def fit_list(items: list[str]) -> FittedList:
    return LATIN.fit_list(
        items, width=600, height=100, pitch=1.25, largest=10, legible=8, rest="dan {count} lagi"
    )


def test_items_of_a_list_begin_a_line_each() -> None:
    assert fit_list(["satu", "dua"]) == FittedList((("1. satu",), ("2. dua",)), 10)


def test_a_longer_list_shrinks_first_and_then_runs_on() -> None:
    words = "kata " * 20
    assert fit_list([words] * 5) == FittedList(
        tuple((f"{number}. {words.strip()}",) for number in range(1, 6)), 9.5
    )
    running = fit_list([*[words] * 8, "kata", "kata", "kata"])
    assert len(running.items) == 1
    assert running.size >= 8
    assert " ".join(running.items[0]).split()[-6:] == ["9.", "kata", "10.", "kata", "11.", "kata"]


def test_what_does_not_fit_in_legible_letters_is_counted() -> None:
    words = "kata " * 20
    fitted = fit_list([words] * 30)
    assert fitted.size == 8
    said = " ".join(fitted.items[0]).split()
    kept = sum(word.endswith(".") for word in said)
    assert 8 < kept < 30
    assert said[-3:] == ["dan", str(30 - kept), "lagi"]
    assert fit_list(["x" * 400]).items == (("dan 1 lagi",),)


@given(st.lists(st.text(alphabet="ab ", min_size=1), max_size=40))
def test_every_list_fits_in_legible_letters(items: list[str]) -> None:
    fitted = fit_list(items)
    lines = [line for item in fitted.items for line in item]
    assert len(lines) * 1.25 * fitted.size <= 100
    for line in lines:
        assert LATIN.width(line) * fitted.size <= 600 or " " not in line
    assert fitted.size >= 8
    numbered = " ".join(f"{number}. {item}" for number, item in enumerate(items, 1)).split()
    said = " ".join(lines).split()
    assert said == numbered or (said[-1] == "lagi" and said[:-3] == numbered[: len(said) - 3])
