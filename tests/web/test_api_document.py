"""The API keeps to its own document, whatever it is sent: asked by schemathesis."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from lms.clock import utc_now
from lms.db import transaction
from lms.exchange.idempotency import KEPT_FOR, forget_old_answers
from lms.http.rate_limits import forget_counts
from lms.transparency.sequencer import sequence_batch
from tests.consumers import key_for
from tests.factories import Factory

EXAMPLES = 40
WITH_CURSOR = {"/certificates", "/progress"}
PATHS = ("/certificates", "/check", "/checks", "/progress", "/figures", "/staff")

pytestmark = pytest.mark.both


@pytest.fixture
def key(make: Factory) -> str:
    """A key of an institution that has a certificate of every kind."""
    ours, book = make.institution(), make.book()
    make.programme()
    make.certificate(make.learner(at=ours), book)
    make.revoke(make.certificate(make.learner(at=ours), book))
    with make.inside(), transaction():
        sequence_batch("sakuham.example/log", now=utc_now())
    return key_for(make, make.officer(at=ours), ours)


def operations_of(app: Flask) -> dict[str, Any]:
    """What the document says can be asked, by path."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found: Any = (result.ok() for result in schema.get_all_operations())  # type: ignore[union-attr]
    return {operation.path.removeprefix("/api/v1"): operation for operation in found}


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_document_says(
    app: Flask, make: Factory, key: str, path: str, mode: GenerationMode
) -> None:
    operation = operations_of(app)[path]
    # A cursor is opaque: no document tells one of ours from another text of its length.
    excluded: list[Any] = [positive_data_acceptance] if path in WITH_CURSOR else []
    headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case[Any]) -> None:
        forget_counts(app)
        with make.inside(), transaction():  # no document tells that a name was used before
            forget_old_answers(now=utc_now() + 2 * KEPT_FOR)
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    ask()


def test_no_part_of_the_document_is_left_out(app: Flask) -> None:
    assert operations_of(app).keys() == set(PATHS)
