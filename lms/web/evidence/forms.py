"""What is asked for on the pages of reports: of whom, which month, and in which form."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    RadioField,
    SelectChoice,
    SelectField,
)
from wtforms.validators import InputRequired

from lms.evidence.models import ReportForm
from lms.evidence.rules import Subject, Term
from lms.web.formatting import show_moment, show_month

LARGEST_PAGE: Final = 100_000
NEEDED: Final = _("Pilih salah satu dari daftar ini.")
Choices = Sequence[tuple[str, str]]


class ReportWishForm(FlaskForm):
    """Of whom, which month, and in which form."""

    tentang = SelectField(_("Tentang"), [InputRequired(NEEDED)], validate_choice=True)
    bulan = SelectField(
        _("Bulan"),
        [InputRequired(NEEDED)],
        description=_("Bulan yang sudah berakhir, atau bulan ini sampai satu jam yang lalu."),
    )
    bentuk = RadioField(  # type: ignore[call-arg]  # as above
        _("Berkas"),
        [InputRequired(NEEDED)],
        invalid_choice_message=NEEDED,
        choices=[
            SelectChoice("pdf", _("PDF, untuk dicetak dan dikirim")),
            SelectChoice("xlsx", _("XLSX, untuk diolah")),
        ],
        default="pdf",
    )

    def offer(self, about: Choices, terms: Sequence[Term]) -> None:
        """Fill in what can be chosen; it begins with the last month that is over, if any is."""
        self.tentang.choices = list(about)
        self.bulan.choices = [(f"{term.month:%Y-%m}", _term_words(term)) for term in terms]
        if not self.is_submitted() and terms:
            begun_with = next((term for term in terms if term.is_whole), terms[0])
            self.bulan.data = f"{begun_with.month:%Y-%m}"
        for field in (self.tentang, self.bulan):
            field.invalid_choice_message = str(NEEDED)  # type: ignore[attr-defined]

    def read(self, terms: Sequence[Term]) -> tuple[Subject, Term, ReportForm]:
        """The values of a form that is valid."""
        subject = Subject.read(self.tentang.data)
        term = next(each for each in terms if f"{each.month:%Y-%m}" == self.bulan.data)
        assert subject is not None  # noqa: S101 - what is offered can be read
        return subject, term, ReportForm(self.bentuk.data)


def _term_words(term: Term) -> str:
    month = show_month(term.month)
    if term.is_whole:
        return month
    words = gettext("%(month)s, sampai %(moment)s", month=month, moment=show_moment(term.at))
    return str(words)


def page_of(fields: MultiDict[str, str]) -> int:
    """Which page of the list is asked for; anything unknown is the first."""
    page = fields.get("halaman", "1")[:6]
    return min(max(int(page), 1), LARGEST_PAGE) if page.isascii() and page.isdecimal() else 1
