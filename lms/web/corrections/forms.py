"""Forms of corrections: what is wrong and what it should be, and why somebody decides so."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from lms.certificates.correction_requests import Wish
from lms.certificates.enums import CorrectableFact
from lms.web.fields import at_most, typed

FACTS = {
    CorrectableFact.NAME: _("Nama atau gelar"),
    CorrectableFact.EMPLOYEE_NUMBER: _("NIP atau NI PPPK"),
    CorrectableFact.INSTITUTION: _("Instansi"),
    CorrectableFact.TITLE: _("Judul modul atau kegiatan"),
    CorrectableFact.OTHER: _("Hal lain"),
}


class WishForm(FlaskForm):
    """Which fact is wrong, what it should say, and why."""

    fact = RadioField(  # type: ignore[call-arg]  # as above
        _("Apa yang salah?"),
        [InputRequired(_("Pilih apa yang salah."))],
        invalid_choice_message=_("Pilih apa yang salah."),
        choices=[SelectChoice(fact.value, words) for fact, words in FACTS.items()],
    )
    wanted = StringField(
        _("Yang seharusnya tercetak"),
        [InputRequired(_("Tulis yang seharusnya tercetak.")), at_most(200)],
        description=_("Tulis persis, dengan gelar dan tanda bacanya."),
    )
    reason = TextAreaField(
        _("Penjelasan"),
        [
            InputRequired(_("Tulis penjelasannya.")),
            Length(10, 500, _("Tulis penjelasannya dalam 10 sampai 500 karakter.")),
        ],
        description=_("Dibaca yang memutuskan, misalnya sejak kapan gelar itu dimiliki."),
    )

    def read(self) -> Wish:
        """The values of a form that has been validated."""
        return Wish(CorrectableFact(self.fact.data), typed(self.wanted), typed(self.reason))


class _WhyForm(FlaskForm):
    reason = TextAreaField(
        _("Alasan"),
        [
            InputRequired(_("Tulis alasannya.")),
            Length(10, 500, _("Tulis alasannya dalam 10 sampai 500 karakter.")),
        ],
        description=_("Dibaca pemiliknya; dicatat bersama nama Anda dan tidak dapat dihapus."),
    )


class ReplaceForm(_WhyForm):
    """Why a certificate is replaced, and which preview its replacement was seen on."""

    seen = HiddenField()


class DeclineForm(_WhyForm):
    """Why a certificate stays as it is; beside the other form, so that it has names of its own."""

    reason = TextAreaField(
        _("Alasan penolakan"),
        [
            InputRequired(_("Tulis alasannya.")),
            Length(10, 500, _("Tulis alasannya dalam 10 sampai 500 karakter.")),
        ],
        description=_("Dikirim kepada yang meminta."),
        id="alasan-tolak",
    )
