"""What many pages share word for word, made once and kept.

A kept template is given nothing but what its key is made of, so that nothing of one reader can
stay in it for another. What differs from one to the next stands in it as a mark, and is put in
each time: the visitor's token, the page's address, and the texts that the caller hands over.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from secrets import token_hex
from typing import Final
from urllib.parse import quote

from flask import current_app, g, get_flashed_messages, session
from markupsafe import Markup, escape

from lms.http.csrf import own_token
from lms.http.principal import find_visitor
from lms.web.formatting import Appearance, Visitor, appearance, current_path, current_visitor

# They pass unchanged through quoting and escaping. Drawn anew by each process, so that no author
# and no reader can write one: a text would otherwise be given what it stands for, such as a token.
# The names of those that every page may have begin with an underscore; those of `shown` never do.
_MARK: Final = f"mark.{token_hex(16)}.{{}}."
_MARKS: Final = re.compile(re.escape(_MARK).replace(r"\{\}", r"(\w+)"))

# As Werkzeug writes queries.
_SAFE_IN_QUERIES: Final = "!$'()*,/:;?@"

_is_keeping: ContextVar[bool] = ContextVar("is_keeping", default=False)

Facts = tuple[tuple[str, Hashable], ...]


def kept(template: str, shown: Mapping[str, object] | None = None, **facts: Hashable) -> Markup:
    """A template as this visitor sees it.

    `facts` are what it hangs on: made once for the same facts, the same wishes how pages are to
    look, and visitors who see the same sections. `shown` are texts that it only prints: it finds
    them as `shown.name`, and may ask whether one is there, but neither change nor compare them.
    """
    shown = shown or {}
    is_part = template.rpartition("/")[2].startswith("_")
    find = _pieces if current_app.debug else _pieces_of_part if is_part else _pieces_of_page
    pieces = find(
        template, appearance(), current_visitor(), frozenset(shown), tuple(sorted(facts.items()))
    )
    names = pieces[1::2]
    values = {
        name: escape(_COMMON[name]() if name in _COMMON else shown[name]) for name in set(names)
    }
    filled = list(pieces)
    filled[1::2] = [values[name] for name in names]
    return Markup("".join(filled))  # noqa: S704 - a rendered template, and values that are escaped


def csrf_token() -> str:
    """The token that a form of this visitor carries."""
    return _MARK.format("_token") if _is_keeping.get() else own_token()


def visitor_name() -> str:
    """The name of the person signed in, or nothing; as harmless as any other text of theirs."""
    if _is_keeping.get():
        return _MARK.format("_name")
    person = None if g.get("is_accident") else find_visitor()
    return "" if person is None else person.name


def messages() -> Markup:
    """The messages that were kept for the next page of this visitor, which is this one."""
    if _is_keeping.get():
        return Markup(_MARK.format("_messages"))  # noqa: S704 - a constant
    if "_flashes" not in session:
        return Markup()
    component = current_app.jinja_env.get_template("components/state.html").module
    flashes: Markup = component.flashes(get_flashed_messages(with_categories=True))  # type: ignore[attr-defined]
    return flashes


def _quoted_path() -> str:
    """The page's address as it stands in the query of another."""
    return quote(current_path(), safe=_SAFE_IN_QUERIES)


_COMMON: Final[Mapping[str, Callable[[], str]]] = {
    "_token": csrf_token,
    "_messages": messages,
    "_name": visitor_name,
    "_path": lambda: _MARK.format("_path") if _is_keeping.get() else _quoted_path(),
}


def _pieces(
    template: str,
    look: Appearance,
    visitor: Visitor | None,
    names: frozenset[str],
    facts: Facts,
) -> tuple[str, ...]:
    """The template's text in pieces: every second one is the name of a mark."""
    known = {
        "appearance": look,
        "visitor": visitor,
        "current_path": _MARK.format("_path"),
        "issuer_name": current_app.config["SAKUHAM"].issuer_name,
        "shown": {name: Markup(_MARK.format(name)) for name in names},  # noqa: S704 - constants
        **dict(facts),
    }
    token = _is_keeping.set(True)
    try:
        text = current_app.jinja_env.get_template(template).render(known)
    finally:
        _is_keeping.reset(token)
    return tuple(_MARKS.split(text))


# A page is some thirty kilobytes; a part, whose file begins with an underscore, is one or two.
_pieces_of_page = lru_cache(maxsize=512)(_pieces)
_pieces_of_part = lru_cache(maxsize=4096)(_pieces)
