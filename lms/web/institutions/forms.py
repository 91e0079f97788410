"""Forms of the registry: an institution's facts, a filter, the day of an event, a unit."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from lms.institutions.models import InstitutionKind
from lms.institutions.registry.queries import Wanted, list_regional_offices
from lms.institutions.registry.rules import (
    TIME_ZONES,
    read_code,
    read_count,
    read_domain,
    read_region,
    read_unit_name,
)
from lms.institutions.registry.service import Facts
from lms.web.fields import at_most, key_of, readable, typed
from lms.web.institutions.wording import KINDS, ZONES
from lms.web.places.fields import PlaceForm, UnitOfForm

LARGEST_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class RegistryFilter:
    """What is looked for in the registry; anything unknown is left out rather than refused."""

    wanted: Wanted
    page: int
    arguments: dict[str, str]

    @classmethod
    def parse(cls, fields: MultiDict[str, str]) -> Self:
        """Read the query of the registry's address."""
        search = " ".join(fields.get("cari", "").split())[:100]
        kind = next((each for each in InstitutionKind if each.value == fields.get("jenis")), None)
        province = fields.get("provinsi", "")
        province = province if len(province) == 2 and province.isdecimal() else ""
        office = key_of(fields, "kanwil")
        ended = "ya" if fields.get("berakhir") == "ya" else ""
        given = {
            "cari": search,
            "jenis": kind.value if kind else "",
            "provinsi": province,
            "kanwil": str(office or ""),
            "berakhir": ended,
        }
        return cls(
            Wanted(search, kind, province, office, has_ended=bool(ended)),
            page_of(fields),
            {name: value for name, value in given.items() if value},
        )


def page_of(fields: MultiDict[str, str]) -> int:
    """The number of a page of a list, from its address."""
    page = fields.get("halaman", "1")
    is_number = page.isascii() and page.isdecimal()
    return min(max(int(page[:12]), 1), LARGEST_PAGE) if is_number else 1


class FactsForm(FlaskForm):
    """What the registry says of an institution."""

    name = StringField(_("Nama"), [InputRequired(_("Tulis nama instansinya.")), at_most(200)])
    code = StringField(
        _("Kode"),
        [InputRequired(_("Tulis kodenya.")), readable(read_code)],
        description=_("Sebutan tetap dalam berkas impor, misalnya 11.01 atau KEMENHAM."),
    )
    kind = SelectField(  # type: ignore[call-arg]  # its types are of an older version
        _("Jenis"), invalid_choice_message=_("Pilih jenisnya.")
    )
    time_zone = SelectField(  # type: ignore[call-arg]  # as above
        _("Zona waktu"), invalid_choice_message=_("Pilih zona waktunya.")
    )
    region_code = StringField(
        _("Kode wilayah"),
        [readable(read_region)],
        description=_("Kode Kemendagri bagi pemerintah daerah, seperti 11 atau 11.01."),
    )
    regional_office = SelectField(  # type: ignore[call-arg]  # as above
        _("Kanwil"), invalid_choice_message=_("Pilih kanwilnya.")
    )
    head_count = StringField(_("Jumlah pegawai"), [readable(read_count)])
    head_counted_on = DateField(
        _("Dihitung pada"), [Optional()], description=_("Hari yang disebut sumbernya.")
    )
    target_count = StringField(_("Sasaran"), [readable(read_count)])
    begun_on = DateField(_("Ada sejak"), [Optional()])
    email_domain = StringField(
        _("Domain surel"), [readable(read_domain)], description=_("Misalnya contoh.go.id.")
    )

    def offer(self) -> None:
        """Offer the kinds, the time zones and the regional offices that there are."""
        self.time_zone.choices = [(zone, ZONES[zone]) for zone in TIME_ZONES]
        self.kind.choices = [(kind.value, gettext(word)) for kind, word in KINDS.items()]
        offices = [(str(each.id), each.name) for each in list_regional_offices()]
        self.regional_office.choices = [("", gettext("Belum ditentukan")), *offices]

    def read(self) -> Facts:
        """The values of a form that has been validated."""
        return Facts(
            code=read_code(typed(self.code)),
            name=" ".join(typed(self.name).split()),
            kind=InstitutionKind(self.kind.data),
            time_zone=typed(self.time_zone),
            email_domain=read_domain(typed(self.email_domain)),
            region_code=read_region(typed(self.region_code)),
            regional_office_id=int(typed(self.regional_office) or 0) or None,
            head_count=read_count(typed(self.head_count)),
            head_counted_on=self.head_counted_on.data,
            target_count=read_count(typed(self.target_count)),
            begun_on=self.begun_on.data,
        )

    def show(self, facts: Facts) -> None:
        """Show what is registered now."""
        for name in ("name", "code", "time_zone", "begun_on", "head_counted_on"):
            self[name].data = getattr(facts, name)
        self.kind.data = facts.kind.value
        self.regional_office.data = str(facts.regional_office_id or "")
        for name in ("region_code", "email_domain"):
            self[name].data = getattr(facts, name) or ""
        for name in ("head_count", "target_count"):
            count = getattr(facts, name)
            self[name].data = "" if count is None else str(count)


class DayForm(FlaskForm):
    """On which day something happened."""

    on = DateField(
        _("Berlaku sejak"),
        [InputRequired(_("Tulis harinya."))],
        description=_("Hari menurut keputusannya; tidak dapat di kemudian hari."),
    )
    is_agreed = BooleanField(_("Ya, saya sudah memeriksanya"))

    def validate(self, extra_validators: object = None) -> bool:
        """Nothing that cannot be taken back is done without a tick."""
        is_valid = super().validate(extra_validators)
        if self.is_agreed.data:
            return bool(is_valid)
        self.is_agreed.errors = [gettext("Centang dahulu; ini tidak dapat dibatalkan.")]
        return False

    @property
    def day(self) -> date:
        """The day of a form that has been validated."""
        assert self.on.data is not None  # noqa: S101 - it is valid
        return self.on.data


class GoalForm(DayForm, PlaceForm):
    """Into which institution another one, or a unit, goes."""

    may_be_unlisted = False


class UnitFactsForm(UnitOfForm):
    """A unit's name and code, and the one above it."""

    name = StringField(
        _("Nama unit kerja"), [InputRequired(_("Tulis namanya.")), readable(read_unit_name)]
    )
    code = StringField(
        _("Kode"), [at_most(40)], description=_("Kode unit pada instansi Anda, bila ada.")
    )
    unit = StringField(
        _("Di bawah unit"),
        [at_most(200)],
        description=_("Kosongkan bila langsung di bawah instansi."),
    )


class UnitGoalForm(DayForm, UnitOfForm):
    """Into which unit of the same institution another one goes."""

    unit = StringField(_("Digabung ke dalam"), [at_most(200)])
    is_needed = True


class AnswerForm(PlaceForm):
    """Which institution those meant who did not find theirs."""

    may_be_unlisted = False


class SheetForm(FlaskForm):
    """A sheet of the registry."""

    sheet = FileField(
        _("Berkas"),
        [InputRequired(_("Pilih berkasnya."))],
        description=_("XLSX, XLS, ODS, atau CSV; paling besar 2 MB."),
    )
