"""What has happened to an institution's certificates, since a cursor."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from lms.api.answers import conditional
from lms.api.fields import Sent, Text, Whole, between, long
from lms.api.sections import Section, answers, asks, at
from lms.certificates.enums import RevocationGround
from lms.certificates.models import LedgerKind
from lms.exchange.changes import list_changes
from lms.exchange.enums import TokenScope
from lms.http.tokens import current_caller

section = Section(
    "certificates",
    TokenScope.CERTIFICATES,
    "Sertifikat pegawai instansi Anda: terbit, diganti, dicabut, dipulihkan.",
)


class Since(Sent):
    """From where on, and how many at most."""

    after = Text(
        validate=long(40),
        metadata={"description": "next_cursor dari jawaban sebelumnya; kosong: dari awal."},
    )
    limit = Whole(
        load_default=200,
        validate=between(1, 500),
        metadata={"description": "Paling banyak berapa entri."},
    )


class CertificateEntry(Schema):
    """One thing that happened to a certificate, and what the certificate says."""

    position = fields.Integer(
        required=True, metadata={"description": "Letak dalam log publik; tidak pernah berubah."}
    )
    kind = fields.Enum(LedgerKind, by_value=True, required=True)
    entered_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True)
    ground = fields.Enum(RevocationGround, by_value=True, required=True, allow_none=True)
    replacement_number = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Nomor sertifikat pengganti, pada entri replaced."},
    )
    number = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Kode verifikasi."})
    holder_name = fields.String(required=True)
    employee_number = fields.String(required=True, allow_none=True)
    institution_name = fields.String(required=True, allow_none=True)
    was_confirmed = fields.Boolean(
        required=True,
        metadata={"description": "Apakah instansi sudah mengonfirmasi pegawainya saat terbit."},
    )
    title = fields.String(required=True)
    pocketbook_code = fields.String(required=True, allow_none=True)
    edition_name = fields.String(required=True, allow_none=True)
    credit_hours = fields.Integer(required=True, metadata={"description": "JP."})
    completed_on = fields.Date(required=True)
    issued_at = fields.AwareDateTime(required=True)
    valid_until = fields.Date(required=True, allow_none=True)


class CertificateEntries(Schema):
    """A stretch of what happened."""

    entries = fields.List(fields.Nested(CertificateEntry), required=True)
    next_cursor = fields.String(
        required=True, metadata={"description": "Simpan bersama entri-entri ini, lalu pakai lagi."}
    )
    has_more = fields.Boolean(
        required=True,
        metadata={"description": "Masih ada kelanjutannya sekarang, juga bila entries kosong."},
    )


@at(section, "/certificates", refusals=[409])
@asks(section, Since)
@answers(section, CertificateEntries, "Entri sesudah kursor.", may_be_unchanged=True)
def list_entries(since: dict[str, Any]) -> ResponseReturnValue:
    """Entri sertifikat instansi Anda sejak sebuah kursor.

    Urutannya urutan log publik, tanpa celah: siapa yang menyimpan entri bersama next_cursor dan
    bertanya lagi dengannya, tidak kehilangan satu pun dan tidak menerima satu pun dua kali.
    Sertifikat termasuk instansi yang tertulis padanya, yaitu tempat pegawai bekerja pada hari
    terbitnya. Entri baru masuk log beberapa detik setelah terjadi.
    """
    changes = list_changes(current_caller().scope, since.get("after"), since["limit"])
    return conditional(request, CertificateEntries().dump(changes))
