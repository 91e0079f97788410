"""Fields by which somebody chooses an institution, and perhaps a unit of it.

What is typed is enough, whichever short forms are used; where it could mean several, those are
offered beside the field, and so is the way on for what is not listed. A script offers them while
one types. What was offered for one text says nothing of another: the field carries for which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField

from lms.institutions.choosing import get_index
from lms.institutions.finding import Place
from lms.web.fields import at_most, typed

UNLISTED: Final = "tidak-ada"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where somebody says that they work; without an institution `words` are what they wrote."""

    institution_id: int | None
    unit_id: int | None
    words: str


class PlaceForm(FlaskForm):
    """A form with an institution that is chosen, and may be one that is not listed."""

    institution = StringField(
        _("Instansi"),
        [at_most(200)],
        description=_(
            "Tulis namanya, misalnya Pemkab Sleman, Dinkes Kota Ambon, atau nama kementeriannya."
        ),
    )
    institution_key = StringField("")
    institution_for = StringField("")

    may_be_unlisted = True
    near: Sequence[Place] = ()
    chosen_place: Place | None = None

    def validate(self, extra_validators: object = None) -> bool:
        """Look for the institution too, so that everything that is wrong is told in one go."""
        is_valid = super().validate(extra_validators)
        return self._find_institution() and is_valid

    @property
    def is_unlisted(self) -> bool:
        """Whether somebody has said that what they wrote is not among those that were offered."""
        return self.may_be_unlisted and _pick(self.institution, self) == UNLISTED

    def _find_institution(self) -> bool:
        written = " ".join(typed(self.institution).split())
        if not written:
            _add(self.institution, gettext("Tulis instansinya."))
            return False
        if self.institution.errors:
            return False
        index = get_index()
        self.chosen_place = index.get(_pick(self.institution, self)) or index.exact(written)
        if self.chosen_place is not None or self.is_unlisted:
            return True
        self.near = index.find(written)
        _add(self.institution, _question(self.near))
        return False


class UnitForm(PlaceForm):
    """The same with a unit that need not be given."""

    unit = StringField(
        _("Unit kerja"),
        [at_most(200)],
        description=_("Misalnya dinas, bagian, puskesmas, atau sekolah tempat Anda bekerja."),
    )
    unit_key = StringField("")
    unit_for = StringField("")

    near_units: Sequence[Place] = ()
    chosen_unit: Place | None = None

    def validate(self, extra_validators: object = None) -> bool:
        """Look for the unit as well, once it is known of which institution."""
        is_valid = super().validate(extra_validators)
        return self._find_unit() and is_valid

    def read_place(self) -> Chosen:
        """The values of a form that has been validated."""
        written = " ".join(typed(self.institution).split())
        unit = self.chosen_unit or self.chosen_place
        if self.chosen_place is None or unit is None:
            beside = " ".join(typed(self.unit).split())
            return Chosen(None, None, ", ".join(filter(None, (beside, written)))[:200])
        return Chosen(self.chosen_place.institution_id, unit.unit_id, written)

    def _find_unit(self) -> bool:
        written = " ".join(typed(self.unit).split())
        place = self.chosen_place
        if not written or place is None or self.unit.errors:
            return not self.unit.errors
        if _pick(self.unit, self) == UNLISTED:
            return True
        index = get_index()
        chosen = index.get(_pick(self.unit, self))
        if chosen is None or chosen.institution_id != place.institution_id:
            chosen = index.exact_unit(place.institution_id, written)
        self.chosen_unit = chosen
        if chosen is not None:
            return True
        self.near_units = index.find(written, within=place.institution_id)
        _add(self.unit, _question(self.near_units))
        return False


class UnitOfForm(FlaskForm):
    """A form with a unit of one institution, which is set as `institution_id` before it is read."""

    unit = StringField(_("Unit kerja"), [at_most(200)])
    unit_key = StringField("")
    unit_for = StringField("")

    institution_id = 0
    is_needed = False
    near_units: Sequence[Place] = ()
    chosen_unit: Place | None = None

    def validate(self, extra_validators: object = None) -> bool:
        """Look for the unit too."""
        is_valid = super().validate(extra_validators)
        return self._find_unit() and is_valid

    def show_unit(self, unit_id: int, name: str) -> None:
        """Show the unit that is chosen now."""
        self.unit.data = self.unit_for.data = name
        self.unit_key.data = f"{self.institution_id}-{unit_id}"

    @property
    def unit_id(self) -> int | None:
        """The unit of a form that has been validated; None where none was written."""
        return None if self.chosen_unit is None else self.chosen_unit.unit_id

    def _find_unit(self) -> bool:
        written = " ".join(typed(self.unit).split())
        if not written and not self.is_needed:
            return True
        index = get_index()
        chosen = index.get(_pick(self.unit, self))
        if chosen is None or chosen.institution_id != self.institution_id:
            chosen = index.exact_unit(self.institution_id, written)
        if chosen is not None and chosen.unit_id is not None:
            self.chosen_unit = chosen
            return True
        self.near_units = index.find(written, within=self.institution_id)
        _add(self.unit, _question(self.near_units) if written else gettext("Tulis unitnya."))
        return False


def _pick(field: Field, form: FlaskForm) -> str:
    """What was picked among what was offered for just this text."""
    key: Field = getattr(form, f"{field.short_name}_key")
    typed_for: Field = getattr(form, f"{field.short_name}_for")
    is_for_this = typed(typed_for) == typed(field)
    return typed(key) if is_for_this else ""


def _question(near: Sequence[Place]) -> str:
    sentence: str = (
        gettext("Pilih yang Anda maksud di bawah isian ini, atau perbaiki tulisannya.")
        if near
        else gettext(
            "Nama ini tidak ditemukan. Periksa ejaannya, atau nyatakan di bawah bahwa tidak ada "
            "dalam daftar."
        )
    )
    return sentence


def _add(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
