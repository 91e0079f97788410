"""The document of the API for programs, and the page for people: for everybody."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from lms.api.document import current_document
from lms.http.doors import open_to_all
from lms.http.problems import API

bp = Blueprint("api_documents", __name__)
open_to_all(bp)


@bp.get(f"{API}/openapi.json")
def openapi() -> ResponseReturnValue:
    """The document in OpenAPI 3.1."""
    response = Response(current_document().content, mimetype="application/json")
    response.add_etag(weak=True)
    return response.make_conditional(request)


@bp.get("/api")
def show() -> ResponseReturnValue:
    """The same to be read."""
    page: str = current_app.extensions["api_page"](current_document())
    return page
