"""Answers as JSON, with what lets a client have them again only where they have changed."""

import json
from typing import Any

from flask import Request, Response


def conditional(request: Request, body: dict[str, Any]) -> Response:
    """An answer with an ETag of its content; 304 to who has it already."""
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def plain(body: dict[str, Any]) -> Response:
    """An answer that is as old as the question."""
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
