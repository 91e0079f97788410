"""A section says which headers its answers have; what says nothing is strict."""

import pytest
from flask import Blueprint, Flask

from lms.http.doors import open_to_all
from lms.http.headers import headers, init_headers


@pytest.fixture
def sections() -> Flask:
    """A page of a strict section, and one that a learning platform shows in a frame."""
    app = Flask(__name__)
    init_headers(app)
    plain, framed, kept = (Blueprint(name, __name__) for name in ("plain", "framed", "kept"))
    for blueprint in (plain, framed, kept):
        open_to_all(blueprint)
        blueprint.get(f"/{blueprint.name}")(lambda: "ya")
    kept.get("/mine", endpoint="mine")(lambda: ("ya", {"Cache-Control": "no-store"}))
    headers(framed, frame_ancestors="https://lms.example")
    headers(kept, cache_control="public, max-age=60")
    for blueprint in (plain, framed, kept):
        app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize(
    ("path", "ancestors", "caching"),
    [
        ("/plain", "'none'", "private, no-cache"),
        ("/framed", "https://lms.example", "private, no-cache"),
        ("/kept", "'none'", "public, max-age=60"),
        ("/mine", "'none'", "no-store"),
        ("/nowhere", "'none'", "private, no-cache"),
    ],
)
def test_a_section_says_who_may_frame_and_keep_its_pages(
    sections: Flask, path: str, ancestors: str, caching: str
) -> None:
    answer = sections.test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith(f"; frame-ancestors {ancestors}")
    assert answer.headers["Cache-Control"] == caching
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
