"""Checks of certificates, one or many."""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from lms.api.answers import plain
from lms.api.fields import Many, Sent, Text, Whole, long
from lms.api.sections import Section, answers, asks, at
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import N_
from lms.exchange.checks import AT_ONCE, Answered, Asked, check_all, count_guessable
from lms.exchange.enums import TokenScope
from lms.http.request_bodies import TooLarge
from lms.http.tokens import charge, count_for_key, current_caller
from lms.http.unit_of_work import only_asks

section = Section(
    "checks",
    TokenScope.CHECK,
    "Apakah sertifikat sah: menurut kode, nomor resmi, atau tautannya.",
)
only_asks(section, "check_many")

GUESSES = "5000 per hour"
"""So many of one key's references may be no codes: numbers follow one another."""

A_REQUEST = 50
"""So many references count as one request."""


class Reference(Sent):
    """What there is of a certificate."""

    reference = Text(
        required=True,
        validate=long(400),
        metadata={"description": "Kode verifikasi, nomor resmi, atau tautan pemeriksaannya."},
    )


class Item(Reference):
    """The same, and what a list says of its holder."""

    name = Text(
        load_default="",
        validate=long(200, 0),
        metadata={"description": "Nama pemegang menurut data Anda; dibandingkan."},
    )
    employee_number = Text(
        load_default="",
        validate=long(60, 0),
        metadata={"description": "NIP atau NI PPPK menurut data Anda; dibandingkan."},
    )
    credit_hours = Whole(
        load_default=None,
        allow_none=True,
        metadata={"description": "JP menurut data Anda; dibandingkan."},
    )


class Items(Sent):
    """Many of them."""

    items = Many(
        fields.Nested(Item),
        required=True,
        metadata={"description": f"Paling banyak {AT_ONCE}; lebih dari itu dijawab 413."},
    )


class Difference(Schema):
    """A fact that is written otherwise in the register."""

    fact = fields.String(required=True)
    written = fields.String(required=True)
    registered = fields.String(required=True)


class Result(Schema):
    """What was found for one reference."""

    reference = fields.String(required=True)
    verdict = fields.String(
        required=True,
        metadata={
            "description": (
                "valid, expired, revoked, replaced, different (isian Anda berbeda dari register), "
                "unknown, atau foreign (alamat situs lain)."
            )
        },
    )
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "Mengapa ini bukan kode."}
    )
    number = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    holder_name = fields.String(required=True, allow_none=True)
    employee_number = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Utuh bagi pegawai instansi Anda yang terkonfirmasi."},
    )
    institution_name = fields.String(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    credit_hours = fields.Integer(required=True, allow_none=True)
    completed_on = fields.String(required=True, allow_none=True)
    ended_on = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    replaced_by = fields.String(required=True, allow_none=True)
    is_confirmed = fields.Boolean(required=True, allow_none=True)
    differences = fields.List(fields.Nested(Difference), required=True)


class Results(Schema):
    """What was found, in the order of what was asked."""

    results = fields.List(fields.Nested(Result), required=True)


@at(section, "/check")
@asks(section, Reference)
@answers(section, Result, "Putusannya.")
def check_one(asked: dict[str, Any]) -> ResponseReturnValue:
    """Periksa satu sertifikat."""
    (answer,) = _check([Asked(reference=asked["reference"])])
    return plain(Result().dump(answer))


@at(section, "/checks", "POST")
@asks(section, Items, "json")
@answers(section, Results, "Putusan bagi setiap rujukan, dalam urutannya.")
def check_many(asked: dict[str, Any]) -> ResponseReturnValue:
    """Periksa banyak sertifikat sekaligus.

    Aturannya sama dengan Verifikasi, Periksa banyak. Nama, NIP, dan JP boleh disertakan untuk
    dibandingkan dengan register. Setiap 50 rujukan dihitung sebagai satu permintaan.
    """
    if len(asked["items"]) > AT_ONCE:
        raise TooLarge(
            N_("Paling banyak %(count)s rujukan sekaligus. Bagi menjadi beberapa permintaan."),
            count=AT_ONCE,
        )
    charge(len(asked["items"]) // A_REQUEST)
    items = [
        Asked(
            reference=item["reference"],
            name=item["name"],
            employee_number=item["employee_number"],
            credit_hours="" if item["credit_hours"] is None else str(item["credit_hours"]),
        )
        for item in asked["items"]
    ]
    return plain({"results": [Result().dump(answer) for answer in _check(items)]})


def _check(items: list[Asked]) -> list[dict[str, Any]]:
    count_for_key(GUESSES, "api: certificates by number", count_guessable(items))
    now = utc_now()
    return [
        _plain(answer) for answer in check_all(current_caller().scope, items, today=local_day(now))
    ]


def _plain(answer: Answered) -> dict[str, Any]:
    found = answer.found
    return {
        "reference": answer.reference,
        "verdict": answer.verdict,
        "problem": found.problem,
        "number": found.number,
        "code": found.code,
        "holder_name": found.name,
        "employee_number": found.employee_number,
        "institution_name": found.institution,
        "title": found.title,
        "credit_hours": found.credit_hours,
        "completed_on": found.completed_on,
        "ended_on": found.ended_on,
        "reason": found.reason,
        "replaced_by": found.replaced_by,
        "is_confirmed": found.is_confirmed,
        "differences": [
            {"fact": fact, "written": written, "registered": registered}
            for fact, written, registered in found.differences
        ],
    }
