"""Forms about single people: a dated fact, an address, a merge."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    BooleanField,
    DateField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lms.accounts.rules import read_email
from lms.institutions.people.held import LONGEST_REASON
from lms.web.fields import at_most, readable
from lms.web.places.fields import OwnUnitForm, PlaceForm

UNIT, OUT, RETIRED, DIED = "unit", "instansi", "pensiun", "meninggal"
KINDS = (
    (UNIT, _("Pindah unit kerja di instansi ini")),
    (OUT, _("Pindah ke instansi lain")),
    (RETIRED, _("Pensiun")),
    (DIED, _("Meninggal dunia")),
)


class FactForm(OwnUnitForm, PlaceForm):
    """What happened, from which day on, and where to; a place only of who moves to one."""

    kind = RadioField(
        _("Yang terjadi"),
        [InputRequired(_("Pilih apa yang terjadi."))],
        choices=[SelectChoice(value, words) for value, words in KINDS],
    )
    day = DateField(
        _("Berlaku sejak"),
        [InputRequired(_("Tulis tanggalnya."))],
        description=_("Tanggal yang akan datang diterapkan pada harinya."),
    )
    unit = StringField(
        _("Unit kerja tujuan"),
        [at_most(200)],
        description=_("Hanya bagi yang pindah unit kerja."),
    )
    is_needed = True
    may_be_unlisted = False

    def _find_unit(self) -> bool:
        return self.kind.data != UNIT or super()._find_unit()

    def _find_institution(self) -> bool:
        return self.kind.data != OUT or super()._find_institution()


class CodesForm(OwnUnitForm):
    """For whom a sheet of codes is made."""

    unit = StringField(
        _("Untuk siapa"),
        [at_most(200)],
        description=_(
            "Di sebuah unit kerja dan di bawahnya: semua yang belum aktif, juga yang punya surel."
        ),
    )
    nothing = _("Semua yang belum aktif dan tanpa surel")


class InvitationForm(OwnUnitForm):
    """Who is invited by mail."""

    unit = StringField(
        _("Untuk siapa"),
        [at_most(200)],
        description=_("Di sebuah unit kerja dan di bawahnya: semua yang belum aktif."),
    )
    nothing = _("Semua yang belum aktif")


class AddressForm(FlaskForm):
    """The address of who has not activated their account."""

    email = StringField(
        _("Surel"),
        [InputRequired(_("Tulis alamat surelnya.")), readable(read_email)],
        description=_("Tautan untuk membuat kata sandi dikirim ke alamat ini."),
    )


class ReasonForm(FlaskForm):
    """Why two accounts are merged, or parted; key: tells its fields from those of other forms."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(**values)
        for field in self:
            field.id = f"{field.name}-{key}"

    reason = TextAreaField(
        _("Alasan"),
        [InputRequired(_("Tulis alasannya.")), at_most(LONGEST_REASON)],
        description=_("Tercatat bersama nama Anda, misalnya: NIP berganti karena kontrak baru."),
    )


class MergeForm(ReasonForm):
    """Why two accounts are merged, and whether the officer is sure."""

    is_sure = BooleanField(_("Saya sudah memastikan bahwa keduanya satu orang"))
