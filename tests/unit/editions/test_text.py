"""The text as it is printed: notes in their places, numbers with their words."""

from lms.editions.text import bind_numbers, notes_at_foot
from lms.rendering.html_tree import inner_html, parse_html
from tests.unit.editions.conftest import CHAPTER


def test_no_line_ends_between_a_word_and_its_number() -> None:
    tree = parse_html("<p>Pasal 28 ayat (2) <b>UU 39/1999</b>, UU Contoh, SAPA 129.</p>")
    bind_numbers(tree)
    html = inner_html(tree).replace("\N{NO-BREAK SPACE}", "~")
    assert html == "<p>Pasal~28 ayat~(2) <b>UU~39/1999</b>, UU Contoh, SAPA~129.</p>"


def test_a_note_moves_into_its_mark_and_both_keep_their_ids() -> None:
    tree = parse_html(CHAPTER)
    notes_at_foot(tree)
    html = inner_html(tree)
    note = '<span class="footnote" id="fn-1">UU 39/1999 Pasal 1.</span>'
    assert f'<span id="fn-1-ref1">{note}</span> Layani ia.' in html
    assert "footnotes" not in html
