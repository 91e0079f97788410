"""Sections of the API: blueprints whose decorators say what is taken and answered, with types.

flask-smorest has no types; here it is given them, once for all sections.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, ParamSpec, TypeVar, cast

from flask import Request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from lms.exchange.enums import TokenScope
from lms.http.csrf import shows_keys
from lms.http.idempotency import HEADER, answer_once
from lms.http.problems import API
from lms.http.tokens import open_to_tokens

IDEMPOTENCY_KEY: Final[Mapping[str, Any]] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Nama permintaan ini, misalnya UUID: bila dikirim lagi dalam 24 jam dengan isi yang sama, "
        "jawabannya sama dan tidak ada yang dikerjakan dua kali."
    ),
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}

P = ParamSpec("P")
R = TypeVar("R")


class Reader(FlaskParser):
    """Reads what is sent as the library does; what is nested too deeply is no JSON to us.

    A part of an address that nobody has asked for is refused, as it is in a body.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body; raises BadRequest."""
        try:
            return super().load_json(req, schema)
        except RecursionError:
            raise BadRequest from None


class Section(Blueprint):  # type: ignore[misc]  # the library has no types
    """A part of the API that keys with one scope open."""

    ARGUMENTS_PARSER = Reader()

    def __init__(self, name: str, scope: TokenScope, description: str, *, cost: int = 1) -> None:
        """Take the name of the part, what opens it, and for how many requests each one counts."""
        super().__init__(f"api_{name}", __name__, url_prefix=API, description=description)
        self.scope = scope
        shows_keys(self)
        open_to_tokens(self, scope, cost=cost)
        answer_once(self)


def at(
    section: Section,
    path: str,
    method: str = "GET",
    *,
    refusals: Sequence[int] = (),
    is_done_once: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say where a view is; refusals: with which statuses it may refuse, beyond what all do.

    is_done_once: it stores, and is done once where the request is named.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        named = {"parameters": [IDEMPOTENCY_KEY]} if is_done_once else {}
        documented = section.doc(**{"x-refusals": list(refusals)}, **named)(view)
        return cast("Callable[P, R]", section.route(path, methods=[method])(documented))

    return decorate


def asks(
    section: Section, schema: type[Schema], location: str = "query"
) -> Callable[[Callable[P, R]], Callable[..., R]]:
    """Have a view given what was sent as the schema reads it; else the answer is 422, or 400."""
    decorator = section.arguments(schema, location=location)
    return cast("Callable[[Callable[P, R]], Callable[..., R]]", decorator)


def answers(
    section: Section,
    schema: type[Schema],
    description: str,
    *,
    headers: Mapping[str, Any] | None = None,
    may_be_unchanged: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say what a view answers; `may_be_unchanged`: or 304, to who has the answer already."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        documented = section.response(
            HTTPStatus.OK, schema, description=description, headers=headers
        )(view)
        if may_be_unchanged:
            documented = section.alt_response(
                HTTPStatus.NOT_MODIFIED, description="Tidak ada yang berubah sejak ETag itu."
            )(documented)
        return cast("Callable[P, R]", documented)

    return decorate
