"""CSV as it leaves: nothing in it is run as a formula."""

import csv
import sys
import unicodedata
from io import StringIO

import pytest

from lms.tables.writer import FORMULA_SIGNS, Cell, write_csv


def cell_of(cell: Cell) -> str:
    text = "".join(write_csv(["h"], [[cell]]))
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))[1][0]


@pytest.mark.parametrize(
    "text", ["=1+1", "+62", "-5", "@A1", "\t=1", "\r=1", " =1", "\uff1d1", "\xa0=1"]
)
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert cell_of(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ayu", "190501172099031001", "Éva", "a=b", "", "5-1"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert cell_of(text) == text


def test_parts_of_a_number_stand_behind_a_comma_as_where_semicolons_part_columns() -> None:
    assert [cell_of(32.6), cell_of(0.0), cell_of(7)] == ["32,6", "0,0", "7"]


def test_no_letter_or_digit_is_taken_for_the_sign_of_a_formula() -> None:
    """So a text that begins with one need not be looked at any further."""
    letters = filter(str.isalnum, map(chr, range(sys.maxunicode + 1)))
    widened = (unicodedata.normalize("NFKC", letter) for letter in letters)
    assert [it for it in widened if it.lstrip().startswith(FORMULA_SIGNS)] == []
