"""Forms of officers: a person for the staff list, many moved to a unit, and where people ask."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Optional, ValidationError

from lms.accounts.rules import read_email
from lms.clock import utc_now
from lms.days import local_day
from lms.institutions.people.facts import FARTHEST
from lms.web.fields import PersonForm, at_most, readable
from lms.web.places.fields import OwnUnitForm


class MoveForm(OwnUnitForm):
    """To which unit many people are moved, and from which day on."""

    unit = StringField(_("Unit kerja tujuan"), [at_most(200)])
    is_needed = True
    day = DateField(
        _("Berlaku sejak"),
        [InputRequired(_("Tulis tanggalnya."))],
        description=_("Tanggal yang akan datang diterapkan pada harinya, paling lama setahun."),
    )

    def validate_day(self, field: DateField) -> None:
        """No further away than a fact may be noted, in either direction."""
        today = local_day(utc_now())
        if field.data and not today - FARTHEST <= field.data <= today + FARTHEST:
            raise ValidationError(_("Tulis tanggal paling lama setahun dari hari ini."))

    def read(self) -> tuple[int, date]:
        """The unit and the day of a form that has been validated."""
        assert self.day.data is not None  # noqa: S101 - it has been validated
        assert self.unit_id is not None  # noqa: S101 - it has been found
        return self.unit_id, self.day.data


class ContactForm(FlaskForm):
    """Where an institution's staff reach its HR office."""

    contact = StringField(
        _("Kontak kepegawaian"),
        [at_most(200)],
        description=_(
            "Surel, telepon, atau WhatsApp kantor, bukan milik pribadi. Tampil di halaman Bantuan "
            "bagi pegawai instansi ini yang sudah masuk. Kosongkan untuk menghapusnya."
        ),
    )


class StaffForm(PersonForm):
    """A person who is put on the staff list; `agreed` says that it holds where others differ.

    `is_asked_about`: who has the number elsewhere is to be asked.
    """

    institution = SelectField(  # type: ignore[call-arg]  # its types are of an older version
        _("Instansi"), invalid_choice_message=_("Pilih satu nama dari daftar.")
    )
    email = StringField(
        _("Surel resmi"),
        [Optional(), readable(read_email)],
        description=_(
            "Tautan untuk membuat kata sandi dikirim ke alamat ini. Kosongkan bila ia tanpa surel: "
            "ia masuk dengan kode aktivasi."
        ),
    )
    agreed = HiddenField("")
    is_asked_about = HiddenField("")
