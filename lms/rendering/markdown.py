"""Renders a pocketbook from its tree: Markdown to HTML, once, at publication."""

import re
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from threading import local
from typing import Final, Protocol
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.inlinepatterns import SubstituteTagInlineProcessor

from lms.rendering.html_tree import inner_html, parse_html, unwrap
from lms.rendering.normalising import normalise
from lms.rendering.page_html import (
    Surroundings,
    headings_to_strong,
    level_headings,
    number_blocks,
    number_items,
    transform,
    transform_footnotes,
)
from lms.rendering.reading_time import count_words, reading_minutes
from lms.rendering.sanitizer import sanitize
from lms.rendering.scene_html import transform_scene

INLINE = ["pymdownx.betterem", "pymdownx.magiclink", "pymdownx.tilde", "smarty"]
BLOCKS = [
    *INLINE,
    "tables",
    "sane_lists",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.quotes",
]
NOT_INLINE = (
    "indent",
    "code",
    "hashheader",
    "setextheader",
    "hr",
    "olist",
    "ulist",
    "quote",
    "reference",
)
SETTINGS: dict[str, dict[str, object]] = {
    "tables": {"use_align_attribute": True},
    "footnotes": {"USE_DEFINITION_ORDER": True},  # its other order fails on an empty note
    "pymdownx.highlight": {"use_pygments": False},
    "pymdownx.tilde": {"subscript": False},
    "smarty": {"smart_dashes": False},
}
LINE_BREAK = re.compile(r"(?:[ ]{2,}|\\)\n")
LINE_BREAK_PRIORITY = 100  # as in Python-Markdown, which knows two spaces but no backslash
NOTHING: Final = Surroundings()
_converters = local()


class ChapterMarkdown(Protocol):
    """What is to be known of a chapter: its Markdown, and how many small questions it has."""

    @property
    def title(self) -> str:
        """As it heads the page."""

    @property
    def body(self) -> str:
        """Everything but its questions."""

    @property
    def checks(self) -> Sized:
        """Its small questions."""


class ChoiceMarkdown(Protocol):
    """What is to be known of a choice, in Markdown."""

    @property
    def text(self) -> str:
        """How it reads."""

    @property
    def feedback(self) -> str | None:
        """What is said to whoever chose it."""


class QuestionMarkdown(Protocol):
    """What is to be known of a question, in Markdown."""

    @property
    def stem(self) -> str:
        """What is asked, in one line."""

    @property
    def body(self) -> str:
        """What stands between that and the choices."""

    @property
    def choices(self) -> Sequence[ChoiceMarkdown]:
        """In their order."""

    @property
    def explanation(self) -> str | None:
        """Why what is right is right."""

    @property
    def source(self) -> str | None:
        """Where that is written."""


@dataclass(frozen=True, slots=True)
class RenderedChapter:
    """A chapter's text as HTML from h2 on; every block has its anchor: p1, p2 and so on."""

    html: str
    word_count: int
    minutes: int


@dataclass(frozen=True, slots=True)
class RenderedQuestion:
    """A question as HTML; everything but the stem and the choices belongs to the key.

    `stem_html` is phrasing content, or blocks when a case story stands below the question. A
    choice is phrasing content unless it holds a list, a table or the like, so that it can stand
    in a label. `feedback_html` has one entry for each choice.
    """

    stem_html: str
    choices_html: tuple[str, ...]
    feedback_html: tuple[str | None, ...]
    explanation_html: str | None
    source_html: str | None


def render_chapter(
    chapter: ChapterMarkdown, surroundings: Surroundings = NOTHING
) -> RenderedChapter:
    """A chapter as HTML with its length.

    A picture that is not among `surroundings` is left out; a link to what is not becomes words.
    """
    root = _tree(chapter.body, [*BLOCKS, "footnotes"])
    transform(root, surroundings)
    level_headings(root, chapter.title)
    transform_footnotes(root)
    transform_scene(root)
    number_blocks(root)
    word_count = count_words(chapter.body)
    minutes = reading_minutes(word_count, len(chapter.checks))
    return RenderedChapter(inner_html(root), word_count, minutes)


def render_question(
    question: QuestionMarkdown, surroundings: Surroundings = NOTHING
) -> RenderedQuestion:
    """A question as HTML; the arguments are those of render_chapter."""
    key = (question.explanation, question.source)
    explanation, source = (_short(text, surroundings) if text else None for text in key)
    return RenderedQuestion(
        stem_html=_stem(question, surroundings),
        choices_html=tuple(_short(choice.text, surroundings) for choice in question.choices),
        feedback_html=tuple(
            _short(choice.feedback, surroundings) if choice.feedback else None
            for choice in question.choices
        ),
        explanation_html=explanation,
        source_html=source,
    )


def render_text(text: str, surroundings: Surroundings = NOTHING) -> str:
    """A text such as the introduction as blocks of HTML; arguments as for render_chapter."""
    root = _tree(text, BLOCKS)
    transform(root, surroundings)
    level_headings(root)
    return inner_html(root)


def render_page(text: str, surroundings: Surroundings = NOTHING) -> str:
    """A text that has a page to itself, as `render_text` gives it.

    Its blocks have their anchors as in a chapter, and items of lists theirs: p2-1, p2-2 and so on.
    """
    root = _tree(text, BLOCKS)
    transform(root, surroundings)
    level_headings(root)
    number_blocks(root)
    number_items(root)
    return inner_html(root)


def render_inline(text: str, surroundings: Surroundings = NOTHING) -> str:
    """One line such as an objective as phrasing content."""
    return _phrase(text, surroundings)


def _short(text: str, surroundings: Surroundings) -> str:
    """Phrasing content where the text allows it, blocks where it holds a list or the like."""
    if "\n" not in text:
        return _phrase(text, surroundings)
    root = _tree(text, BLOCKS)
    headings_to_strong(root)
    transform(root, surroundings)
    if all(block.tag == "p" for block in root):
        return _without_paragraphs(root)
    return inner_html(root)


def _phrase(text: str, surroundings: Surroundings) -> str:
    lines = [" ".join(line.split()) for line in LINE_BREAK.split(text)]
    root = parse_html(sanitize(_inline_converter().convert("\\\n".join(lines))))
    transform(root, surroundings)
    return _without_paragraphs(root)


def _stem(question: QuestionMarkdown, surroundings: Surroundings) -> str:
    words = _phrase(question.stem, surroundings)
    if not question.body:
        return words
    root = _tree(question.body, BLOCKS)
    headings_to_strong(root)
    transform(root, surroundings)
    return f"<p>{words}</p>\n{inner_html(root)}" if words else inner_html(root)


def _tree(text: str, extensions: list[str]) -> ET.Element:
    """Markdown through Python-Markdown and the sanitizer, as a tree.

    Raw HTML is switched off in Python-Markdown, so that it shows as the words it is made of; the
    sanitizer behind it holds even if that were not so.
    """
    return parse_html(sanitize(_converter(extensions).convert(normalise(text))))


def _converter(extensions: list[str]) -> Markdown:
    converter = Markdown(
        extensions=extensions,
        extension_configs={name: SETTINGS[name] for name in extensions if name in SETTINGS},
        output_format="html",
    )
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    line_break = SubstituteTagInlineProcessor(LINE_BREAK.pattern, "br")
    converter.inlinePatterns.register(line_break, "linebreak", LINE_BREAK_PRIORITY)
    return converter


def _inline_converter() -> Markdown:
    """A converter to which any text is one paragraph, whatever it begins with.

    Each thread has its own: making one takes three times as long as converting a phrase.
    """
    if not hasattr(_converters, "inline"):
        _converters.inline = _converter(INLINE)
        for name in NOT_INLINE:
            _converters.inline.parser.blockprocessors.deregister(name)
    made: Markdown = _converters.inline
    made.reset()
    return made


def _without_paragraphs(root: ET.Element) -> str:
    """Paragraphs as phrasing content, with a line break between two of them."""
    for number, paragraph in enumerate([b for b in root if b.tag in {"p", "figure"}]):
        if number:
            root.insert(list(root).index(paragraph), ET.Element("br"))
        paragraph.tail = None
        for caption in paragraph.findall("figcaption"):
            paragraph.remove(caption)
        unwrap(root, paragraph)
    return inner_html(root)
