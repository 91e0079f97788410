"""A certificate beside what would replace it: facts in words, and both sheets as pictures."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import current_app
from flask_babel import gettext
from markupsafe import Markup

from lms.certificates.facts import CertificateFacts, Imprint, Mark
from lms.certificates.letterhead_versions import get_letterhead
from lms.certificates.picture import draw_certificate
from lms.certificates.queries import get_any_certificate
from lms.certificates.register import PRINTED, Correction, get_correction
from lms.certificates.theme import theme_of
from lms.errors import N_
from lms.http.addresses import public_url
from lms.printing.fonts import BUILT_FONTS
from lms.web.certificates.views import draw_registered
from lms.web.formatting import show_date

NAMES: Final = {
    "holder_name": N_("Pemilik"),
    "employee_number": N_("NIP"),
    "institution_name": N_("Instansi"),
    "title": N_("Judul"),
    "credit_hours": N_("Jam pelajaran (JP)"),
    "started_on": N_("Mulai pada"),
    "completed_on": N_("Selesai pada"),
    "pass_mark": N_("Lulus dengan sedikitnya (persen)"),
    "valid_until": N_("Berlaku sampai"),
}
# A code that is well-formed, and nobody's: the true one is drawn when the replacement is issued.
_NO_CODE: Final = "000000000000"


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """One fact as it is printed and as it would be."""

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether it would be printed differently."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a replacement would print, beside what is printed.

    `fingerprint` is of what it says: who confirms it sends that along. The pictures are drawn only
    where the two differ.
    """

    facts: list[ComparedFact]
    fingerprint: str
    old_picture: Markup | None
    new_picture: Markup | None

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to replace."""
        return self.new_picture is not None


def compare(code: str, *, today: date) -> Comparison:
    """A certificate and its replacement; raises NoSuchCertificate.

    Whether the asker may see it is asked before.
    """
    correction, certificate = get_correction(code, today=today), get_any_certificate(code)
    facts = [
        ComparedFact(gettext(NAMES[name]), _shown(correction.printed, name), _shown(after, name))
        for name in PRINTED
        if (after := correction.corrected) and (_has(correction, name))
    ]
    if not correction.changes:
        return Comparison(facts, correction.fingerprint, None, None)
    letterhead_id = correction.letterhead_id
    new = replace(correction.corrected, code=_NO_CODE, number=gettext("(nomor baru)"))
    picture = draw_certificate(
        new,
        Imprint(
            issuer_name=current_app.config["SAKUHAM"].issuer_name,
            verify_url=public_url("verification.show", code=_NO_CODE),
            letterhead=None if letterhead_id is None else get_letterhead(letterhead_id),
        ),
        theme_of(new.theme, "motif-pratinjau"),
        fonts=BUILT_FONTS,
        objectives=certificate.objectives,
        mark=Mark("Pratinjau", today),
    )
    return Comparison(
        facts,
        correction.fingerprint,
        draw_registered(certificate),
        Markup(picture),  # noqa: S704 - drawn by our own code, which escapes every value
    )


def _has(correction: Correction, name: str) -> bool:
    return any(
        getattr(each, name) is not None for each in (correction.printed, correction.corrected)
    )


def _shown(facts: CertificateFacts, name: str) -> str:
    match getattr(facts, name):
        case None:
            return str(gettext("tidak ada"))
        case date() as day:
            return str(show_date(day))
        case value:
            return str(value)
