"""How far an institution's people are."""

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from lms.accounts.enums import EmployeeKind
from lms.api.answers import plain
from lms.api.fields import Sent, Text, Whole, between, long
from lms.api.sections import Section, answers, asks, at
from lms.clock import utc_now
from lms.exchange.enums import TokenScope
from lms.exchange.progress import list_progress
from lms.http.tokens import current_caller
from lms.progress.rules import Status

section = Section(
    "progress", TokenScope.PROGRESS, "Pegawai instansi Anda, dan seberapa jauh setiap modulnya."
)


class PageOf(Sent):
    """Which page."""

    after = Text(
        validate=long(2_000),
        metadata={"description": "next_cursor dari jawaban sebelumnya; kosong: dari awal."},
    )
    limit = Whole(
        load_default=100,
        validate=between(1, 200),
        metadata={"description": "Paling banyak berapa orang."},
    )


class ModuleProgress(Schema):
    """How far a person is in one module."""

    code = fields.String(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    finished_on = fields.Date(required=True, allow_none=True)
    certificate_number = fields.String(required=True, allow_none=True)
    is_expired = fields.Boolean(required=True)
    is_revoked = fields.Boolean(required=True)


class StaffProgress(Schema):
    """A person, and how far they are."""

    name = fields.String(required=True)
    employee_number = fields.String(required=True, allow_none=True)
    kind = fields.Enum(EmployeeKind, by_value=True, required=True, allow_none=True)
    unit_name = fields.String(required=True, allow_none=True)
    is_confirmed = fields.Boolean(required=True)
    is_activated = fields.Boolean(required=True)
    status = fields.Enum(Status, by_value=True, required=True)
    credit_hours = fields.Integer(required=True, metadata={"description": "JP tahun ini."})
    modules = fields.List(fields.Nested(ModuleProgress), required=True)


class ProgressPage(Schema):
    """A page of people, by name."""

    people = fields.List(fields.Nested(StaffProgress), required=True)
    next_cursor = fields.String(
        required=True, allow_none=True, metadata={"description": "null: ini halaman terakhir."}
    )


@at(section, "/progress")
@asks(section, PageOf)
@answers(section, ProgressPage, "Sehalaman pegawai, menurut nama.")
def list_people(asked: dict[str, Any]) -> ResponseReturnValue:
    """Kemajuan pegawai instansi Anda saat ini, menurut nama.

    Daftar ini keadaan sekarang, bukan riwayat: siapa yang namanya berubah di antara dua halaman
    dapat terlewat. Untuk tetap selaras, pakai certificates.
    """
    page = list_progress(current_caller().scope, asked.get("after"), asked["limit"], now=utc_now())
    return plain(ProgressPage().dump(page))
