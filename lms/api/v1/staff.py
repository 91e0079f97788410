"""Puts people on an institution's staff list."""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from lms.addresses import link_address
from lms.api.answers import plain
from lms.api.fields import Many, Sent, Text, long
from lms.api.sections import Section, answers, asks, at
from lms.clock import utc_now
from lms.errors import N_
from lms.exchange.enums import TokenScope
from lms.exchange.staff import put_staff
from lms.http.i18n import translate
from lms.http.problems import code_of
from lms.http.request_bodies import TooLarge
from lms.http.tokens import charge, current_caller
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.named import AT_ONCE, Named
from lms.institutions.staff_lists.plans import Plan

section = Section(
    "staff", TokenScope.STAFF, "Daftar pegawai instansi Anda: ditambah, dibetulkan, dikonfirmasi."
)

A_REQUEST = 50
"""So many people count as one request."""


class PersonSent(Sent):
    """A person as the institution's system has them."""

    name = Text(
        required=True,
        validate=long(200),
        metadata={"description": "Nama lengkap dengan gelar, seperti akan tercetak."},
    )
    employee_number = Text(
        required=True,
        validate=long(60),
        metadata={"description": "NIP atau NI PPPK, 18 angka; inilah yang menandai orangnya."},
    )
    email = Text(
        load_default="",
        validate=long(254, 0),
        metadata={"description": "Surel; kosong: tidak ada, atau tetap seperti yang tercatat."},
    )
    unit = Text(
        load_default="",
        validate=long(200, 0),
        metadata={
            "description": "Kode atau nama unit kerja yang sudah ada; kosong: tetap, atau tanpa."
        },
    )


class PeopleSent(Sent):
    """Many of them."""

    people = Many(
        fields.Nested(PersonSent),
        required=True,
        metadata={"description": f"Paling banyak {AT_ONCE}; lebih dari itu dijawab 413."},
    )


class ChangeMade(Schema):
    """A fact that is another from now on."""

    fact = fields.String(required=True, metadata={"description": "name, number, email, unit."})
    former = fields.String(required=True)
    present = fields.String(required=True)


class StaffResult(Schema):
    """What has come of one person."""

    employee_number = fields.String(
        required=True, metadata={"description": "Seperti Anda menuliskannya."}
    )
    outcome = fields.Enum(
        Verdict,
        by_value=True,
        required=True,
        metadata={
            "description": (
                "new (ditambahkan), changed (dibetulkan), confirmed (sudah mendaftar sendiri atau "
                "pernah bekerja di sini, kini dikonfirmasi), readdressed (sama, dan surelnya "
                "diganti), known (sudah demikian), repeated (sama dengan yang sebelumnya), "
                "refused (tidak ada yang diubah)."
            )
        },
    )
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Nama penolakan, bagi program; null bila tidak ada."},
    )
    detail = fields.String(
        required=True, allow_none=True, metadata={"description": "Penjelasannya, bagi orang."}
    )
    changes = fields.List(fields.Nested(ChangeMade), required=True)


class StaffResults(Schema):
    """What has come of them, in the order of what was sent."""

    results = fields.List(fields.Nested(StaffResult), required=True)


@at(section, "/staff", "PUT", refusals=[409], is_done_once=True)
@asks(section, PeopleSent, "json")
@answers(section, StaffResults, "Hasil bagi setiap pegawai, dalam urutannya.")
def put_people(sent: dict[str, Any]) -> ResponseReturnValue:
    """Tambahkan atau betulkan pegawai dalam daftar instansi Anda.

    Aturan dan penolakannya sama dengan daftar yang dimuat di Kepegawaian oleh pembuat kunci ini.
    Yang tidak disebut tetap; tidak ada yang dikeluarkan, dan surel yang sudah dipakai tidak
    diganti. Satu orang yang ditolak tidak menghalangi yang lain. Setiap 50 orang dihitung sebagai
    satu permintaan.
    """
    people = sent["people"]
    if len(people) > AT_ONCE:
        raise TooLarge(
            N_("Paling banyak %(count)s pegawai sekaligus. Bagi menjadi beberapa permintaan."),
            count=AT_ONCE,
        )
    charge(len(people) // A_REQUEST)
    plans = put_staff(
        current_caller(),
        [
            Named(each["name"], each["employee_number"], each["email"], each["unit"])
            for each in people
        ],
        address=link_address,
        now=utc_now(),
    )
    results = [
        _result(person["employee_number"], plan) for person, plan in zip(people, plans, strict=True)
    ]
    return plain(StaffResults().dump({"results": results}))


def _result(number: str, plan: Plan) -> dict[str, Any]:
    code = None if plan.refusal is None else code_of(plan.refusal)
    if code is None and plan.verdict is Verdict.REFUSED:
        code = "refused"
    return {
        "employee_number": number,
        "outcome": plan.verdict,
        "code": code,
        "detail": None if plan.reason is None else translate(plan.reason),
        "changes": [
            {"fact": fact, "former": former, "present": present}
            for fact, former, present in plan.changes
        ],
    }
