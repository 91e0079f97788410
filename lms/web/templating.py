"""The Jinja environments: strict, and one for each language."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.sansio.app import App
from flask.templating import Environment
from flask_babel import get_locale, gettext
from jinja2 import StrictUndefined, Template, nodes
from jinja2.visitor import NodeTransformer

from lms.web.formatting import LANGUAGES


def init_templating(app: Flask) -> None:
    """Have the application's templates made by the environment below, before any is asked for."""
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"undefined": StrictUndefined}


class PageEnvironment(Environment):
    """Caches a template once for each language.

    Jinja makes what a file of macros sets (`{% set EMPTY = _("Belum dijawab") %}`) once for each
    template: in one environment for all, the first reader's language would become everybody's.
    So can every sentence without values be: it is in the language when the template is compiled,
    and no reader's page has it looked up again.
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
        """The template in the language that is asked for, or else in that of the source."""
        locale = get_locale()
        wanted = locale.language if locale and locale.language in LANGUAGES else LANGUAGES[0]
        if wanted == self.language:
            return super().get_template(name, parent, globals)
        return self._in(wanted).get_template(name, parent, globals)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        return _Sentences(self._translate).visit(template)  # type: ignore[no-any-return]

    def _translate(self, sentence: str) -> str:
        return sentence if self.language == LANGUAGES[0] else str(gettext(sentence))

    def _in(self, language: str) -> "PageEnvironment":
        """The same environment for another language."""
        if language not in self._others:
            other = self.overlay()
            other.language = language
            self._others[language] = other
        return self._others[language]


class _Sentences(NodeTransformer):
    """Puts `_("…")` of a sentence without values in the language of the environment."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's own name
        """As Jinja's own `_` would when the page is made: `%%` is a percent sign."""
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_"), args=[nodes.Const(value=str() as sentence)], kwargs=[]
            ):
                said = nodes.Const(self._translate(sentence) % {}, lineno=node.lineno)
                return nodes.MarkSafeIfAutoescape(said, lineno=node.lineno)
        return node
