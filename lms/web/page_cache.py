"""Templates that many readers share word for word, rendered once and cached.

A cached template is given nothing but what its key is made of, so that nothing of one reader can
stay in it for another. What differs from one to the next stands in it as a slot, and is put in
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
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from lms.http.principal import find_visitor
from lms.web.formatting import Appearance, Visitor, appearance, current_path, current_visitor

# As Werkzeug writes queries.
_SAFE_IN_QUERIES: Final = "!$'()*,/:;?@"

# What a slot begins with while a template is rendered to be cached; None at any other time. Drawn
# anew for each rendering, so that no text that an author or a reader wrote before can hold one. It
# passes unchanged through quoting and escaping.
_mark: ContextVar[str | None] = ContextVar("mark", default=None)

Facts = tuple[tuple[str, Hashable], ...]


def render_cached(
    template: str, slots: Mapping[str, object] | None = None, **facts: Hashable
) -> Markup:
    """A template as this visitor sees it.

    `facts` are what it hangs on: rendered once for the same facts, the same wishes how pages are to
    look, and visitors who see the same sections. `slots` are texts that it only prints: it finds
    them as `slots.name`, and may ask whether one is there, but neither change nor compare them.
    """
    slots = slots or {}
    is_part = template.rpartition("/")[2].startswith("_")
    find = _pieces if current_app.debug else _pieces_of_part if is_part else _pieces_of_page
    pieces = find(
        template, appearance(), current_visitor(), frozenset(slots), tuple(sorted(facts.items()))
    )
    names = pieces[1::2]
    values = {
        name: escape(_COMMON[name]() if name in _COMMON else slots[name]) for name in set(names)
    }
    filled = list(pieces)
    filled[1::2] = [values[name] for name in names]
    return Markup("".join(filled))  # noqa: S704 - a rendered template, and values that are escaped


def csrf_token() -> str:
    """The token that a form of this visitor carries."""
    return _slot("_token") or generate_csrf()


def visitor_name() -> str:
    """The name of the person signed in, or nothing; as harmless as any other text of theirs."""
    if slot := _slot("_name"):
        return slot
    person = None if g.get("is_unexpected") else find_visitor()
    return "" if person is None else person.name


def messages() -> Markup:
    """The messages that were saved for the next page of this visitor, which is this one."""
    if slot := _slot("_messages"):
        return Markup(slot)  # noqa: S704 - hexadecimal digits and a name of ours
    if "_flashes" not in session:
        return Markup()
    component = current_app.jinja_env.get_template("components/state.html").module
    flashes: Markup = component.flashes(get_flashed_messages(with_categories=True))  # type: ignore[attr-defined]
    return flashes


def _slot(name: str) -> str | None:
    """How a slot stands in a template that is rendered to be cached; None in any other."""
    mark = _mark.get()
    return None if mark is None else f"{mark}{name}."


def _quoted_path() -> str:
    """The page's address as it stands in the query of another."""
    return quote(current_path(), safe=_SAFE_IN_QUERIES)


_COMMON: Final[Mapping[str, Callable[[], str]]] = {
    "_token": csrf_token,
    "_messages": messages,
    "_name": visitor_name,
    "_path": lambda: _slot("_path") or _quoted_path(),
}


def _pieces(
    template: str,
    look: Appearance,
    visitor: Visitor | None,
    names: frozenset[str],
    facts: Facts,
) -> tuple[str, ...]:
    """The template's text in pieces: every second one is the name of a slot."""
    mark = f"slot.{token_hex(16)}."
    known = {
        "appearance": look,
        "visitor": visitor,
        "current_path": f"{mark}_path.",
        "issuer_name": current_app.config["SAKUHAM"].issuer_name,
        "slots": {name: Markup(f"{mark}{name}.") for name in names},  # noqa: S704 - as above
        **dict(facts),
    }
    token = _mark.set(mark)
    try:
        text = current_app.jinja_env.get_template(template).render(known)
    finally:
        _mark.reset(token)
    # What is no slot's name is left as the text that it is.
    return tuple(re.split(re.escape(mark) + f"({'|'.join([*_COMMON, *names])})\\.", text))


# A page is some thirty kilobytes; a part, whose file begins with an underscore, is one or two.
_pieces_of_page = lru_cache(maxsize=512)(_pieces)
_pieces_of_part = lru_cache(maxsize=4096)(_pieces)
