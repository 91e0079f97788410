"""What of a page is found, at which anchor, and what is shown of it."""

import pytest

from lms.pocketbooks.search.excerpts import LONGEST, Piece, excerpt_of
from lms.pocketbooks.search.passages import PassageText, passages_of
from lms.pocketbooks.search.words import stem


def of_chapter(html: str) -> list[tuple[str, str]]:
    return [(each.anchor, each.text) for each in passages_of("Buku", "", [(1, "Bab", html)], [])][
        2:
    ]


def of_appendix(kind: str, html: str) -> list[PassageText]:
    return passages_of("Buku", "", [], [(kind, "Lampiran", html)])[1:]


def test_each_block_is_a_passage_at_its_anchor() -> None:
    html = (
        '<h2 id="p1">Saksi</h2><p id="p2">Korban <strong>boleh</strong> melapor.</p>'
        '<ul id="p3"><li>Dengar<ul><li>Catat</li></ul></li><li><p>Tolong</p></li></ul>'
    )
    assert of_chapter(html) == [
        ("p1", "Saksi"),
        ("p2", "Korban boleh melapor."),
        ("p3", "Dengar"),
        ("p3", "Catat"),
        ("p3", "Tolong"),
    ]


def test_a_row_of_a_table_is_one_passage() -> None:
    html = (
        '<div class="table-scroll" id="p4"><table><thead><tr><th>Bentuk</th><th>Contoh</th></tr>'
        "</thead><tbody><tr><td>fisik</td><td>pukulan</td></tr></tbody></table></div>"
    )
    assert of_chapter(html) == [("p4", "Bentuk; Contoh"), ("p4", "fisik; pukulan")]


def test_what_is_folded_up_is_found_and_marks_and_notes_numbers_are_left_out() -> None:
    html = (
        '<details id="p1"><summary>Contoh</summary><p>Cerita<sup id="fn-1-ref1"><a>1</a></sup>'
        ' pagi.</p></details><ul id="p2" class="marked"><li><span class="mark">a.</span> Satu'
        '</li></ul><section class="footnotes" id="p3"><ol><li id="fn-1"><p>Pasal 5. '
        '<a class="footnote-backref">↩</a></p></li></ol></section>'
    )
    assert of_chapter(html) == [
        ("p1", "Contoh"),
        ("p1", "Cerita pagi."),
        ("p2", "Satu"),
        ("fn-1", "Pasal 5."),
    ]


def test_a_scene_is_found_in_its_part_without_what_leads_about() -> None:
    html = (
        '<section class="scene" id="p1"><h2 id="adegan">Adegan</h2><p class="scene-note">Pilih '
        'langkah <a>Lewati adegan</a></p><div class="scene-part" id="adegan-2"><p>Map biru.</p>'
        '<ul><li><a href="#adegan-3">Bertanya <span class="scene-to">(ke 3)</span></a></li></ul>'
        '<p class="scene-ways"><a>Ulangi dari awal</a></p></div></section>'
    )
    assert of_chapter(html) == [
        ("adegan", "Adegan"),
        ("adegan-2", "Map biru."),
        ("adegan-2", "Bertanya"),
    ]


def test_a_term_leads_its_entry() -> None:
    entry = of_appendix("istilah", '<ul id="p1"><li id="p1-1"><strong>saksi</strong>: yang melihat')
    assert [(each.anchor, each.stems, each.lead_count) for each in entry] == [
        ("", "lampir", 1),
        ("p1-1", "saksi lihat", 1),
    ]


@pytest.mark.parametrize("kind", ["fasilitator", "kartu", "lain"])
def test_what_has_no_page_is_not_found(kind: str) -> None:
    assert of_appendix(kind, "<p>Kunci jawaban</p>") == []


def shown(text: str, *words: str) -> str:
    pieces = excerpt_of(text, {stem(word) for word in words})
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


def test_the_sentence_with_the_most_words_is_shown() -> None:
    text = "Korban takut. Pelapor dan korban dilindungi! Saksi juga."
    assert shown(text, "korban", "melapor") == "[Pelapor] dan [korban] dilindungi!"


def test_numbers_and_titles_end_no_sentence() -> None:
    text = "Lihat UU No. 23 Tahun 2004 dan dr. Ratna tentang saksi."
    assert shown(text, "saksi") == text.replace("saksi", "[saksi]")


def test_a_long_sentence_is_cut_around_what_was_asked_for() -> None:
    text = "kata " * 200 + "saksi " + "lain " * 200
    result = shown(text, "saksi")
    assert result.startswith("… kata")
    assert "[saksi]" in result
    assert result.endswith("lain …")
    assert len(result) <= LONGEST + 8


def test_a_word_that_is_one_endless_line_is_cut_to_itself() -> None:
    assert shown("a" * 900, "a" * 900) == f"[{'a' * 900}]"


def test_what_looks_like_html_stays_text() -> None:
    assert excerpt_of("Tulis <b>saksi</b>.", {"saksi"}) == (
        Piece("Tulis <b>"),
        Piece("saksi", is_hit=True),
        Piece("</b>."),
    )


def test_a_passage_of_which_only_the_title_matched_is_shown_from_its_start() -> None:
    assert shown("Satu. Dua.", "lain") == "Satu."
