"""The book on paper: A6 pages, the card, and what facilitators are handed, from values alone."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from markupsafe import Markup

from lms.days import write_day
from lms.editions.notes import crowding_blocks
from lms.editions.text import (
    Answers,
    BookAppendix,
    BookText,
    PlaceOf,
    bind_numbers,
    book_tree,
    describe_pictures,
    notes_at_foot,
    stack_wide_tables,
)
from lms.printing.jinja import jinja_environment
from lms.printing.qr import qr_png
from lms.printing.weasyprint import Renderer
from lms.rendering.html_tree import inner_html
from lms.rendering.motifs import Place, motif_of, motif_svg, palette_of
from lms.rendering.references import Reference

TEMPLATES: Final = Path(__file__).with_name("templates")
COVER: Final = "book:cover"
FACE: Final = "book:face"
"""The cover with the theme's emblem: that in front."""
BAND: Final = "book:band"

CARD_SIZES: Final = (9.4, 9.0, 8.6, 8.2, 7.8, 7.4, 7.0, 6.6, 6.3)

Paper = Literal["A6", "A4"]
LINE: Final[dict[Paper, int]] = {"A6": 56, "A4": 110}
"""How many letters of a table stand in a line."""


class _Page(NamedTuple):
    """What the templates show of a chapter or an appendix."""

    anchor: str
    number: int | None
    title: str
    html: Markup
    check_url: str
    qr: str


def print_book(text: BookText, *, fonts: Path) -> bytes:
    """The whole book: A6, tagged PDF/UA-1, with bookmarks, contents, notes at the foot of pages.

    `fonts` is the folder of our typeface (see `Renderer.prepare`); raises FileNotFoundError for a
    file of it that is missing.
    """
    chapters = [_chapter(text, index) for index in range(len(text.chapters))]
    appendices = [_appendix(each) for each in text.beside_chapters]
    known = {
        COVER: _cover(text.theme),
        FACE: _cover(text.theme, Place(210, 190, 116)),
        **_pictures(text.pictures),
        **{chapter.qr: qr_png(chapter.check_url) for chapter in chapters},
        "qr:book": qr_png(text.address),
    }
    page = _page(
        "book.html",
        text,
        chapters=chapters,
        appendices=appendices,
        has_sources=text.appendix("sumber") is not None,
        introduction=_html(text.introduction_html, "pengantar-", _in_the_book),
        promises=[_html(each, "janji-", _in_the_book) for each in text.promises_html],
        objectives=[_html(each, "tujuan-", _in_the_book) for each in text.objectives_html],
    )
    renderer = _renderer(fonts, "book.css", text.theme)
    pdf = renderer.print(page, known, identifier=text.sha256)
    whole: frozenset[str] = frozenset()
    while crowding := crowding_blocks(pdf) - whole:
        whole |= crowding
        for block in crowding:
            page = page.replace(f'id="{block}"', f'id="{block}" data-whole')
        pdf = renderer.print(page, known, identifier=text.sha256)
    return pdf


def print_card(text: BookText, card: BookAppendix, paper: Paper, *, fonts: Path) -> bytes:
    """The card on one page, in the largest letters that fit."""
    renderer = _renderer(fonts, f"card-{paper}.css", text.theme)
    known = {BAND: _band(text.theme), **_pictures(text.pictures), "qr:book": qr_png(text.address)}
    body = _html(card.html, f"{card.kind}-", _on_the_web(text))
    for size in CARD_SIZES:
        page = _page("card.html", text, card=card, body=body, size=size * _scale(paper))
        if renderer.count_pages(page, known) == 1:
            break
    return renderer.print(page, known, identifier=f"{text.sha256}-{paper}")


def print_easy_read(text: BookText, easy: BookAppendix, *, fonts: Path) -> bytes:
    """The easy-read edition: A6 in large letters, one idea a page."""
    known = {BAND: _band(text.theme), **_pictures(text.pictures), "qr:book": qr_png(text.address)}
    tree = book_tree(easy.html, "sederhana-", _on_the_web(text))
    describe_pictures(tree)
    bind_numbers(tree)
    body = Markup(inner_html(tree))  # noqa: S704 - sanitized at publication
    page = _page("easy.html", text, title=easy.title, body=body)
    return _renderer(fonts, "easy.css", text.theme).print(page, known, identifier=text.sha256)


def print_handout(text: BookText, handout: BookAppendix, *, fonts: Path) -> bytes:
    """The facilitator's handout, A4."""
    known = {BAND: _band(text.theme), **_pictures(text.pictures)}
    body = _html(handout.html, "lembar-", _on_the_web(text), "A4")
    page = _page("handout.html", text, title=handout.title, body=body)
    return _renderer(fonts, "handout.css", text.theme).print(page, known, identifier=text.sha256)


def print_answers(text: BookText, answers: Answers, *, fonts: Path) -> bytes:
    """The bank with its keys, A4: for roles that may see it, and for nobody else."""
    known = {BAND: _band(text.theme), **_pictures(answers.pictures)}
    place_of = _on_the_web(text)
    shown = [
        {
            "chapter": question.chapter_number,
            "stem": _html(question.stem_html, "", place_of, "A4"),
            "choices": [_html(choice, "", place_of, "A4") for choice in question.choices_html],
            "right": question.right,
            "explanation": _html(question.explanation_html, "", place_of, "A4"),
            "source": _html(question.source_html, "", place_of, "A4"),
        }
        for question in answers.questions
    ]
    page = _page("answers.html", text, questions=shown)
    return _renderer(fonts, "handout.css", text.theme).print(page, known, identifier=text.sha256)


def _chapter(text: BookText, index: int) -> _Page:
    chapter = text.chapters[index]
    anchor = f"bab-{chapter.number}"
    tree = book_tree(chapter.html, f"{anchor}-", _in_the_book)
    notes_at_foot(tree)
    describe_pictures(tree)
    stack_wide_tables(tree, LINE["A6"])
    bind_numbers(tree)
    html = Markup(inner_html(tree))  # noqa: S704 - sanitized at publication
    return _Page(
        anchor, chapter.number, chapter.title, html, f"{chapter.address}#cek", f"qr:{anchor}"
    )


def _appendix(appendix: BookAppendix) -> _Page:
    html = _html(appendix.html, f"{appendix.kind}-", _in_the_book)
    return _Page(appendix.kind, None, appendix.title, html, "", "")


def _pictures(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    return {str(Reference("picture", each)): content for each, content in pictures.items()}


def _html(html: str, prefix: str, place_of: PlaceOf, paper: Paper = "A6") -> Markup:
    tree = book_tree(html, prefix, place_of)
    stack_wide_tables(tree, LINE[paper])
    bind_numbers(tree)
    return Markup(inner_html(tree))  # noqa: S704 - sanitized at publication


def _in_the_book(reference: Reference) -> str:
    """Of a chapter its first page; a picture is known by the reference itself."""
    return f"#bab-{reference.number}" if reference.kind == "chapter" else str(reference)


def _on_the_web(text: BookText) -> PlaceOf:
    """Where chapters are found from a handout, which has no book around it."""
    addresses = {chapter.number: chapter.address for chapter in text.chapters}
    return lambda reference: addresses.get(reference.number, str(reference))


def _page(template: str, text: BookText, **values: object) -> str:
    return (
        jinja_environment(TEMPLATES)
        .get_template(template)
        .render(
            book=text,
            published_on=write_day(text.published_on),
            checked_on=write_day(text.regulations_checked_on),
            address=text.address.partition("://")[2],
            **values,
        )
    )


def _cover(theme: str, emblem: Place | None = None) -> bytes:
    return motif_svg(theme, width=420, height=592, scale=1.4, emblem=emblem).encode()


def _band(theme: str) -> bytes:
    width = motif_of(theme).width
    return motif_svg(theme, use="band", width=12 * width, height=width, scale=1).encode()


def _scale(paper: Paper) -> int:
    return 2 if paper == "A4" else 1


@cache
def _renderer(fonts: Path, stylesheet: str, theme: str) -> Renderer:
    name, _, paper = stylesheet.removesuffix(".css").partition("-")
    palette = palette_of(theme)
    colours = f":root {{ --deep: {palette.deep}; --tint: {palette.tint}; }}\n"
    style = "".join(
        (TEMPLATES / file).read_text(encoding="utf-8") for file in ("text.css", f"{name}.css")
    )
    page = f"@page {{ size: {paper} portrait }}\n" if paper else ""
    return Renderer.prepare(fonts, colours + style + page, [COVER, FACE, BAND])
