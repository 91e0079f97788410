"""Forms of roles: who is to hold which where and until when, another last day, a reason."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    DateField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from lms.accounts.rules import read_identifier
from lms.institutions.granting.rules import Place
from lms.institutions.people.held import LONGEST_REASON
from lms.web.fields import at_most, typed
from lms.web.places.fields import OwnUnitForm, UnitForm
from lms.web.roles.wording import ROLES


class _GrantForm(FlaskForm):
    """To whom, and until when."""

    identifier = StringField(
        _("NIP atau surel"),
        [InputRequired(_("Tulis NIP atau surelnya.")), at_most(254)],
        description=_("Ditulis lengkap. Sebelum peran diberikan, Anda melihat siapa orangnya."),
    )
    ends_on = DateField(
        _("Hari terakhir"),
        [Optional()],
        description=_("Peran berlaku sampai hari itu selesai di tempatnya."),
    )

    def read_identifier(self) -> str:
        """The number or the address as it is looked up."""
        return read_identifier(typed(self.identifier))


class StaffGrantForm(_GrantForm, OwnUnitForm):
    """An officer for a unit of one's institution, or a deputy for all of it."""

    unit = StringField(_("Untuk siapa"), [at_most(200)])
    is_needed = True

    def read_place(self) -> Place:
        """Where, of a form that has been validated."""
        assert self.chosen_unit is not None  # noqa: S101 - it has been found
        return Place(self.chosen_unit.institution_id, self.chosen_unit.unit_id)


class NationalGrantForm(_GrantForm, UnitForm):
    """Any role that the asker may grant somewhere, at an institution or nationally."""

    role = SelectField(_("Peran"), invalid_choice_message=_("Pilih perannya."))  # type: ignore[call-arg]  # its types are of an older version
    may_be_unlisted = False

    def offer_roles(self, roles: Iterable[Any]) -> None:
        """Let these roles be chosen."""
        self.role.choices = [SelectChoice(role.value, gettext(ROLES[role])) for role in roles]
        self.institution.description = gettext("Hanya bagi pengelola kepegawaian.")
        self.unit.description = gettext(
            "Bila kosong, pengelola kepegawaian bertanggung jawab atas seluruh instansi."
        )

    def read_role(self, roles: Iterable[Any]) -> Any:
        """The chosen one of these."""
        return next(role for role in roles if role.value == self.role.data)

    def read_grant_place(self) -> Place:
        """Where, of a form that has been validated."""
        if self.chosen_place is None:
            return Place()
        unit = self.chosen_unit
        return Place(self.chosen_place.institution_id, unit.unit_id if unit else None)

    def _find_institution(self) -> bool:
        if typed(self.institution).strip():
            return super()._find_institution()
        if typed(self.unit).strip():
            self.institution.errors = [
                *self.institution.errors,
                gettext("Tulis instansi dari unit kerja itu."),
            ]
            return False
        return True


class EndForm(FlaskForm):
    """Another last day, or none."""

    ends_on = DateField(
        _("Hari terakhir"), [Optional()], description=_("Kosongkan bila tanpa hari terakhir.")
    )


class WithdrawForm(FlaskForm):
    """Why a role is taken back."""

    reason = TextAreaField(
        _("Alasan"),
        [InputRequired(_("Tulis alasannya.")), at_most(LONGEST_REASON)],
        description=_("Tercatat dalam log audit."),
    )


def carried(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields of a form that its confirmation sends again."""
    return [
        (name, value) for name, value in fields.items() if name not in {"csrf_token", "candidate"}
    ]
