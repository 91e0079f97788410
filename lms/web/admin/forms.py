"""What the keepers of the register type."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length


class ReasonForm(FlaskForm):
    """Why a certificate is revoked or replaced."""

    reason = TextAreaField(
        _("Alasan"),
        [
            InputRequired(_("Tulis alasannya.")),
            Length(10, 500, _("Tulis alasannya dalam 10 sampai 500 karakter.")),
        ],
        description=_("Dicatat bersama nama Anda dan tidak dapat dihapus."),
    )
