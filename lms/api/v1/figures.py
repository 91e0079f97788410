"""The figures of programmes."""

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from lms.api.answers import plain
from lms.api.sections import Section, answers, at
from lms.clock import utc_now
from lms.exchange.enums import TokenScope
from lms.exchange.figures import list_figures
from lms.http.tokens import current_caller

section = Section("figures", TokenScope.FIGURES, "Angka program: nasional, dan instansi Anda.")


class FigureEntry(Schema):
    """A programme's figure, and what it rests on."""

    slug = fields.String(required=True)
    name = fields.String(required=True, attribute="nation.name")
    count = fields.Integer(
        required=True, attribute="nation.count", metadata={"description": "Nasional."}
    )
    own_count = fields.Integer(required=True, metadata={"description": "Instansi Anda."})
    target = fields.Integer(required=True, attribute="nation.target")
    as_of = fields.AwareDateTime(required=True, attribute="nation.as_of")
    ledger_position = fields.Integer(required=True, attribute="nation.ledger_position")
    definition_version = fields.Integer(required=True, attribute="nation.definition_version")


class Figures(Schema):
    """Every programme."""

    programmes = fields.List(fields.Nested(FigureEntry), required=True)


@at(section, "/figures")
@answers(section, Figures, "Angka setiap program pada saat ini.")
def show_figures() -> ResponseReturnValue:
    """Angka program, dan bagian instansi Anda di dalamnya."""
    figures = list_figures(current_caller().scope, now=utc_now())
    return plain(Figures().dump({"programmes": figures}))
