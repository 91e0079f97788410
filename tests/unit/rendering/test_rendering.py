"""What the published HTML looks like."""

import re

import pytest

from lms.authoring.parsing.result import ChapterSource, ChoiceSource, QuestionSource
from lms.authoring.source.pictures import PictureSource
from lms.rendering.markdown import render_chapter, render_inline, render_question, render_text
from lms.rendering.page_html import Surroundings
from lms.rendering.references import Reference

PICTURES = {"gambar/a.png": PictureSource("gambar/a.png", 80, 60, "0" * 64, "image/png", b"gambar")}
FILES = {
    "buku.md": Reference("pocketbook", "buku-ini"),
    "02-dua.md": Reference("chapter", number=2),
}
SURROUNDINGS = Surroundings("buku-ini", PICTURES, FILES)
SHOWN = (
    f'<img src="picture:{"0" * 64}" alt="Loket" width="80" height="60" '
    'loading="lazy" decoding="async">'
)


def squeezed(html: str) -> str:
    return re.sub(r"\s*\n\s*", "", html)


def blocks(text: str) -> str:
    return squeezed(render_text(text, SURROUNDINGS))


def chapter(body: str, title: str = "Bab satu") -> str:
    tree = ChapterSource(1, "satu", title, body, (), (), "01-satu.md")
    return squeezed(render_chapter(tree, SURROUNDINGS).html)


def question(
    stem: str = "Apa?", body: str = "", *choices: ChoiceSource, **key: str | None
) -> QuestionSource:
    return QuestionSource(
        id=None,
        stem=stem,
        body=body,
        choices=choices,
        is_multiple=False,
        keeps_order=False,
        explanation=key.get("explanation"),
        source=key.get("source"),
        line=1,
        path="01-satu.md",
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Satu\ndua", "<p>Satudua</p>"),
        ("**tebal** *miring* `kode`",
         "<p><strong>tebal</strong> <em>miring</em> <code>kode</code></p>"),
        ("pasal_28_ayat dan 2*3*4", "<p>pasal_28_ayat dan 2<em>3</em>4</p>"),
        ("Teks\n- a\n- b", "<p>Teks</p><ul><li>a</li><li>b</li></ul>"),
        ("## J\n- a", "<h2>J</h2><ul><li>a</li></ul>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n    - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("- a\n\t- b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. c\n4. d", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("Pada tahun\n1999. Lalu", "<p>Pada tahun1999. Lalu</p>"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("-\u00a0a\n\u00a0\u00a0-\u00a0b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("- a\n  > q\n- b",
         "<ul><li><p>a</p><blockquote><p>q</p></blockquote></li><li><p>b</p></li></ul>"),
        ("- a\n    > q\n- b",
         "<ul><li><p>a</p><blockquote><p>q</p></blockquote></li><li><p>b</p></li></ul>"),
        ("- a\n> q", "<ul><li>a</li></ul><blockquote><p>q</p></blockquote>"),
        ("- a\n\n  lagi\n- b", "<ul><li><p>a</p><p>lagi</p></li><li><p>b</p></li></ul>"),
        ("- a\n## J", "<ul><li>a</li></ul><h2>J</h2>"),
        ("- a\n\nLalu", "<ul><li>a</li></ul><p>Lalu</p>"),
        ("- a\n  ```\n  k\n    l\n  ```\n- b",
         "<ul><li><p>a</p><pre><code>kl</code></pre></li><li><p>b</p></li></ul>"),
        ("> a\n\n> b", "<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>"),
        ("> a\n> - b", "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>"),
        ("> a\nlanjut", "<blockquote><p>alanjut</p></blockquote>"),
        ("#tagar saja", "<p>#tagar saja</p>"),
        ("a\n\n* * *\n\nb", "<p>a</p><hr><p>b</p>"),
        ("a <!-- catatan --> b", "<p>a  b</p>"),
        ("a & b < c &lt; &copy;", "<p>a &amp; b &lt; c &lt; ©</p>"),
        ("```\n- [x] a <b>\n```", "<pre><code>- [x] a &lt;b&gt;</code></pre>"),
    ],
)  # fmt: skip
def test_text_is_drawn_as_authors_see_it_on_github(text: str, html: str) -> None:
    assert blocks(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[x](https://a.id/?b=1&c=2)",
         '<a href="https://a.id/?b=1&amp;c=2" rel="noopener noreferrer">x</a>'),
        ("<https://a.id>", '<a href="https://a.id" rel="noopener noreferrer">https://a.id</a>'),
        ("https://a.id.", '<a href="https://a.id" rel="noopener noreferrer">https://a.id</a>.'),
        ("a@b.id", '<a href="mailto:a@b.id">a@b.id</a>'),
        ("[x](tel:129)", '<a href="tel:129">x</a>'),
        ("[x](/verifikasi)", '<a href="page:verifikasi">x</a>'),
        ("[x](/)", '<a href="page:">x</a>'),
        ("[x](/bantuan?dari=a&b#c)", '<a href="page:bantuan?dari=a&amp;b#c">x</a>'),
        ("[x](/buku/lain)", '<a href="pocketbook:lain">x</a>'),
        ("[x](/buku/lain/3#p2)", '<a href="chapter:lain/3#p2">x</a>'),
        ("[x](/buku/buku-ini/3)", '<a href="chapter:3">x</a>'),
        ("[x](/tidak/ada)", "x"),
        ("[x](buku.md)", '<a href="pocketbook:buku-ini">x</a>'),
        ("[x](02-dua.md)", '<a href="chapter:2">x</a>'),
        ("[x](02-dua.md#a)", '<a href="chapter:2">x</a>'),
        ("[x](chapter:2)", "x"),
        ("[**x**](javascript:y)", "<strong>x</strong>"),
        ("a [x](#b) c", "a x c"),
        ("[x](//a.id)", "x"),
        ('[x](https://a.id "judul")', '<a href="https://a.id" rel="noopener noreferrer">x</a>'),
    ],
)  # fmt: skip
def test_links_lead_where_they_may(text: str, html: str) -> None:
    assert blocks(text) == f"<p>{html}</p>"


def test_links_between_chapters_are_words_without_addresses() -> None:
    assert squeezed(render_text("[x](02-dua.md)")) == "<p>x</p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![Loket](gambar/a.png)", f"<figure>{SHOWN}</figure>"),
        ("![Loket](./gambar/a.png)", f"<figure>{SHOWN}</figure>"),
        ('![Loket](gambar/a.png "Foto <b>")',
         f"<figure>{SHOWN}<figcaption>Foto &lt;b&gt;</figcaption></figure>"),
        ("lihat ![Loket](gambar/a.png) ini", f"<p>lihat {SHOWN} ini</p>"),
        ("![Loket](gambar/b.png)", "<p>Loket</p>"),
        ("![Loket](https://a.id/a.png)", "<p>Loket</p>"),
        ("![Loket](../gambar/a.png)", "<p>Loket</p>"),
    ],
)  # fmt: skip
def test_pictures_have_their_size_and_only_ours_are_shown(text: str, html: str) -> None:
    assert blocks(text) == html


def test_a_table_can_be_scrolled_and_its_heads_say_what_they_head() -> None:
    html = chapter("A | | B\n:-- | :-: | --:\n1 | 2 | 3\n\nx | y\n-|-\n1 | 2")
    assert html.startswith(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Tabel 1" id="p1">'
        '<table class="stacks"><thead><tr><th scope="col">A</th><td class="align-center"></td>'
        '<th class="align-right" scope="col">B</th></tr></thead><tbody><tr>'
        '<td data-label="A">1</td><td class="align-center">2</td>'
        '<td class="align-right" data-label="B">3</td></tr></tbody>'
        "</table></div>"
    )
    assert 'aria-label="Tabel 2" id="p2"' in html


def test_each_cell_of_a_wide_table_names_its_head() -> None:
    html = chapter("A | **B**[^1] | | D\n--|--|--|--\n1 | 2 | 3 | 4\n\n[^1]: Catatan")
    assert '<table class="stacks">' in html
    labels = re.findall(r"<td([^>]*)>(\d)</td>", html)
    assert labels == [
        (' data-label="A"', "1"), (' data-label="B"', "2"), ("", "3"), (' data-label="D"', "4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("> **Ucapkan:** x", '<blockquote class="callout">'),
        ("> **Hindari:** x", '<blockquote class="callout callout-avoid">'),
        ("> kata **tebal**", "<blockquote>"),
        ("> *miring*", "<blockquote>"),
        ("> - **Ucapkan**", "<blockquote>"),
    ],
)
def test_a_quote_that_begins_bold_is_a_callout(text: str, first: str) -> None:
    assert blocks(text).startswith(f"{first}<")


def test_task_lists_are_signs_and_no_controls() -> None:
    assert blocks("- [x] **a**\n- [ ] b\n- c") == (
        '<ul class="task-list">'
        '<li class="task"><span class="task-box" role="img" aria-label="sudah">☑</span> '
        "<strong>a</strong></li>"
        '<li class="task"><span class="task-box" role="img" aria-label="belum">☐</span> b</li>'
        "<li>c</li></ul>"
    )


@pytest.mark.parametrize(
    ("sources", "levels"),
    [
        ([1, 2, 3], [2, 3, 4]),
        ([2, 3, 2], [2, 3, 2]),
        ([2, 4, 3, 2], [2, 3, 3, 2]),
        ([3, 2], [2, 2]),
        ([4, 6, 5, 4], [2, 3, 3, 2]),
        ([1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]),
    ],
)
def test_headings_begin_at_two_and_skip_nothing(sources: list[int], levels: list[int]) -> None:
    html = chapter("\n\n".join(f"{'#' * level} J" for level in sources))
    assert [int(level) for level in re.findall(r"<h(\d)", html)] == levels


def test_a_heading_that_repeats_the_title_is_dropped() -> None:
    assert chapter("# Bab  *satu*\n\nIsi") == '<p id="p1">Isi</p>'
    assert chapter("# Bab dua\n\nIsi") == '<h2 id="p1">Bab dua</h2><p id="p2">Isi</p>'


def test_every_block_of_a_chapter_has_its_anchor_in_order() -> None:
    html = chapter(
        "Satu\n\n## J\n\n- a\n- b\n\n> q\n\nA|B\n-|-\n1|2\n\n![Loket](gambar/a.png)\n\n"
        "```\nk\n```\n\n***\n\nAkhir[^1]\n\n[^1]: Catatan"
    )
    assert re.findall(r'id="(p\d+)"', html) == [f"p{n}" for n in range(1, 11)]
    assert re.findall(r'<(\w+)[^>]* id="p\d+"', html) == [
        "p", "h2", "ul", "blockquote", "div", "figure", "pre", "hr", "p", "section",
    ]  # fmt: skip


def test_footnotes_are_numbered_anew_and_lead_there_and_back() -> None:
    html = chapter("Satu[^b] dua[^<x>] lagi[^b].\n\n[^<x>]: Dua\n[^b]: Satu **tebal**")
    assert re.findall(r'<sup id="([\w-]+)"><a [^>]*href="#([\w-]+)"', html) == [
        ("fn-1-ref1", "fn-1"),
        ("fn-2-ref1", "fn-2"),
        ("fn-1-ref2", "fn-1"),
    ]
    assert re.findall(r'<li id="([\w-]+)"', html) == ["fn-1", "fn-2"]
    assert set(re.findall(r'footnote-backref"[^>]*href="#([\w-]+)"', html)) == {
        "fn-1-ref1",
        "fn-2-ref1",
        "fn-1-ref2",
    }
    assert '<section class="footnotes" aria-label="Catatan kaki" id="p2"><ol>' in html
    assert "Satu <strong>tebal</strong>" in html


@pytest.mark.parametrize(
    ("words", "checks", "minutes"), [(0, 0, 1), (638, 2, 7), (300, 0, 2), (200, 1, 3)]
)
def test_minutes_are_words_and_checks(words: int, checks: int, minutes: int) -> None:
    body = " ".join(["kata"] * words)
    tree = ChapterSource(1, "a", "A", body, (question(),) * checks, (), "01-a.md")
    rendered = render_chapter(tree)
    assert (rendered.word_count, rendered.minutes) == (words, minutes)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1945. Tahun", "1945. Tahun"),
        ("- bukan daftar", "- bukan daftar"),
        ("> bukan kutipan", "&gt; bukan kutipan"),
        ("# bukan judul C#", "# bukan judul C#"),
        ("| a | b |", "| a | b |"),
        ("**a** `b` [c](https://d.id)",
         ('<strong>a</strong> <code>b</code> '
          '<a href="https://d.id" rel="noopener noreferrer">c</a>')),
    ],
)  # fmt: skip
def test_one_line_stays_one_line(text: str, html: str) -> None:
    assert render_inline(text) == html
    rendered = render_question(question(text, "", ChoiceSource(text, is_right=True)))
    assert rendered.stem_html == html
    assert rendered.choices_html == (html,)


def test_a_case_story_stands_below_the_question_without_headings() -> None:
    tree = question("Apa?", "## Kejadian\n\nCerita.\n\n![Loket](gambar/a.png)")
    rendered = render_question(tree, SURROUNDINGS)
    assert squeezed(rendered.stem_html) == (
        f"<p>Apa?</p><p><strong>Kejadian</strong></p><p>Cerita.</p><figure>{SHOWN}</figure>"
    )


def test_a_choice_is_phrasing_where_it_can_be() -> None:
    texts = ["satu\ndua", "satu\n\n**dua**", "![Loket](gambar/a.png)", "a\n\n- b\n- c"]
    choices = [ChoiceSource(text, is_right=False) for text in texts]
    rendered = render_question(question("Apa?", "", *choices), SURROUNDINGS)
    assert [squeezed(html) for html in rendered.choices_html] == [
        "satudua",
        "satu<br><strong>dua</strong>",
        SHOWN,
        "<p>a</p><ul><li>b</li><li>c</li></ul>",
    ]


def test_the_key_of_a_question_stands_in_its_own_fields() -> None:
    rendered = render_question(
        question(
            "Apa?",
            "",
            ChoiceSource("A", is_right=True, feedback="*tepat*"),
            ChoiceSource("B", is_right=False),
            explanation="karena\n\n- a",
            source="UU 8/2016",
        )
    )
    assert rendered.feedback_html == ("<em>tepat</em>", None)
    assert squeezed(rendered.explanation_html or "") == "<p>karena</p><ul><li>a</li></ul>"
    assert rendered.source_html == "UU 8/2016"
    assert "tepat" not in rendered.stem_html + "".join(rendered.choices_html)
