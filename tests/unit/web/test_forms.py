"""What pages send, read into values: a quiz's answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.learning.errors import NoSuchChoice
from lms.web.quiz.forms import AnswerForm, AnswersForm

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def test_an_answer_is_read_from_json() -> None:
    assert AnswerForm.parse({"choices": [2, 0], "sequence": 7}) == AnswerForm([2, 0], 7)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"choices": [0]},
        {"sequence": 1},
        {"choices": 0, "sequence": 1},
        {"choices": ["0"], "sequence": 1},
        {"choices": [-1], "sequence": 1},
        {"choices": [True], "sequence": 1},
        {"choices": [0.5], "sequence": 1},
        {"choices": [[0]], "sequence": 1},
        {"choices": [0], "sequence": "1"},
        {"choices": [0], "sequence": None},
        {"choices": [0], "sequence": -3},
        {"choices": [0] * 51, "sequence": 1},
    ],
)
def test_an_answer_of_another_shape_is_refused(body: object) -> None:
    with pytest.raises(NoSuchChoice):
        AnswerForm.parse(body)


@given(JSON)
def test_no_json_brings_the_answer_form_down(body: object) -> None:
    try:
        AnswerForm.parse(body)
    except NoSuchChoice:
        return


def test_only_what_was_changed_in_an_attempt_is_sent_on() -> None:
    form = AnswersForm.parse(
        MultiDict(
            [
                ("semula-1", "0"), ("jawaban-1", "0"),
                ("semula-2", "0"), ("jawaban-2", "1"),
                ("semula-3", ""), ("jawaban-3", "2"), ("jawaban-3", "0"),
                ("semula-4", "1 2"), ("jawaban-4", "2"), ("jawaban-4", "1"),
                ("semula-5", "1"),
                ("semula-6", ""),
            ]
        )
    )  # fmt: skip
    assert form.changed == {2: [1], 3: [2, 0], 5: []}
    assert not form.submits


def test_an_answer_without_what_stood_before_is_not_a_change() -> None:
    assert AnswersForm.parse(MultiDict([("jawaban-1", "0")])).changed == {}


@pytest.mark.parametrize(
    ("fields", "submits", "is_sure"),
    [
        ({"aksi": "kumpulkan"}, True, False),
        ({"aksi": "kumpulkan", "yakin": "ya"}, True, True),
        ({"aksi": "simpan"}, False, False),
        ({}, False, False),
    ],
)
def test_answers_say_whether_they_are_handed_in(
    fields: dict[str, str], submits: bool, is_sure: bool
) -> None:
    form = AnswersForm.parse(MultiDict(fields))
    assert (form.submits, form.is_sure) == (submits, is_sure)


@pytest.mark.parametrize(
    "fields",
    [
        {"semula-x": "0"},
        {"semula-1": "a", "jawaban-1": "0"},
        {"semula-1": "0", "jawaban-1": "-1"},
        {"semula-1": "0", "jawaban-1": "99999999999"},
        {"semula-": "0"},
        {"semula-1": "0", "jawaban-1": "1' OR 1=1"},
    ],
)
def test_answers_of_another_shape_are_refused(fields: dict[str, str]) -> None:
    with pytest.raises(NoSuchChoice):
        AnswersForm.parse(MultiDict(fields))
