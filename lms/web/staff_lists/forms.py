"""Forms of staff lists: what is uploaded, and which column of it holds what."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, SelectField

from lms.errors import N_
from lms.http.request_bodies import LARGEST_BATCH
from lms.institutions.staff_lists.columns import REQUIRED, ROLES, Columns
from lms.institutions.staff_lists.previews import Preview
from lms.institutions.staff_lists.sections import SECTIONS, WORKSHEET
from lms.tables.guessing import column_letter
from lms.web.staff_lists.wording import ROLES as ROLE_WORDS

NONE = ""


class UploadForm(FlaskForm):
    """A sheet, and for which institution it is where the officer answers for several."""

    berkas = FileField(
        _("Daftar pegawai"),
        description=_(
            "XLSX, XLS, ODS, atau CSV, paling besar %(size)d MB. Kolom lain boleh tetap ada.",
            size=LARGEST_BATCH // 1024**2,
        ),
    )
    institution = SelectField(  # type: ignore[call-arg]  # its types are of an older version
        _("Untuk instansi"),
        coerce=int,
        invalid_choice_message=_("Pilih satu nama dari daftar."),
    )


class ColumnsForm(FlaskForm):
    """Which column holds what, and under which terms the list is taken."""

    is_whole = BooleanField(
        _("Berkas ini daftar lengkap instansi: pegawai yang tidak ada di dalamnya akan keluar")
    )
    adds_units = BooleanField(_("Tambahkan unit kerja yang belum ada dalam daftar unit"))
    replaces_addresses = BooleanField(
        _("Ganti surel pegawai yang sudah ada dalam daftar dengan surel dari berkas ini")
    )

    @classmethod
    def of(cls, preview: Preview, columns: Columns, **terms: bool) -> "ColumnsForm":
        """The form for a sheet, with what was guessed of it, or chosen before."""
        named = [
            (str(place), f"{column_letter(place)}: {name}" if name else column_letter(place))
            for place, name in enumerate(preview.names)
        ]
        form = _with_roles()(data=terms | {role: _choice(columns, role) for role in ROLES})
        for role in ROLES:
            none = gettext("pilih kolomnya") if role in REQUIRED else gettext("tidak ada")
            form[role].choices = [(NONE, none), *named]
        elsewhere = [(SECTIONS, gettext("baris nama unit di atas pegawainya"))]
        if preview.worksheet:
            elsewhere.append((WORKSHEET, gettext("nama lembarnya")))
        form["unit"].choices += elsewhere
        return form

    def read(self, preview: Preview) -> Columns | None:
        """What was chosen; None, with the errors beside the fields, where it cannot be.

        A name and a number may share a column only where their cells were found to hold both.
        """
        guessed = preview.columns
        is_shared = guessed.places.get("name") == guessed.places.get("number")
        places: dict[str, int] = {}
        unit_from = ""
        for role in ROLES:
            field: Any = self[role]
            if not field.data:
                if role in REQUIRED:
                    field.errors = [*field.errors, gettext("Pilih kolomnya.")]
                continue
            if field.data in {SECTIONS, WORKSHEET}:
                unit_from, places[role] = field.data, len(preview.names)
                continue
            place = int(field.data)
            shares = is_shared and role == "number" and place == places.get("name")
            if place in places.values() and not shares:
                field.errors = [*field.errors, gettext("Kolom ini sudah dipilih untuk isian lain.")]
            places[role] = place
        if preview.is_half and self.is_whole.data:
            self.is_whole.errors = [
                *self.is_whole.errors,
                gettext(
                    "Hanya satu dari dua daftar berdampingan yang dibaca, sehingga pegawai daftar "
                    "kedua akan dianggap keluar. Satukan dahulu keduanya."
                ),
            ]
        if self.errors:
            return None
        return Columns(guessed.heading, places, unit_from, guessed.worksheets)


def _choice(columns: Columns, role: str) -> str:
    if role == "unit" and columns.unit_from:
        return columns.unit_from
    place = columns.places.get(role)
    return NONE if place is None else str(place)


def _with_roles() -> type[ColumnsForm]:
    """The form with a field for each role."""
    fields = {
        role: SelectField(gettext(ROLE_WORDS[role]), invalid_choice_message=N_("Pilih satu kolom."))  # type: ignore[call-arg]
        for role in ROLES
    }
    return type("ColumnsForm", (ColumnsForm,), fields)
