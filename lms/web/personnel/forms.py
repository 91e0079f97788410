"""The form by which an institution has its certificates recorded by the state."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField


class BeginForm(FlaskForm):
    """That the head agrees, and whether earlier certificates go there too."""

    is_agreed = BooleanField(
        _("Pimpinan instansi menyetujui penerusan data pribadi ini, dan pegawai diberi tahu")
    )
    includes_earlier = BooleanField(
        _("Catat juga sertifikat yang sudah terbit, bukan hanya yang terbit mulai sekarang")
    )
