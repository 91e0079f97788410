"""Reads a CSV file or spreadsheet that a command was given."""

from collections.abc import Callable
from typing import TypeVar

import click

from lms.tables.models import NotATable

T = TypeVar("T")


def read_or_end(read: Callable[[], T]) -> T:
    """What a file holds; the words of one that is no table end the command."""
    try:
        return read()
    except NotATable as problem:
        raise click.ClickException(str(problem)) from problem
