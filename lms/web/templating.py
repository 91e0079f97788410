"""The Jinja environments: strict, and one for each language."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, has_request_context
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import StrictUndefined, Template

from lms.web.formatting import LANGUAGES, appearance


def init_templating(app: Flask) -> None:
    """Have the application's templates made by the environment below, before any is asked for."""
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"undefined": StrictUndefined}


class PageEnvironment(Environment):
    """Caches a template once for each language.

    Jinja makes what a file of macros sets (`{% set EMPTY = _("Belum dijawab") %}`) once for each
    template: in one environment for all, the first reader's language would become everybody's.
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
