"""Jinja's templates of printed pages: values only, and an undefined one is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@cache
def jinja_environment(folder: Path) -> Environment:
    """The Jinja templates of a folder, compiled once in a process."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
