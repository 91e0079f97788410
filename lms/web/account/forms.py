"""Forms about accounts; each is read into values, or says what is wrong beside the field."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired

from lms.accounts.rules import TARGET_LENGTH, read_email
from lms.http.addresses import local_path
from lms.web.fields import PersonForm, at_most, readable
from lms.web.places.fields import UnitForm


class TargetedForm(FlaskForm):
    """A form on the way in: it carries along where the person was going."""

    next = HiddenField("")  # without a label WTForms opens its catalogues for one, each time

    @property
    def target(self) -> str:
        """A page of ours, or nothing."""
        target = local_path(self.next.data) or ""
        return target if len(target) <= TARGET_LENGTH else ""


class SignInForm(TargetedForm):
    """Signing in with a number or an address."""

    identifier = StringField(
        _("NIP atau surel"),
        [InputRequired(_("Tulis NIP, NI PPPK, atau surel Anda.")), at_most(254)],
    )
    password = PasswordField(_("Kata sandi"), [InputRequired(_("Tulis kata sandi Anda."))])


class RegisterForm(TargetedForm, PersonForm, UnitForm):
    """Registering oneself."""


class LinkForm(TargetedForm):
    """Asking for the link by which one chooses a password, the first one or another."""

    identifier = StringField(
        _("NIP atau surel"),
        [InputRequired(_("Tulis NIP, NI PPPK, atau surel Anda.")), at_most(254)],
    )


class CodeForm(LinkForm):
    """Activating an account by a code on paper."""

    code = StringField(
        _("Kode aktivasi"),
        [InputRequired(_("Tulis kode dari lembar Anda.")), at_most(40)],
        description=_("12 huruf dan angka; tanda hubung dan huruf kecil boleh."),
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


class ChangeAddressForm(PresentPasswordForm):
    """Another address of one's own, for who knows the password."""

    email = StringField(
        _("Surel baru"), [InputRequired(_("Tulis alamat surelnya.")), readable(read_email)]
    )
