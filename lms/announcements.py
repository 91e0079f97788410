"""Domain events: typed, announced by a package, and handled above it in a fixed order.

A lower package knows none of its listeners; they join its transaction. `lms/wiring.py` lists them
for each application, so that who reads that file knows all that follows from an event.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app

_EXTENSION = "listeners"

E = TypeVar("E")


def listen(app: Flask, event: type[E], *listeners: Callable[[E], None]) -> None:
    """Have these functions called, in this order, with every event of a kind.

    Raises ValueError when the kind has its listeners already: their order stands in one place.
    """
    wired = app.extensions.setdefault(_EXTENSION, {})
    if event in wired:
        raise ValueError(f"{event.__name__} has its listeners already.")
    wired[event] = listeners


def announce(event: object) -> None:
    """Tell the listeners of an event; what one of them raises undoes the whole transaction.

    Raises LookupError for a kind of which the application has never heard: silence would be an
    attempt without its certificate.
    """
    wired: dict[type[object], tuple[Callable[[Any], None], ...]] = current_app.extensions[
        _EXTENSION
    ]
    if type(event) not in wired:
        raise LookupError(f"Nobody is wired to hear of {type(event).__name__}.")
    for listener in wired[type(event)]:
        listener(event)
