"""The form of what a year asks of a kind of civil servant, from a day on."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    DateField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import InputRequired

from lms.accounts.enums import EmployeeKind
from lms.errors import N_, Invalid
from lms.institutions.registry.rules import read_count
from lms.progress.duties import SOURCE_LENGTH, Setting, YearlyHours
from lms.web.fields import at_most, typed

NEEDED: Final = _("Pilih salah satu.")


class YearlyHoursForm(FlaskForm):
    """Of which kind, from which day on, how many hours, and where that is written."""

    kind = RadioField(  # type: ignore[call-arg]  # as above
        _("Jenis ASN"),
        [InputRequired(NEEDED)],
        invalid_choice_message=NEEDED,
        choices=[SelectChoice(kind.value) for kind in EmployeeKind],
    )
    rule = RadioField(  # type: ignore[call-arg]  # as above
        _("Ketentuan"),
        [InputRequired(NEEDED)],
        invalid_choice_message=NEEDED,
        choices=[
            SelectChoice("least", _("Paling sedikit sekian JP setahun: kewajiban")),
            SelectChoice("most", _("Paling banyak sekian JP setahun: batas, bukan utang")),
            SelectChoice("none", _("Tidak ada ketentuan lagi sejak hari itu")),
        ],
    )
    hours = StringField(
        _("Banyaknya JP"), description=_("Bilangan bulat. Kosongkan bila tidak ada ketentuan lagi.")
    )
    from_day = DateField(
        _("Berlaku mulai"),
        [InputRequired(_("Pilih tanggalnya."))],
        description=_("Sampai hari ketentuan berikutnya bagi jenis ASN yang sama."),
    )
    source = StringField(
        _("Dasar hukum"),
        [InputRequired(_("Sebutkan dasar hukumnya.")), at_most(SOURCE_LENGTH)],
        description=_("Nama, nomor, tahun, dan pasal peraturannya."),
    )

    def read(self) -> Setting:
        """The values of a form that is valid; raises Invalid where hours are no number."""
        hours = None
        if self.rule.data != "none":
            count = read_count(typed(self.hours), "hours")
            if count is None:
                raise Invalid("hours", N_("Tulis banyaknya JP."))
            hours = YearlyHours(count, is_most=self.rule.data == "most")
        assert self.from_day.data is not None  # noqa: S101 - it is asked for above
        return Setting(EmployeeKind(self.kind.data), self.from_day.data, hours, typed(self.source))
