"""Forms of programmes: what a version is to be, why one is closed, and the target of a place."""

from collections.abc import Sequence
from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.institutions.registry.rules import read_count
from lms.pocketbooks.queries import ReleaseView
from lms.programmes.overview import Version
from lms.programmes.versions import (
    DEFINITION_LENGTH,
    NAME_LENGTH,
    REASON_LENGTH,
    SLUG_LENGTH,
    Wish,
)
from lms.web.fields import at_most, typed

_DAY: Final = _("Pilih tanggalnya.")


class VersionForm(FlaskForm):
    """What a version is to be; its address only where the programme is new."""

    name = StringField(
        _("Nama program"), [InputRequired(_("Tulis namanya.")), at_most(NAME_LENGTH)]
    )
    slug = StringField(
        _("Alamat"),
        [at_most(SLUG_LENGTH)],
        description=_(
            "Bagian akhir alamat halamannya, misalnya ham-daerah-2027. Tidak dapat diubah lagi."
        ),
    )
    target_count = StringField(
        _("Target orang"),
        [InputRequired(_("Tulis banyaknya orang."))],
        description=_("Banyaknya ASN yang hendak dicapai, misalnya 12.000."),
    )
    target_hours = StringField(
        _("Target JP"),
        description=_("Jumlah JP seluruh sertifikat mereka yang dihitung."),
    )
    starts_on = DateField(
        _("Hari pertama"),
        [InputRequired(_DAY)],
        description=_("Sertifikat yang diselesaikan mulai hari ini dihitung."),
    )
    ends_on = DateField(
        _("Hari terakhir"), [Optional()], description=_("Kosongkan bila belum ditetapkan.")
    )
    modules = SelectMultipleField(
        _("Modul yang dihitung"),
        coerce=int,
        validate_choice=False,
        description=_("Satu sertifikat dari salah satunya sudah cukup bagi satu orang."),
    )
    definition = TextAreaField(
        _("Apa yang dihitung, dengan kata-kata Anda"),
        [InputRequired(_("Tulis apa yang dihitung.")), at_most(DEFINITION_LENGTH)],
        description=_("Tampil di halaman publik program. Pisahkan paragraf dengan baris kosong."),
    )

    def offer(self, books: Sequence[ReleaseView]) -> None:
        """The modules that can be chosen."""
        self.modules.choices = [(book.module_id, f"{book.code} {book.title}") for book in books]
        self._offered = frozenset(book.module_id for book in books)

    def show(self, version: Version) -> None:
        """Begin with what a version is."""
        self.name.data, self.definition.data = version.name, version.definition
        self.target_count.data = str(version.target_count)
        self.target_hours.data = str(version.target_hours or "")
        self.starts_on.data, self.ends_on.data = version.starts_on, version.ends_on
        self.modules.data = sorted(version.module_ids)

    def read(self) -> Wish:
        """The values of a form that is valid; raises Invalid where a number is none."""
        assert self.starts_on.data is not None  # noqa: S101 - it is asked for above
        return Wish(
            name=" ".join(typed(self.name).split()),
            target_count=read_count(typed(self.target_count), "target_count") or 0,
            target_hours=read_count(typed(self.target_hours), "target_hours"),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            definition=typed(self.definition).replace("\r\n", "\n").strip(),
            module_ids=frozenset(self.modules.data or ()) & self._offered,
        )


class ClosingForm(FlaskForm):
    """Why a programme is closed."""

    reason = TextAreaField(
        _("Alasan"),
        [InputRequired(_("Tulis alasannya.")), at_most(REASON_LENGTH)],
        description=_("Tampil bersama angka terakhirnya."),
    )


class TargetForm(FlaskForm):
    """The target of one place."""

    place = StringField(
        _("Kode instansi atau provinsi"),
        [InputRequired(_("Tulis kodenya.")), at_most(40)],
        description=_(
            "Kode instansi seperti di daftar instansi; bagi semua instansi di sebuah provinsi "
            "tulis provinsi dan kodenya, misalnya provinsi 34."
        ),
    )
    people = StringField(_("Target orang"))
    hours = StringField(
        _("Target JP"), description=_("Isi salah satu atau keduanya; keduanya kosong menghapus.")
    )


class TargetSheetForm(FlaskForm):
    """A sheet of targets."""

    sheet = FileField(
        _("Berkas"),
        [InputRequired(_("Pilih berkasnya."))],
        description=_("XLSX, XLS, ODS, atau CSV; paling besar 2 MB."),
    )
