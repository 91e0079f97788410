"""The form of a letterhead: its texts, its time, and the emblem that somebody brings."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Optional

from lms.certificates.letterheads import Letterhead
from lms.web.fields import at_most, typed


class LetterheadForm(FlaskForm):
    """What stands at the head of a sheet and below it, and from when to when.

    `emblem` brings a picture; `emblem_name` names the one that was brought before, which stays
    unless another comes or `has_no_emblem` is set.
    """

    unit_name = StringField(
        _("Nama unit"),
        [InputRequired(_("Tulis nama unit yang menerbitkan.")), at_most(200)],
        description=_("Di bawah nama penerbit, misalnya direktorat atau pusat."),
    )
    emblem = FileField(
        _("Lambang atau logo"),
        description=_("SVG atau PNG, paling besar 200 KB dan 2.000 piksel; huruf sebagai bentuk."),
    )
    emblem_name = HiddenField("")
    has_no_emblem = BooleanField(_("Tanpa lambang"))
    place = StringField(
        _("Tempat"),
        [InputRequired(_("Tulis tempat penandatanganan.")), at_most(100)],
        description=_("Di depan tanggal terbit, misalnya Jakarta."),
    )
    office = StringField(
        _("Jabatan penanda tangan"),
        [InputRequired(_("Tulis jabatan penanda tangan.")), at_most(200)],
    )
    signatory_name = StringField(
        _("Nama penanda tangan dengan gelar"),
        [InputRequired(_("Tulis nama penanda tangan.")), at_most(200)],
    )
    rank = StringField(
        _("Pangkat dan golongan"), [at_most(100)], description=_("Misalnya Pembina (IV/a).")
    )
    employee_number = StringField(
        _("NIP penanda tangan"),
        description=_("18 angka; tercetak utuh. Kosongkan bila tidak perlu."),
    )
    valid_from = DateField(
        _("Berlaku mulai"),
        [InputRequired(_("Pilih tanggalnya."))],
        description=_("Untuk sertifikat yang terbit mulai tanggal ini."),
    )
    valid_until = DateField(
        _("Berlaku sampai"),
        [Optional()],
        description=_("Kosongkan bila sampai ada kop berikutnya."),
    )

    def show(self, letterhead: Letterhead, emblem_name: str | None, today: date) -> None:
        """Begin with what is there already, from today on."""
        for name in ("unit_name", "place", "office", "signatory_name", "rank", "employee_number"):
            self[name].data = getattr(letterhead, name)
        self.emblem_name.data = emblem_name or ""
        self.valid_from.data = today

    def read(self) -> Letterhead:
        """The texts, without the emblem."""
        return Letterhead(
            unit_name=typed(self.unit_name),
            signatory_name=typed(self.signatory_name),
            office=typed(self.office),
            place=typed(self.place),
            rank=typed(self.rank),
            employee_number=typed(self.employee_number),
        )
