"""Verification codes: what they promise about mistakes, and how kindly they are read."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.numbers import mask_number
from lms.certificates.codes import (
    ALPHABET,
    LENGTH,
    code_from_bits,
    new_code,
    parse_code,
    show_code,
)

VECTORS = json.loads(Path(__file__).with_name("codes.json").read_text(encoding="utf-8"))
EXAMPLE = "MBT96K8JG5MG"

codes = st.integers(0, (1 << 50) - 1).map(code_from_bits)
positions = st.integers(0, LENGTH - 1)


def put(code: str, position: int, character: str) -> str:
    return code[:position] + character + code[position + 1 :]


def others(character: str) -> str:
    return ALPHABET.replace(character, "")


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=lambda it: it["code"])
def test_a_code_is_made_of_its_bits(vector: dict[str, str]) -> None:
    code = code_from_bits(int(vector["bits"]))
    assert (code, show_code(code)) == (vector["code"], vector["shown"])


@pytest.mark.parametrize("vector", VECTORS["readings"], ids=lambda it: it["typed"] or "nothing")
def test_a_code_is_read_as_the_vectors_say(vector: dict[str, Any]) -> None:
    parsed = parse_code(vector["typed"])
    assert parsed.normalised == vector["normalised"]
    assert parsed.problem == vector["problem"]
    assert parsed.suspicious == tuple(vector["suspicious"])
    assert parsed.is_valid == (vector["problem"] is None)


def test_the_code_that_the_documentation_shows_is_a_true_one() -> None:
    assert parse_code("MBT9-6K8J-G5MG").is_valid


@pytest.mark.parametrize("bits", [-1, 1 << 50])
def test_a_number_of_other_than_fifty_bits_makes_no_code(bits: int) -> None:
    with pytest.raises(ValueError, match="50 bits"):
        code_from_bits(bits)


@given(codes)
def test_a_code_is_true_however_it_is_written(code: str) -> None:
    shown = show_code(code)
    for typed in (code, shown, shown.lower(), shown.replace("-", " "), f"  {shown}.\n"):
        assert parse_code(typed).normalised == code
        assert parse_code(typed).is_valid
    lookalikes = code.replace("0", "o").replace("1", "L").replace("V", "u")
    assert parse_code(lookalikes).normalised == code


def test_codes_of_different_bits_differ() -> None:
    step = (1 << 50) // 997
    made = {code_from_bits(number * step) for number in range(997)}
    assert len({code[:10] for code in made}) == 997


def test_new_codes_are_true_and_different() -> None:
    drawn = {new_code() for _ in range(100)}
    assert len(drawn) == 100
    assert all(parse_code(code).is_valid for code in drawn)


def test_every_single_wrong_character_is_noticed_and_located() -> None:
    for position in range(LENGTH):
        for wrong in others(EXAMPLE[position]):
            parsed = parse_code(put(EXAMPLE, position, wrong))
            assert parsed.problem == "checksum"
            assert parsed.suspicious == (position,)
            assert parsed.proposal == EXAMPLE


def test_every_two_wrong_characters_are_noticed() -> None:
    # The code is linear: what holds for the errors of one code holds for every code, and what
    # holds for a pair of errors holds for all its multiples. One error on the left will do.
    for left, right in combinations(range(LENGTH), 2):
        wrong = put(EXAMPLE, left, others(EXAMPLE[left])[0])
        for character in others(EXAMPLE[right]):
            assert not parse_code(put(wrong, right, character)).is_valid


@given(codes, st.lists(positions, min_size=2, max_size=2, unique=True), st.data())
def test_two_wrong_characters_are_noticed_in_any_code(
    code: str, wrong: list[int], data: st.DataObject
) -> None:
    typed = code
    for position in wrong:
        typed = put(typed, position, data.draw(st.sampled_from(others(code[position]))))
    assert not parse_code(typed).is_valid


@given(codes, positions, st.data())
def test_a_wrong_character_is_located_in_any_code(
    code: str, position: int, data: st.DataObject
) -> None:
    wrong = data.draw(st.sampled_from(others(code[position])))
    parsed = parse_code(put(code, position, wrong))
    assert (parsed.problem, parsed.suspicious, parsed.proposal) == ("checksum", (position,), code)


@given(codes, st.integers(0, LENGTH - 2))
def test_swapped_neighbours_are_noticed_and_named(code: str, position: int) -> None:
    typed = put(put(code, position, code[position + 1]), position + 1, code[position])
    parsed = parse_code(typed)
    assert parsed.is_valid == (typed == code)
    if typed != code:
        assert parsed.suspicious in {(position, position + 1), ()}
        assert parsed.proposal in {code, None}


@given(codes, positions, positions)
def test_any_swap_is_noticed(code: str, left: int, right: int) -> None:
    typed = put(put(code, left, code[right]), right, code[left])
    assert parse_code(typed).is_valid == (typed == code)


@given(codes, positions)
def test_a_missing_and_a_doubled_character_are_noticed(code: str, position: int) -> None:
    assert parse_code(code[:position] + code[position + 1 :]).problem == "length"
    assert parse_code(code[:position] + code[position] + code[position:]).problem == "length"


@given(st.text(max_size=40))
def test_no_text_upsets_the_reading(text: str) -> None:
    parsed = parse_code(text)
    assert all(position < len(parsed.normalised) for position in parsed.suspicious)


def test_the_proposal_is_not_shown() -> None:
    parsed = parse_code(put(EXAMPLE, 3, "7"))
    assert EXAMPLE not in repr(parsed)


def test_a_masked_number_keeps_its_last_three_digits() -> None:
    assert mask_number("190501172099031001") == "•••••••••••••••001"
    assert mask_number("19050117 209903 1 001") == "•••••••••••••••001"
    assert mask_number("001") == "•••"
    assert mask_number("") == ""
