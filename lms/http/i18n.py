"""Translates sentences of the domain into the language of the request."""

from flask_babel import gettext

from lms.errors import Sentence


def translate(sentence: Sentence) -> str:
    """A sentence in the reader's language, filled in."""
    text: str = gettext(sentence.text)
    return text % sentence.values if sentence.values else text
