"""What forms of several sections share: how fields are read and blamed, and a person's own."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from lms.accounts.rules import NumberFacts, read_email, read_employee_number, read_name
from lms.errors import Invalid, Refusal
from lms.http.i18n import translate


def at_most(count: int) -> Length:
    """A validator that takes no text longer than this many characters."""
    return Length(max=count, message=_("Paling panjang %(max)d karakter."))


def typed(field: Field) -> str:
    """The text of a field; WTForms gives None for one that was not sent."""
    return field.data or ""


def key_of(fields: MultiDict[str, str], name: str) -> int | None:
    """A row's key in an address; nothing for what can be none."""
    key = fields.get(name, "")
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else None


def readable(read: Callable[[str], object]) -> Callable[[Form, Field], None]:
    """A validator from a rule that reads text: its refusal becomes the field's error."""

    def check(_form: Form, field: Field) -> None:
        try:
            read(typed(field))
        except Invalid as refusal:
            raise ValidationError(translate(refusal.sentence)) from refusal

    return check


def blame(form: FlaskForm, refusal: Refusal) -> None:
    """Put a refusal beside the field it is about, or above the form if it is about none."""
    sentence = translate(refusal.sentence)
    if not isinstance(refusal, Invalid):
        form.form_errors.append(sentence)
        return
    field: Any = form[refusal.field]
    field.errors = [*field.errors, sentence]


class CorrectionForm(FlaskForm):
    """A person's name and number, as a certificate prints them."""

    name = StringField(
        _("Nama lengkap dengan gelar"),
        [InputRequired(_("Tulis nama lengkapnya.")), readable(read_name)],
        description=_("Ditulis seperti ini pada sertifikat."),
    )
    employee_number = StringField(
        _("NIP atau NI PPPK"),
        [InputRequired(_("Tulis NIP atau NI PPPK, 18 angka.")), readable(read_employee_number)],
        description=_("18 angka; spasi boleh."),
    )

    def read(self) -> tuple[str, NumberFacts]:
        """The values of a form that has been validated."""
        return read_name(typed(self.name)), read_employee_number(typed(self.employee_number))


class PersonForm(CorrectionForm):
    """A person's name, number and address, as a staff list has them."""

    email = StringField(
        _("Surel resmi"),
        [InputRequired(_("Tulis alamat surelnya.")), readable(read_email)],
        description=_("Tautan untuk membuat kata sandi dikirim ke alamat ini."),
    )
