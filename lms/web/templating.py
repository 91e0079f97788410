"""The templates' environment: one for each language, with its sentences already in place."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from flask import Flask, has_request_context
from flask.sansio.app import App
from flask.templating import Environment
from flask_babel import gettext
from jinja2 import Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from lms.web.formatting import LANGUAGES, appearance


def init_templating(app: Flask) -> None:
    """Have the application's templates made by the environment below, before any is asked for."""
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"extensions": [ConstantSentences]}


class PageEnvironment(Environment):
    """Compiles a template once for each language.

    Most of a page's sentences never change; to look them up anew cost a tenth of the page.
    """

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.language = LANGUAGES[0]
        self._others: dict[str, PageEnvironment] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own name
    ) -> Template:
        """The template in the language of the request, or else in that of the source."""
        wanted = appearance().language if has_request_context() else LANGUAGES[0]
        if wanted == self.language:
            return super().get_template(name, parent, globals)
        return self._in(wanted).get_template(name, parent, globals)

    def _in(self, language: str) -> "PageEnvironment":
        """The same environment for another language."""
        if language not in self._others:
            other = self.overlay()
            other.language = language
            self._others[language] = other
        return self._others[language]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may use, as a plain dictionary.

        Jinja goes through it at every import of a macro, which takes long with the chain of
        dictionaries that it would make; in exchange nothing may be added to the environment once
        templates are loaded.
        """
        return {**self.globals, **(d or {})}


class ConstantSentences(Extension):
    """Translates `_("…")` without values when a template is compiled."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The template's words, with each such call replaced by what it would return."""
        tokens = list(stream)
        place = 0
        while place < len(tokens):
            sentence = _constant_sentence(tokens[place : place + 4])
            if sentence is None:
                yield tokens[place]
                place += 1
                continue
            yield from _as_markup(self._translate(sentence), tokens[place].lineno)
            place += 4

    def _translate(self, sentence: str) -> str:
        """The sentence as Jinja's own call would give it, which fills in `%`."""
        is_source = self.environment.language == LANGUAGES[0]  # type: ignore[attr-defined]
        return (sentence if is_source else str(gettext(sentence))) % {}


def _constant_sentence(tokens: list[Token]) -> str | None:
    """The sentence of `_("…")`, if that is what these four words are."""
    kinds = [token.type for token in tokens]
    if kinds != ["name", "lparen", "string", "rparen"] or tokens[0].value != "_":
        return None
    return str(tokens[2].value)


def _as_markup(translated: str, line: int) -> Iterator[Token]:
    """The words of `("…"|safe)`, which Jinja makes a constant of."""
    yield Token(line, "lparen", "(")
    yield Token(line, "string", translated)
    yield Token(line, "pipe", "|")
    yield Token(line, "name", "safe")
    yield Token(line, "rparen", ")")
