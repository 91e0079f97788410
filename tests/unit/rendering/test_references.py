"""References: what a stored text names instead of an address."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.rendering.links import reference_of
from lms.rendering.markdown import render_inline, render_text
from lms.rendering.references import Reference, parse_reference, references_in, resolve

SHA256 = "0c" * 32
WRITTEN = {
    "chapter:3": Reference("chapter", number=3),
    "chapter:lain-lagi/12": Reference("chapter", "lain-lagi", 12),
    "pocketbook:lain": Reference("pocketbook", "lain"),
    "page:": Reference("page"),
    "page:bantuan": Reference("page", "bantuan"),
    f"picture:{SHA256}": Reference("picture", SHA256),
    "chapter:3#p2": Reference("chapter", number=3, suffix="#p2"),
    "page:bantuan?a=1&b=2#c": Reference("page", "bantuan", suffix="?a=1&b=2#c"),
}


def address_of(slug: str, reference: Reference) -> str:
    """An address that shows what was asked."""
    return f"/{slug}/{reference.kind}/{reference.name}/{reference.number}?a&b"


@pytest.mark.parametrize(("text", "reference"), WRITTEN.items())
def test_a_reference_reads_as_it_was_written(text: str, reference: Reference) -> None:
    assert parse_reference(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "chapter:", "chapter:0", "chapter:1000", "chapter:3/", "chapter:/3", "chapter:Lain/3",
        " chapter:3", "Chapter:3", "pocketbook:", "pocketbook:a/1", "page:bantuan/x", "picture:0c",
        f"picture:{SHA256.upper()}", "question:1", "javascript:chapter:3", "/buku/lain/3", "#p2",
        "https://contoh.example/chapter:3",
    ],
)  # fmt: skip
def test_nothing_else_is_a_reference(text: str) -> None:
    assert parse_reference(text) is None


def test_each_reference_gets_the_address_of_its_pocketbooks_text() -> None:
    html = f'<a href="chapter:3#p2">x</a> <img src="picture:{SHA256}" alt="chapter:3">'
    assert resolve(html, "buku", address_of) == (
        '<a href="/buku/chapter//3?a&amp;b#p2">x</a> '
        f'<img src="/buku/picture/{SHA256}/0?a&amp;b" alt="chapter:3">'
    )
    assert [str(each) for each in references_in(html)] == ["chapter:3#p2", f"picture:{SHA256}"]


def test_a_text_without_references_stays_the_very_same() -> None:
    html = '<p>x <a href="https://a.example" rel="noopener noreferrer">chapter:3</a></p>'
    assert resolve(html, "buku", address_of) is html


POSING = [
    "chapter:3", "[x](chapter:3)", "[x](<chapter:3>)", "<chapter:3>", "[x](CHAPTER:3)",
    "[x](chapter&colon;3)", "[x](\tchapter:3)", "[x]: chapter:3\n\n[x]", "![x](picture:{SHA256})",
    '<a href="chapter:3">x</a>', '&lt;a href="chapter:3">x', '`<a href="chapter:3">`',
    '```\n<a href="chapter:3">\n```', "[x](page:bantuan)", "[x](pocketbook:lain)",
    '![<a href="chapter:3">](gambar/a.png "<a href=\\"chapter:3\\">")',
    '|<a href=|b|c|\n|-|-|-|\n|"chapter:3"|"chapter:3" href="chapter:3"|x|',
    "[x](https://a.example/<a%20href=chapter:3)", '> **Uraian <a href="chapter:3">:** x',
]  # fmt: skip


@pytest.mark.parametrize("text", POSING)
def test_no_author_can_write_a_reference(text: str) -> None:
    for html in (render_text(text), render_inline(text)):
        assert list(references_in(html)) == []


class Links(HTMLParser):
    """What the links of a page name, found without the code that is tested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"a", "img"}:
            self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


PIECES = st.sampled_from(
    ["[", "](", ")", "<a href=", '"', "chapter:3", "/buku/lain/2", "https://a.example/", "`", "<",
     ">", " ", "\n", "|", "&lt;", "&quot;", "page:", "![", "#", "a"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_is_found_in_a_text_is_what_its_links_name(text: str) -> None:
    html = render_text(text)
    named = [parse_reference(link) for link in Links(html).found]
    assert list(references_in(html)) == [each for each in named if each is not None]
    assert all(each is None or each.kind in {"chapter", "page"} for each in named)


@pytest.mark.parametrize(
    ("target", "reference"),
    [
        ("/", "page:"),
        ("/bantuan", "page:bantuan"),
        (" /bantuan?x=1#y ", "page:bantuan?x=1#y"),
        ("/buku/lain", "pocketbook:lain"),
        ("/buku/lain/2#p3", "chapter:lain/2#p3"),
        ("/buku/ini/2", "chapter:2"),
        ("/buku/ini", "pocketbook:ini"),
        ("/%62antuan", "page:bantuan"),
        ("bantuan", None),
        ("/bantuan/", None),
        ("/bantuan%3Fx", None),
        ("/buku/lain/0", None),
        ("/buku/Lain", None),
        ("/akun", None),
    ],
)
def test_an_address_of_ours_is_read_as_what_it_leads_to(target: str, reference: str | None) -> None:
    found = reference_of(target, "ini")
    assert (found and str(found)) == reference
