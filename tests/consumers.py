"""Other systems, for tests: who has a key asks the API, and looks at every answer."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from lms.clock import utc_now
from lms.db import transaction
from lms.exchange.enums import TokenScope
from lms.exchange.service import make_token
from lms.http.problems import MEDIA_TYPE
from tests.factories import Factory, InstitutionRef, Person

PROBLEM = {"type", "title", "status", "detail", "reference"}


def key_for(
    make: Factory,
    officer: Person,
    at: InstitutionRef,
    *scopes: TokenScope,
    name: str = "Simpeg",
) -> str:
    """A key that an officer has just made; of every scope if none is named."""
    with make.inside(), transaction():
        return make_token(
            officer.scope, at.id, name, scopes or tuple(TokenScope), 30, now=utc_now()
        )


class Consumer:
    """A program with a key."""

    def __init__(self, app: Flask, key: str | None) -> None:
        self.app = app
        self.key = key

    def ask(
        self,
        path: str,
        *,
        expect: int = 200,
        method: str = "GET",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Ask something; an error has to be a problem, and no answer brings a cookie."""
        given = dict(headers or {})
        if self.key is not None:
            given.setdefault("Authorization", f"Bearer {self.key}")
        sent: dict[str, Any] = {} if body is None else {"json": body}
        answer = self.app.test_client().open(f"/api/v1{path}", method=method, headers=given, **sent)
        assert answer.status_code == expect, answer.text
        assert "Set-Cookie" not in answer.headers
        if expect >= 400:
            assert answer.mimetype == MEDIA_TYPE
            problem = answer.get_json()
            assert problem.keys() >= PROBLEM
            assert problem["status"] == expect
        return answer

    def get(self, path: str, **how: Any) -> Any:
        """The JSON of an answer."""
        return self.ask(path, **how).get_json()

    def take_all(self, path: str = "/certificates?limit=2") -> list[dict[str, Any]]:
        """All entries since the beginning, a page after the other."""
        entries: list[dict[str, Any]] = []
        after, has_more = "", True
        while has_more:
            page = self.get(f"{path}&after={after}" if after else path)
            entries += page["entries"]
            after, has_more = page["next_cursor"], page["has_more"]
        return entries


def positions_of(entries: Collection[Mapping[str, Any]]) -> list[int]:
    """Where entries stand in the log."""
    return [entry["position"] for entry in entries]
