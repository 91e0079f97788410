"""Forms of bulk checks: what is uploaded, and which column of a sheet holds what."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import MultipleFileField, SelectField

from lms.checking.bulk.archives import MOST_DOCUMENTS
from lms.checking.bulk.columns import MOST_ROWS, ROLES, Columns
from lms.http.request_bodies import LARGEST_BATCH
from lms.tables.guessing import column_letter

NONE = ""


class UploadForm(FlaskForm):
    """PDFs, a ZIP of them, a folder, or one sheet."""

    berkas = MultipleFileField(
        _("Pilih berkas"),
        description=_(
            "Paling banyak %(files)d PDF (langsung atau dalam satu ZIP), atau satu tabel XLSX, "
            "XLS, ODS, atau CSV dengan paling banyak %(rows)s baris; seluruhnya paling besar "
            "%(size)d MB.",
            files=MOST_DOCUMENTS,
            rows=f"{MOST_ROWS:,}".replace(",", "."),
            size=LARGEST_BATCH // 1024**2,
        ),
    )
    folder = MultipleFileField(
        _("Atau pilih satu folder"),
        description=_("Semua PDF di dalamnya, termasuk di subfolder, ikut diperiksa."),
    )


class ColumnsForm(FlaskForm):
    """Which column holds what; all but the first may be none."""

    reference = SelectField(  # type: ignore[call-arg]  # its types are of an older version
        _("Kode, nomor, atau tautan sertifikat"), invalid_choice_message=_("Pilih satu kolom.")
    )
    name = SelectField(  # type: ignore[call-arg]
        _("Nama, untuk dicocokkan"), invalid_choice_message=_("Pilih satu kolom.")
    )
    employee_number = SelectField(  # type: ignore[call-arg]
        _("NIP, untuk dicocokkan"), invalid_choice_message=_("Pilih satu kolom.")
    )
    credit_hours = SelectField(  # type: ignore[call-arg]
        _("JP, untuk dicocokkan"), invalid_choice_message=_("Pilih satu kolom.")
    )

    @classmethod
    def of(cls, preview: Mapping[str, Any]) -> "ColumnsForm":
        """The form for a sheet, with what was guessed of it."""
        guessed = {
            role: NONE if preview["columns"][role] is None else str(preview["columns"][role])
            for role in ROLES
        }
        form = cls(data=guessed)
        named = [
            (str(place), f"{column_letter(place)}: {name}" if name else column_letter(place))
            for place, name in enumerate(preview["names"])
        ]
        form.reference.choices = named
        for role in ROLES[1:]:
            form[role].choices = [(NONE, gettext("tidak ada")), *named]
        return form

    def read(self, heading: int | None) -> Columns | None:
        """What was chosen; None, with the error beside its field, where one serves twice."""
        chosen: dict[str, int | None] = {}
        for role in ROLES:
            value = self[role].data
            column = int(value) if value else None
            if column is not None and column in chosen.values():
                field: Any = self[role]
                field.errors = [*field.errors, gettext("Kolom ini sudah dipilih untuk isian lain.")]
                return None
            chosen[role] = column
        return Columns(heading=heading, **chosen)
