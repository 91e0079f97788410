"""Forms of verification: what somebody found to differ."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.web.fields import at_most


class MismatchForm(FlaskForm):
    """What differs, and where to answer. `site` is for programs that fill in whatever they find."""

    words = TextAreaField(
        _("Apa yang berbeda?"),
        [
            InputRequired(_("Tulis apa yang berbeda.")),
            Length(10, 1000, _("Tulis apa yang berbeda dalam 10 sampai 1.000 karakter.")),
        ],
        description=_(
            "Misalnya: nama pada lembar yang saya terima, atau jumlah JP-nya. Jangan tulis data "
            "pribadi orang lain."
        ),
    )
    contact = StringField(
        _("Surel Anda"),
        [at_most(254)],
        description=_("Hanya bila Anda ingin dijawab. Dihapus segera setelah laporan ini dijawab."),
    )
    site = StringField(_("Jangan isi ruas ini"))
