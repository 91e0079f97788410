"""The form of a key, and its words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from lms.errors import N_
from lms.exchange.enums import TokenScope
from lms.exchange.rules import LIFETIMES, TokenState

Option: Final = SelectChoice

SCOPES: Final[Mapping[TokenScope, str]] = {
    TokenScope.CERTIFICATES: N_("Membaca sertifikat pegawai, dan apa yang terjadi dengannya"),
    TokenScope.CHECK: N_("Memeriksa sertifikat, satu atau banyak sekaligus"),
    TokenScope.PROGRESS: N_("Membaca kemajuan belajar pegawai"),
    TokenScope.FIGURES: N_("Membaca angka program"),
    TokenScope.STAFF: N_("Menambah dan membetulkan pegawai dalam daftar instansi"),
}
STATES: Final[Mapping[TokenState, tuple[str, str]]] = {
    TokenState.LIVE: ("valid", N_("berlaku")),
    TokenState.REVOKED: ("neutral", N_("dicabut")),
    TokenState.EXPIRED: ("neutral", N_("lewat masa")),
    TokenState.ENDED: ("warning", N_("berhenti: instansinya berakhir")),
    TokenState.ORPHANED: ("warning", N_("berhenti: pembuatnya bukan lagi pengelola")),
}


class TokenForm(FlaskForm):
    """Whose key, what it is called, what it opens, and for how long."""

    institution = SelectField(_("Instansi"), coerce=int, choices=[])
    name = StringField(
        _("Nama kunci"),
        [
            InputRequired(_("Tulis nama kuncinya.")),
            Length(max=80, message=_("Paling panjang %(max)d karakter.")),
        ],
        description=_("Sistem yang memakainya, misalnya “Simpeg”."),
    )
    scopes = SelectMultipleField(
        _("Hak"), [InputRequired(_("Pilih sedikitnya satu hak."))], choices=[]
    )
    days = SelectField(
        _("Masa berlaku"),
        coerce=int,
        choices=[SelectChoice(str(days), _("%(days)d hari", days=days)) for days in LIFETIMES],
        default=LIFETIMES[-1],
    )
