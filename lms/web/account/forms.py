"""Forms about accounts; each is read into values, or says what is wrong beside the field."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from lms.accounts.rules import (
    TARGET_LENGTH,
    NumberFacts,
    read_email,
    read_employee_number,
    read_name,
)
from lms.errors import Invalid, Refusal
from lms.http.addresses import local_path
from lms.http.i18n import translate


def at_most(count: int) -> Length:
    """A validator that takes no text longer than this many characters."""
    return Length(max=count, message=_("Paling panjang %(max)d karakter."))


def typed(field: Field) -> str:
    """The text of a field; WTForms gives None for one that was not sent."""
    return field.data or ""


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


class DoorForm(FlaskForm):
    """A form on the way in: it carries along where the person was going."""

    next = HiddenField("")  # without a label WTForms opens its catalogues for one, each time

    @property
    def target(self) -> str:
        """A page of ours, or nothing."""
        target = local_path(self.next.data) or ""
        return target if len(target) <= TARGET_LENGTH else ""


class SignInForm(DoorForm):
    """Signing in with a number or an address."""

    identifier = StringField(
        _("NIP atau surel"),
        [InputRequired(_("Tulis NIP, NI PPPK, atau surel Anda.")), at_most(254)],
    )
    password = PasswordField(_("Kata sandi"), [InputRequired(_("Tulis kata sandi Anda."))])


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


class RegisterForm(DoorForm, PersonForm):
    """Registering oneself."""

    institution = StringField(
        _("Instansi"),
        [InputRequired(_("Pilih instansinya.")), at_most(200)],
        description=_("Ketik beberapa huruf, lalu pilih dari daftar."),
    )


class LinkForm(DoorForm):
    """Asking for the link by which one chooses a password, the first one or another."""

    identifier = StringField(
        _("NIP atau surel"),
        [InputRequired(_("Tulis NIP, NI PPPK, atau surel Anda.")), at_most(254)],
    )


class PresentPasswordForm(FlaskForm):
    """The password that a person has, asked for before it is replaced."""

    present = PasswordField(
        _("Kata sandi sekarang"), [InputRequired(_("Tulis kata sandi Anda yang sekarang."))]
    )


class PasswordForm(FlaskForm):
    """Choosing a password, typed twice."""

    password = PasswordField(
        _("Kata sandi baru"),
        [InputRequired(_("Tulis kata sandi yang baru."))],
        description=_(
            "Paling sedikit 10 karakter. Beberapa kata yang tidak berhubungan paling mudah diingat."
        ),
    )
    again = PasswordField(
        _("Ulangi kata sandi"), [InputRequired(_("Tulis kata sandi itu sekali lagi."))]
    )

    def validate_again(self, field: Field) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValidationError(_("Kedua kata sandi belum sama. Ketik ulang keduanya."))


class ChangePasswordForm(PresentPasswordForm, PasswordForm):
    """Another password, for who knows the present one."""
