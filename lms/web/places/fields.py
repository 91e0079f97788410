"""Fields by which somebody chooses an institution, and perhaps a unit of it.

An officer chooses among all of their own units where these are few. Elsewhere what is typed is
enough, whichever short forms are used; where it could mean several, those are offered beside the
field, and so is the way on for what is not listed. A script offers them while one types. What was
offered for one text says nothing of another: the field carries for which.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField

from lms.institutions.choosing import (
    find_own_place,
    find_own_unit,
    get_index,
    list_own_places,
)
from lms.institutions.finding import Place, Within
from lms.institutions.scope import Scope
from lms.web.fields import at_most, typed

UNLISTED: Final = "tidak-ada"
MOST_AT_ONE_LOOK: Final = 60
"""Units in a list to be looked through: some three screens of a phone. More are sooner typed."""


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
        _add(self.institution, _question(self.near, may_be_unlisted=self.may_be_unlisted))
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
        index, within = get_index(), Within(frozenset({place.institution_id}))
        chosen = index.get(_pick(self.unit, self))
        if chosen is None or chosen.institution_id != place.institution_id:
            chosen = index.exact_within(within, written)
        self.chosen_unit = chosen
        if chosen is not None:
            return True
        self.near_units = index.find(written, within=within)
        _add(self.unit, _question(self.near_units, may_be_unlisted=True))
        return False


class _UnitFields(FlaskForm):
    """A form with a unit that is listed."""

    unit = StringField(_("Unit kerja"), [at_most(200)])
    unit_key = StringField("")
    unit_for = StringField("")

    is_needed = False
    near_units: Sequence[Place] = ()
    chosen_unit: Place | None = None

    def validate(self, extra_validators: object = None) -> bool:
        """Look for the unit too."""
        is_valid = super().validate(extra_validators)
        return self._find_unit() and is_valid

    @property
    def unit_id(self) -> int | None:
        """The unit of a form that has been validated; None where none was written."""
        return None if self.chosen_unit is None else self.chosen_unit.unit_id

    @abstractmethod
    def _find_unit(self) -> bool:
        """Look for what was chosen or written, and say beside the field why it is none."""


class UnitOfForm(_UnitFields):
    """A form with a unit of one institution, which is set as `institution_id` before it is read."""

    institution_id = 0

    def show_unit(self, unit_id: int, name: str) -> None:
        """Show the unit that is chosen now."""
        self.unit.data = self.unit_for.data = name
        self.unit_key.data = f"{self.institution_id}-{unit_id}"

    def _find_unit(self) -> bool:
        written = " ".join(typed(self.unit).split())
        if not written and not self.is_needed:
            return True
        index, within = get_index(), Within(frozenset({self.institution_id}))
        chosen = index.get(_pick(self.unit, self))
        if chosen is None or chosen.institution_id != self.institution_id:
            chosen = index.exact_within(within, written)
        if chosen is not None and chosen.unit_id is not None:
            self.chosen_unit = chosen
            return True
        self.near_units = index.find(written, within=within)
        _add(self.unit, _question(self.near_units) if written else gettext("Tulis unitnya."))
        return False


class OwnUnitForm(_UnitFields):
    """A form with a unit of an officer's own; `offer` is called before it is read or shown.

    Few units are all offered, as `offered`; of more (None) it is typed as in the forms above. Both
    send the key of what is chosen, and the first sends nothing typed. `nothing` is what choosing
    none stands for.
    """

    nothing: str | LazyString = _("Pilih unit kerja")
    scope: Scope | None = None
    within = Within()
    offered: Sequence[Place] | None = ()

    def offer(self, scope: Scope, within: Within | None = None) -> None:
        """Let the asker's units be chosen, of these institutions or of all of theirs."""
        self.scope, self.within = scope, within or Within(scope.all_institution_ids)
        self.offered = list_own_places(scope, self.within, MOST_AT_ONE_LOOK)
        if self.offered is not None:
            if self.is_needed and len(self.offered) == 1 and not self.is_submitted():
                self.unit_key.data = self.offered[0].key
            return
        hints = [
            self.unit.description,
            gettext("Tulis sebagian namanya, boleh dengan unit di atasnya, lalu pilih."),
        ]
        if self.within.is_whole:
            hints.append(gettext("Untuk semua pegawai, tulis nama instansinya."))
        if not self.is_needed:
            hints.append(gettext("Bila kosong: %(meaning)s.", meaning=self.nothing))
        self.unit.description = " ".join(str(hint) for hint in hints if hint)

    def show_unit(self, unit_id: int) -> None:
        """Show a unit as chosen, if it is one of the asker's there."""
        place = find_own_unit(self._asker, unit_id)
        if place is not None and place.institution_id in self.within.institution_ids:
            self.unit_key.data = place.key
            self.unit.data = self.unit_for.data = self._label(place)

    @property
    def choices(self) -> Iterator[tuple[str, str]]:
        """Key and name of what is offered, each unit to the right of what is above it."""
        for place in self.offered or ():
            depth = len(place.above) + (self.within.is_whole and place.unit_id is not None)
            beside = "" if self.within.is_one or place.unit_id is None else place.institution_name
            name = f"{place.name} ({beside})" if beside else place.name
            yield place.key, "– " * depth + name

    @property
    def _asker(self) -> Scope:
        assert self.scope is not None  # noqa: S101 - it has been offered
        return self.scope

    def _label(self, place: Place) -> str:
        return place.label_within if self.within.is_one else place.label

    def _find_unit(self) -> bool:
        written, key = " ".join(typed(self.unit).split()), _pick(self.unit, self)
        if not written and not key:
            if self.is_needed:
                _add(self.unit, gettext("Pilih unit kerjanya."))
            return not self.is_needed
        if self.unit.errors:
            return False
        self.chosen_unit = find_own_place(self._asker, self.within, key)
        if self.chosen_unit is None and written:
            index = get_index()
            exact = index.exact_within(self.within, written)
            if exact is None:
                self.near_units = index.find(written, within=self.within)
                _add(self.unit, _question(self.near_units))
                return False
            self.chosen_unit = find_own_place(self._asker, self.within, exact.key)
        if self.chosen_unit is None:
            _add(self.unit, gettext("Unit kerja ini sudah berakhir, atau bukan unit Anda."))
        return self.chosen_unit is not None


def _pick(field: Field, form: FlaskForm) -> str:
    """What was picked among what was offered for just this text."""
    key: Field = getattr(form, f"{field.short_name}_key")
    typed_for: Field = getattr(form, f"{field.short_name}_for")
    is_for_this = typed(typed_for) == typed(field)
    return typed(key) if is_for_this else ""


def _question(near: Sequence[Place], *, may_be_unlisted: bool = False) -> str:
    sentence: str
    if near:
        sentence = gettext("Pilih yang Anda maksud di bawah isian ini, atau perbaiki tulisannya.")
    elif may_be_unlisted:
        sentence = gettext(
            "Nama ini tidak ditemukan. Periksa ejaannya, atau nyatakan di bawah bahwa tidak ada "
            "dalam daftar."
        )
    else:
        sentence = gettext("Nama ini tidak ditemukan. Periksa ejaannya.")
    return sentence


def _add(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
