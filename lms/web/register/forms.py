"""Forms of the register: what registrars type to revoke a certificate or withdraw that."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    RadioField,
    SelectChoice,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from lms.certificates.enums import CauseKind, RevocationGround

GROUNDS = {
    CauseKind.PASSED_ATTEMPT: {
        RevocationGround.MISTAKE: _("Terbit karena kekeliruan; kuis boleh diulang"),
        RevocationGround.WRONG_DATA: _(
            "Isinya salah dan tidak tertolong penggantian; kuis boleh diulang"
        ),
        RevocationGround.DUPLICATE: _(
            "Terbit dua kali bagi orang yang sama; kuis edisi ini ditutup"
        ),
        RevocationGround.REQUEST: _("Diminta pemiliknya; kuis boleh diulang"),
        RevocationGround.INSTITUTION: _("Diminta instansi pemiliknya; kuis boleh diulang"),
        RevocationGround.DISHONESTY: _(
            "Kuis tidak dikerjakan sendiri atau tidak jujur; kuis edisi ini ditutup"
        ),
    },
    CauseKind.ATTENDANCE: {
        RevocationGround.MISTAKE: _("Terbit karena kekeliruan"),
        RevocationGround.WRONG_DATA: _("Isinya salah dan tidak tertolong penggantian"),
        RevocationGround.DUPLICATE: _("Terbit dua kali bagi orang yang sama"),
        RevocationGround.REQUEST: _("Diminta pemiliknya"),
        RevocationGround.INSTITUTION: _("Diminta instansi pemiliknya"),
        RevocationGround.DISHONESTY: _("Diperoleh dengan tidak jujur"),
    },
}


def _reason(element_id: str) -> TextAreaField:
    """Why; both forms stand on one page, so that each needs an element's name of its own."""
    return TextAreaField(
        _("Alasan"),
        [
            InputRequired(_("Tulis alasannya.")),
            Length(10, 500, _("Tulis alasannya dalam 10 sampai 500 karakter.")),
        ],
        description=_("Dibaca pemiliknya; dicatat bersama nama Anda dan tidak dapat dihapus."),
        id=element_id,
    )


class RevokeForm(FlaskForm):
    """Why a certificate is taken out of force; the kind of reason says what the holder may do."""

    ground = RadioField(  # type: ignore[call-arg]  # as above
        _("Jenis alasan"),
        [InputRequired(_("Pilih jenis alasannya."))],
        invalid_choice_message=_("Pilih jenis alasannya."),
        choices=[SelectChoice(ground.value) for ground in RevocationGround],
    )
    reason = _reason("alasan-cabut")

    def name_grounds(self, cause: CauseKind) -> None:
        """Say of each kind of reason what it means for a certificate of this cause."""
        self.ground.choices = [
            SelectChoice(ground.value, words) for ground, words in GROUNDS[cause].items()
        ]


class ReinstateForm(FlaskForm):
    """Why a revocation is withdrawn."""

    reason = _reason("alasan-pulihkan")
