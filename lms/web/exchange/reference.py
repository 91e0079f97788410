"""The page of the API: what can be asked, with which right, and what errors mean."""

from typing import Any, Protocol

from flask import render_template


class Reference(Protocol):
    """What the page reads of the document."""

    @property
    def operations(self) -> list[Any]:
        """What can be asked."""

    @property
    def problems(self) -> list[tuple[str, int, str]]:
        """Of each error its place on the page, its status, and what it means."""


def render_reference(document: Reference) -> str:
    """The page, in the layout of all others."""
    return render_template("exchange/reference.html", document=document)
