"""Forms of assignments: which module, of whom, until when."""

import re

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    DateField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from lms.accounts.rules import read_employee_number
from lms.assignments.rules import WORDS_LENGTH
from lms.assignments.service import AssignmentWish
from lms.errors import N_, Invalid
from lms.pocketbooks.queries import ReleaseView
from lms.web.fields import at_most, typed
from lms.web.places.fields import OwnUnitForm

PLACE, NUMBERS = "place", "numbers"
_SEPARATORS = re.compile(r"[\n,;]+")
SHOWN = 5


class _WishForm(FlaskForm):
    """What every assignment says, whoever it is for."""

    module = SelectField(_("Modul"), invalid_choice_message=_("Pilih satu modul dari daftar."))  # type: ignore[call-arg]  # its types are of an older version
    due_on = DateField(
        _("Tenggat"),
        [InputRequired(_("Pilih tanggalnya."))],
        description=_("Paling cepat besok. Kami mengingatkan 7 hari dan 1 hari sebelumnya."),
    )
    words = TextAreaField(
        _("Pesan Anda"),
        [Optional(), at_most(WORDS_LENGTH)],
        description=_("Satu kalimat, misalnya mengapa dan untuk apa. Dibaca yang ditugasi."),
    )

    def offer_modules(self, books: list[ReleaseView]) -> None:
        """Let these modules be chosen."""
        self.module.choices = [
            SelectChoice(str(book.module_id), f"{book.code} {book.title}") for book in books
        ]

    def wish(self) -> AssignmentWish:
        """The values of a form that has been validated."""
        assert self.due_on.data is not None  # noqa: S101 - it has been validated
        return AssignmentWish(int(typed(self.module)), self.due_on.data, typed(self.words))


class ChosenForm(_WishForm):
    """An assignment for the people who were chosen in the staff list."""


class AssignmentForm(_WishForm, OwnUnitForm):
    """An assignment for a place, or for the people with these numbers."""

    whom = RadioField(
        _("Untuk siapa?"),
        [InputRequired(_("Pilih untuk siapa."))],
        choices=[
            SelectChoice(PLACE, _("Semua pegawai sebuah unit, juga yang datang kemudian")),
            SelectChoice(NUMBERS, _("Orang tertentu, menurut NIP")),
        ],
        default=PLACE,
    )
    unit = StringField(_("Unit kerja"), [at_most(200)])
    is_needed = True
    numbers = TextAreaField(
        _("NIP atau NI PPPK"),
        [Optional(), at_most(20_000)],
        description=_("Satu nomor tiap baris, misalnya disalin dari lembar kerja."),
    )

    def read_place(self) -> tuple[int, int | None]:
        """The institution, and the unit of it, of a form that has been validated."""
        assert self.chosen_unit is not None  # noqa: S101 - it has been found
        return self.chosen_unit.institution_id, self.chosen_unit.unit_id

    def _find_unit(self) -> bool:
        return self.whom.data != PLACE or super()._find_unit()

    def read_numbers(self) -> list[str]:
        """The numbers; raises Invalid naming the lines that are none."""
        found, wrong = [], []
        lines = [line.strip() for line in _SEPARATORS.split(typed(self.numbers))]
        for place, line in enumerate(lines, start=1):
            if not line:
                continue
            try:
                found.append(read_employee_number(line).number)
            except Invalid:
                wrong.append((place, line[:30]))
        if wrong:
            raise Invalid(
                "numbers",
                N_("Bukan NIP atau NI PPPK (18 angka): %(lines)s. Yang lain tetap ada di sini."),
                lines="; ".join(f"{place}: {line}" for place, line in wrong[:SHOWN]),
            )
        return found


class DueDateForm(FlaskForm):
    """Another due date."""

    due_on = DateField(
        _("Tenggat baru"),
        [InputRequired(_("Pilih tanggalnya."))],
        description=_("Yang ditugasi diberi tahu."),
    )
