"""What is cached of a page for many holds nothing of one of them."""

import ast
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask, flash, session
from jinja2 import ChoiceLoader, DictLoader, UndefinedError
from markupsafe import Markup

import lms.web
from lms.web.page_cache import csrf_token, render_cached
from tests.browser import Browser, Page
from tests.factories import Factory
from tests.pocketbooks import Source

WEB = Path(lms.web.__file__).parent
MARK = "mark.0fa1c9.token."


@pytest.fixture
def templates(app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Templates of the test's own; what is cached of them goes with their names."""
    own: dict[str, str] = {}
    loader = ChoiceLoader([DictLoader(own), app.jinja_env.loader])  # type: ignore[list-item]
    monkeypatch.setattr(app.jinja_env, "loader", loader)
    return own


def test_each_visitor_gets_their_own_token(browser: Browser, make: Factory) -> None:
    book = make.book()
    visitors = [browser.another() for _ in range(2)]
    for visitor in visitors:
        visitor.sign_in(make.learner())
    for address in ("/", f"/buku/{book.slug}", f"/buku/{book.slug}/1", "/verifikasi", "/belajar"):
        secrets = [secrets_of(visitor.get(address)) for visitor in visitors * 2]
        assert all(len(each) == 1 for each in secrets), address
        assert secrets[0] == secrets[2] != secrets[1] == secrets[3], address


def secrets_of(page: Page) -> set[str]:
    """The secrets in the tokens of a page's forms, whenever they were signed."""
    return {token.split(".")[0] for token in page.values("csrf_token")}


def test_a_section_is_for_those_whom_it_is_for(browser: Browser, make: Factory) -> None:
    book, place = make.book(), make.institution()
    officer, learner, nobody = (browser.another() for _ in range(3))
    officer.sign_in(make.officer(at=place))
    learner.sign_in(make.learner(at=place))
    for _ in range(2):
        for address in ("/", f"/buku/{book.slug}", "/verifikasi"):
            assert "/kepegawaian" in officer.get(address).links
            assert "/kepegawaian" not in learner.get(address).links
            assert "/belajar" in learner.get(address).links
            assert "/belajar" not in nobody.get(address).links


def test_a_page_leads_back_to_itself(browser: Browser, make: Factory) -> None:
    addresses = [f"/v/{make.certificate().code}" for _ in range(2)]
    for address in (*addresses * 2, "/capaian?a=b+c&d=%22%3E%26", "/buku/tidak-ada?é"):
        browser.client.get(address)
        page = Page(browser.client.get(address), address)
        back = {
            parse_qs(urlsplit(link).query)["kembali"][0]
            for link in page.links
            if link.startswith("/tampilan")
        }
        shown = {unquote(each) for each in back}
        assert shown == {unquote(address)}, address


def test_a_verdict_names_one_holder(browser: Browser, make: Factory) -> None:
    place = make.institution("Kota Contoh")
    ayu = make.certificate(make.learner("Ayu Lestari", at=place))
    budi = make.certificate(make.learner("Budi Santoso"))
    for code, own, other in ((ayu.code, "Ayu Lestari", "Budi"), (budi.code, "Budi Santoso", "Ayu")):
        words = browser.get(f"/v/{code}").words
        assert own in words
        assert other not in words
    assert "Kota Contoh" in browser.get(f"/v/{ayu.code}").words
    assert "Kota Contoh" not in browser.get(f"/v/{budi.code}").words


def test_a_name_that_is_a_mark_is_a_name(browser: Browser, make: Factory) -> None:
    issued = make.certificate(make.learner(MARK))
    browser.sign_in(issued.person)
    token = browser.token()
    for address in (f"/v/{issued.code}", f"/sertifikat/{issued.code}"):
        page = browser.get(address)
        assert MARK in page.words
        assert token not in page.words


@pytest.mark.parametrize("name", ["_token", "_path", "_messages", "x"])
def test_a_book_with_the_words_of_a_mark_shows_just_them(
    browser: Browser, make: Factory, name: str
) -> None:
    """Such words were put in once, a reader's token into an author's link to elsewhere."""
    mark = f"mark.0fa1c9.{name}."
    book = make.book(
        source=Source(title=f"Nilai {mark}", wording=f"[{mark}](https://contoh.example/?t={mark})")
    )
    browser.sign_in(make.learner())
    token = browser.token()
    for address in ("/", f"/buku/{book.slug}", f"/buku/{book.slug}/1"):
        page = browser.get(address)
        assert mark in page.words
        assert not any(token in link for link in page.links)


def test_a_text_that_knows_the_mark_of_another_rendering_is_just_text(
    app: Flask, templates: dict[str, str]
) -> None:
    """Marks are drawn anew for each rendering: one that got out is worth nothing afterwards."""
    drawn: list[str] = []

    def spy() -> str:
        drawn.append(csrf_token())
        return ""

    app.jinja_env.globals["spy"] = spy
    templates["spied.html"] = "{{ spy() }}{{ csrf_token() }}"
    templates["told.html"] = "{{ told }}"
    try:
        with app.test_request_context("/"):
            render_cached("spied.html")
            assert len(drawn) == 1
            assert render_cached("told.html", told=drawn[0]) == drawn[0]
            assert csrf_token() not in drawn
    finally:
        del app.jinja_env.globals["spy"]


def test_a_name_that_no_template_knows_is_an_error_and_no_empty_text(
    app: Flask, templates: dict[str, str]
) -> None:
    templates["typo.html"] = "{{ slots.nmae }}"
    with app.test_request_context("/"), pytest.raises(UndefinedError):
        render_cached("typo.html", {"name": "Ayu"})


def test_nothing_of_the_request_is_reached(app: Flask, templates: dict[str, str]) -> None:
    names = ("request", "session", "g", "config", "get_flashed_messages")
    asking = " ".join(f"{{{{ {name} is defined }}}}" for name in names)
    templates["macros.html"] = f"{{% macro ask() %}}{asking}{{% endmacro %}}"
    templates["reaching.html"] = (
        f'{{% from "macros.html" import ask %}}{asking} {{{{ ask() }}}} {{{{ visitor }}}}'
    )
    with app.test_request_context("/rahasia"):
        assert render_cached("reaching.html") == " ".join(["False"] * 10 + ["None"])


def test_what_is_shown_is_escaped_and_put_in_each_time(
    app: Flask, templates: dict[str, str]
) -> None:
    templates["showing.html"] = '<p title="{{ slots.a }}">{{ slots.get("b") or "tiada" }}</p>'
    with app.test_request_context("/"):
        assert render_cached("showing.html", {"a": '"><script>', "b": Markup("<b>x</b>")}) == (
            '<p title="&#34;&gt;&lt;script&gt;"><b>x</b></p>'
        )
        assert render_cached("showing.html", {"a": "lain"}) == '<p title="lain">tiada</p>'


def test_facts_tell_what_is_kept_apart(app: Flask, templates: dict[str, str]) -> None:
    templates["facts.html"] = "{% if is_right %}ya{% else %}tidak{% endif %} {{ count + 1 }}"
    with app.test_request_context("/"):
        assert render_cached("facts.html", is_right=True, count=1) == "ya 2"
        assert render_cached("facts.html", is_right=False, count=1) == "tidak 2"
        assert render_cached("facts.html", is_right=True, count=2) == "ya 3"


def test_a_part_of_a_part_is_this_visitors_too(app: Flask, templates: dict[str, str]) -> None:
    templates["inner.html"] = "{{ csrf_token() }}/{{ slots.name }}"
    templates["outer.html"] = '{{ include_cached("inner.html", {"name": slots.name}) }}'
    seen = set()
    for name in ("Ayu", "Budi"):
        with app.test_request_context("/"):
            token = csrf_token()
            assert render_cached("outer.html", {"name": name}) == f"{token}/{name}"
            seen.add(token)
    assert len(seen) == 2


def test_a_text_that_is_shown_does_not_take_the_place_of_the_token(
    app: Flask, templates: dict[str, str]
) -> None:
    templates["tokens.html"] = "{{ csrf_token() }} {{ slots.token }}"
    with app.test_request_context("/"):
        assert render_cached("tokens.html", {"token": "lain"}) == f"{csrf_token()} lain"


def test_a_message_is_for_one_visitor_and_shown_once(app: Flask, templates: dict[str, str]) -> None:
    templates["telling.html"] = "[{{ page_messages() }}]"
    with app.test_request_context("/"):
        flash("Tersimpan", "valid")
        assert "Tersimpan" in render_cached("telling.html")
        with app.test_request_context("/"):
            assert render_cached("telling.html") == "[]"


def test_a_session_that_is_not_ours_is_empty(app: Flask) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    for cookie in ("x", ".eJw.x.y", "a" * 4000, "a" * 400_000):
        with app.test_request_context("/", headers={"Cookie": f"{name}={cookie}"}):
            assert not session


def test_no_page_is_given_a_name_that_every_template_relies_on(app: Flask) -> None:
    taken = set(app.jinja_env.globals) - {"config", "request", "session", "g"}
    given = {
        (file.name, word.arg)
        for file in WEB.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"render_template", "render_cached"}
        for word in call.keywords
    }
    assert len(given) > 40
    assert {each for each in given if each[1] in taken} == set()
