"""What the keepers of the register type."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length


def _reason(element_id: str) -> TextAreaField:
    """Why; both forms stand on one page, so that each needs an element's name of its own."""
    return TextAreaField(
        _("Alasan"),
        [
            InputRequired(_("Tulis alasannya.")),
            Length(10, 500, _("Tulis alasannya dalam 10 sampai 500 karakter.")),
        ],
        description=_("Dicatat bersama nama Anda dan tidak dapat dihapus."),
        id=element_id,
    )


class RevokeForm(FlaskForm):
    """Why a certificate is taken out of force."""

    reason = _reason("alasan-cabut")


class ReplaceForm(FlaskForm):
    """Why a certificate is replaced by a corrected one."""

    reason = _reason("alasan-ganti")
