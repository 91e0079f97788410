"""Quotes that a reader opens, and the word of care before a chapter."""

import pytest

from lms.authoring.parsing.result import ChapterSource, ChoiceSource, QuestionSource
from lms.authoring.source.pictures import PictureSource
from lms.rendering.markdown import render_chapter, render_question, render_text
from lms.rendering.page_html import Surroundings

PICTURES = {"gambar/a.png": PictureSource("gambar/a.png", 80, 60, "0" * 64, "image/png", b"gambar")}
SURROUNDINGS = Surroundings(pictures=PICTURES)
FOLD = '<details class="folded"><summary>{}</summary>{}</details>'


def blocks(text: str) -> str:
    html = render_text(text, SURROUNDINGS)
    return html.replace("\n", "")


def folded(summary: str, *paragraphs: str) -> str:
    return FOLD.format(summary, "".join(f"<p>{each}</p>" for each in paragraphs))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("> **Contoh (boleh dilewati):** Ia diam.", folded("Contoh (boleh dilewati)", "Ia diam.")),
        ("> **Uraian gambar:** Tiga kotak.", folded("Uraian gambar", "Tiga kotak.")),
        ("> **Uraian gambar**: Tiga kotak.", folded("Uraian gambar", "Tiga kotak.")),
        ("> __Uraian  gambar.__ Tiga *kotak*.", folded("Uraian gambar", "Tiga <em>kotak</em>.")),
        ("> **CONTOH (Boleh Dilewati):**\n> Ia diam.",
         folded("CONTOH (Boleh Dilewati)", "Ia diam.")),
        ("> **Uraian gambar jalur aduan:** Tiga.", folded("Uraian gambar jalur aduan", "Tiga.")),
        ("> **Contoh (boleh dilewati): *pagi*** Ia diam.",
         folded("Contoh (boleh dilewati): pagi", "Ia diam.")),
        ("> **Contoh (boleh dilewati):** Satu.\n>\n> Dua.",
         folded("Contoh (boleh dilewati)", "Satu.", "Dua.")),
        ("> **Contoh (boleh dilewati)**\n>\n> - satu\n> - dua",
         FOLD.format("Contoh (boleh dilewati)", "<ul><li>satu</li><li>dua</li></ul>")),
        ("> **Contoh (boleh dilewati):**", folded("Contoh (boleh dilewati)")),
        ("> > **Uraian gambar:** Di dalam.",
         f"<blockquote>{folded('Uraian gambar', 'Di dalam.')}</blockquote>"),
        ("- a\n  > **Uraian gambar:** Di dalam.",
         f"<ul><li><p>a</p>{folded('Uraian gambar', 'Di dalam.')}</li></ul>"),
    ],
)  # fmt: skip
def test_what_may_be_skipped_is_folded_behind_its_label(text: str, html: str) -> None:
    assert blocks(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "> **Contoh:** Ia diam.",
        "> Lihat **Uraian gambar:** di bawah.",
        "> *Uraian gambar:* miring.",
        "> Uraian gambar: tanpa tekanan.",
        "**Contoh (boleh dilewati):** bukan kutipan.",
    ],
)
def test_other_quotes_and_other_paragraphs_stay_open(text: str) -> None:
    assert "<details" not in blocks(text)


def test_two_quotes_are_two_to_open() -> None:
    html = blocks("> **Contoh (boleh dilewati):** Satu.\n\nLalu\n\n> **Uraian gambar:** Dua.")
    assert html == (
        folded("Contoh (boleh dilewati)", "Satu.") + "<p>Lalu</p>" + folded("Uraian gambar", "Dua.")
    )


def test_a_fold_keeps_pictures_links_and_notes() -> None:
    body = "> **Uraian gambar:** ![Loket](gambar/a.png) [Bab](02-dua.md).[^1]\n\n[^1]: Sumbernya."
    tree = ChapterSource(1, "satu", "Bab satu", body, (), (), "01-satu.md")
    html = render_chapter(tree, SURROUNDINGS).html.replace("\n", "")
    assert html.startswith('<details class="folded" id="p1"><summary>Uraian gambar</summary>')
    assert 'alt="Loket" width="80" height="60" loading="lazy"' in html
    assert 'href="#fn-1"' in html
    assert 'href="#fn-1-ref1"' in html


def test_a_fold_counts_as_a_block_of_the_chapter() -> None:
    body = "Satu\n\n> **Contoh (boleh dilewati):** Dua.\n\n> **Sebelum membaca:** Tiga."
    html = render_chapter(ChapterSource(1, "satu", "Bab satu", body, (), (), "01-satu.md")).html
    places = ['<p id="p1">', '<details class="folded" id="p2">', 'callout-care" id="p3">']
    found = [html.index(each) for each in places]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("> **Uraian gambar <img src=x onerror=alert(1)>:** a", "&lt;img src=x onerror=alert(1)"),
        ("> **Contoh (boleh dilewati):** <script>alert(1)</script>", "&lt;script&gt;"),
        ("<details open ontoggle=alert(1)><summary>a</summary>b</details>", "&lt;details open"),
    ],
)
def test_only_our_own_folds_reach_a_reader(text: str, shown: str) -> None:
    html = blocks(text)
    assert shown in html
    for tag in ("<img", "<script", "<details open", "<summary>a"):
        assert tag not in html


@pytest.mark.parametrize("label", ["Sebelum membaca", "SEBELUM MEMBACA", "Sebelum membaca bab ini"])
def test_a_word_of_care_is_always_open(label: str) -> None:
    assert blocks(f"> **{label}:** Bab ini menyentuh luka.") == (
        f'<blockquote class="callout callout-care"><p><strong>{label}:</strong> '
        "Bab ini menyentuh luka.</p></blockquote>"
    )


def test_care_and_avoidance_look_different_from_plain_advice() -> None:
    kinds = [blocks(f"> **{label}:** a").split('"')[1]
             for label in ("Ucapkan", "Hindari", "Sebelum membaca")]  # fmt: skip
    assert kinds == ["callout", "callout callout-avoid", "callout callout-care"]


def test_a_question_s_scene_can_be_folded_too() -> None:
    choices = (ChoiceSource("Ya", is_right=True), ChoiceSource("Tidak", is_right=False))
    question = QuestionSource(
        id=None,
        stem="Apa?",
        body="> **Contoh (boleh dilewati):** Ia diam.",
        choices=choices,
        is_multiple=False,
        keeps_order=True,
        explanation=None,
        source=None,
        line=1,
        path="01-satu.md",
    )
    html = render_question(question).stem_html
    assert folded("Contoh (boleh dilewati)", "Ia diam.") in html.replace("\n", "")
