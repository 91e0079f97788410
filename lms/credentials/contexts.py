"""The JSON-LD contexts, from our own copies: nothing is ever fetched."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from lms.credentials.document import BADGES_CONTEXT, CREDENTIALS_CONTEXT

BUILT_CONTEXTS: Final = Path(__file__).resolve().with_name("contexts")  # frontend/contexts.mjs

FILES: Final = {CREDENTIALS_CONTEXT: "credentials-v2.json", BADGES_CONTEXT: "badges-3.0.3.json"}


class UnknownContext(ValueError):
    """A document names a context of which we have no copy."""


def load_context(address: str, _options: object = None) -> dict[str, Any]:
    """A context as pyld wants it; raises UnknownContext for one that we have no copy of.

    Raises FileNotFoundError where set-up has not taken the copies out of their packages.
    """
    if address not in FILES:
        raise UnknownContext(address)
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _read(FILES[address]),
    }


@cache
def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((BUILT_CONTEXTS / name).read_bytes())
    return content
