"""The layout of a certificate: its texts fitted into boxes, for PDF and for SVG."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from lms.certificates.codes import show_code
from lms.certificates.enums import CauseKind
from lms.certificates.facts import CertificateFacts, Imprint, Mark
from lms.certificates.fitting import Fitted, FittedList, Typeface
from lms.certificates.letterheads import Emblem, Letterhead
from lms.certificates.numbers import group_number, is_contract_number, mask_grouped
from lms.certificates.wording import printable_text, spell_number, write_period
from lms.days import write_day
from lms.printing.fonts import SUBSETS, WEIGHTS, font_files

STATEMENTS: Final = {
    CauseKind.PASSED_ATTEMPT: "yang telah menyelesaikan pelatihan mandiri daring",
    CauseKind.ATTENDANCE: "yang telah mengikuti kegiatan",
}
SEALED: Final = "Berkas ini bersegel elektronik."
"""What the sheet says of the institution's own seal: that of a PSrE alone signs for a person."""

# Of the box for the objectives: in millimetres, and in parts of the size of its letters.
OBJECTIVES_WIDTH, OBJECTIVES_HEIGHT, OBJECTIVES_PITCH = 141.0, 38.6, 1.2
LEGIBLE: Final = 7.5
"""Of what the sheet lists no letter is smaller, in points: six long ones fit so, two lines each."""

# Where the seal is seen: left, top, width and height on the sheet, in millimetres.
SEAL_BOX: Final = (184.0, 145.5, 38.0, 18.0)

# Of emblems; and from the left edge of the texts, where letters begin beside one.
EMBLEM_HEIGHT, EMBLEM_WIDTH, EMBLEM_GAP = 15.0, 40.0, 4.0
HEAD_WIDTH: Final = 185.0  # up to the QR code
COLUMN_WIDTH: Final = 141.0  # beside the signatory
SIGNATORY_WIDTH: Final = 75.0
PITCH, FOREIGN_PITCH = 1.2, 2.0  # of lines, in parts of the size of their letters
SMALL_PITCH: Final = 4.4  # of small lines, in millimetres
_POINTS_PER_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Layout:
    """The texts of a certificate, laid out; one that this certificate has not is empty."""

    emblem: Emblem | None
    issuer: str
    issuer_lines: Fitted
    unit_lines: Fitted
    number: str
    name: str
    name_lines: Fitted
    employee_number: str
    institution: str
    institution_lines: Fitted
    statement: str
    title: str
    title_lines: Fitted
    period_lines: Fitted
    credit_lines: Fitted
    objectives: FittedList
    code: str
    seal_words: str
    address: str
    address_lines: Fitted
    verify_url: str
    qr_content: str
    issued_on: str
    dated: str
    office_lines: Fitted
    signatory_lines: Fitted
    signatory_details: tuple[str, ...]

    @property
    def emblem_size(self) -> tuple[float, float]:
        """Width and height of the emblem in millimetres; nothing without one."""
        return size_of(self.emblem)

    @property
    def head_indent(self) -> float:
        """How far to the right of all other texts the letterhead's begin, in millimetres."""
        return indent_beside(self.emblem)

    @property
    def head_height(self) -> float:
        """How high the name of the issuer is, in millimetres: below it stands the unit's."""
        return height_of(self.issuer_lines)

    @property
    def office_height(self) -> float:
        """How high the office of the signatory is, in millimetres: above it stand place and day."""
        return height_of(self.office_lines)

    @property
    def issuer_top(self) -> float:
        """Where the issuer stands who has no signatory, on the panel: below the seal, if any."""
        return 147 if self.seal_words else 137

    @property
    def signatory_height(self) -> float:
        """How high the name of the signatory is, in millimetres: below it stands what they are."""
        return height_of(self.signatory_lines)


NOTHING: Final = Fitted((), 9, is_foreign=False)


def size_of(emblem: Emblem | None) -> tuple[float, float]:
    """Width and height of an emblem in millimetres; nothing without one."""
    if emblem is None:
        return 0, 0
    height = min(EMBLEM_HEIGHT, EMBLEM_WIDTH / emblem.ratio)
    return height * emblem.ratio, height


def indent_beside(emblem: Emblem | None) -> float:
    """How far an emblem pushes the texts beside it to the right, in millimetres."""
    width, _ = size_of(emblem)
    return width and width + EMBLEM_GAP


def height_of(text: Fitted) -> float:
    """How high the lines of a text are, in millimetres."""
    pitch = FOREIGN_PITCH if text.is_foreign else PITCH
    return len(text.lines) * text.size * pitch / _POINTS_PER_MM


def lay_out(
    facts: CertificateFacts,
    imprint: Imprint,
    fonts: Path,
    objectives: Sequence[str] = (),
    *,
    is_sealed: bool = False,
) -> Layout:
    """Lay out the facts and the objectives that were tested, fitted into their boxes.

    With objectives the page has another plan: the same lines closer together, and a list of them
    between the credit hours and the code. It speaks of a seal if the file is to bear one. Raises
    FileNotFoundError for a font that is not there.
    """
    name = printable_text(facts.holder_name)
    institution = printable_text(facts.institution_name or "")
    address = re.sub("^https?://", "", imprint.verify_url)
    head = _fit_head(imprint.issuer_name, imprint.letterhead, fonts)
    title, title_lines, credit_lines = _fit_module(facts.title, _credit(facts), fonts)

    return Layout(
        emblem=imprint.letterhead.emblem if imprint.letterhead else None,
        issuer=head.issuer,
        issuer_lines=head.issuer_lines,
        unit_lines=head.unit_lines,
        number=_number(facts),
        name=name,
        name_lines=_fit(fonts, 700, name, mm=221, largest=36, comfortable=24),
        employee_number=_employee_number(facts.employee_number, imprint.shows_whole_number),
        institution=institution,
        institution_lines=_fit(fonts, 400, institution, mm=221, largest=12, comfortable=10),
        statement=STATEMENTS[facts.cause_kind],
        title=title,
        title_lines=title_lines,
        period_lines=_fit(fonts, 400, _period(facts), mm=COLUMN_WIDTH, largest=10.5, comfortable=1),
        credit_lines=credit_lines,
        objectives=_fit_objectives(tuple(objectives), fonts),
        code=show_code(facts.code),
        seal_words=SEALED if is_sealed else "",
        address=address,
        address_lines=_fit(fonts, 600, address, mm=78, largest=9, comfortable=1),
        verify_url=imprint.verify_url,
        qr_content=imprint.qr_content or imprint.verify_url,
        issued_on=facts.issued_on.isoformat(),
        dated=f"{head.dated}{write_day(facts.issued_on)}",
        office_lines=head.office_lines,
        signatory_lines=head.signatory_lines,
        signatory_details=head.signatory_details,
    )


def _fit(
    fonts: Path, weight: int, text: str, *, mm: float, largest: float, comfortable: float
) -> Fitted:
    return typefaces(fonts)[weight].fit(
        text, width=mm * _POINTS_PER_MM, largest=largest, comfortable=comfortable
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """The letterhead's texts, with what stands before the day of issue."""

    issuer: str
    issuer_lines: Fitted
    unit_lines: Fitted
    dated: str
    office_lines: Fitted
    signatory_lines: Fitted
    signatory_details: tuple[str, ...]


@lru_cache(maxsize=64)
def _fit_head(issuer_name: str, letterhead: Letterhead | None, fonts: Path) -> _Head:
    """The texts of a letterhead, fitted once for all whom it certifies."""
    issuer = printable_text(issuer_name)
    if letterhead is None:
        return _Head(
            issuer=issuer,
            issuer_lines=_fit(fonts, 600, issuer, mm=HEAD_WIDTH, largest=11, comfortable=9),
            unit_lines=NOTHING,
            dated="Diterbitkan pada ",
            office_lines=NOTHING,
            signatory_lines=_fit(fonts, 600, issuer, mm=SIGNATORY_WIDTH, largest=10, comfortable=8),
            signatory_details=(),
        )
    width = HEAD_WIDTH - indent_beside(letterhead.emblem)
    unit, rank = printable_text(letterhead.unit_name), printable_text(letterhead.rank)
    office = f"{printable_text(letterhead.office)},"
    name, number = printable_text(letterhead.signatory_name), letterhead.employee_number
    return _Head(
        issuer=issuer,
        issuer_lines=_fit(fonts, 600, issuer, mm=width, largest=11, comfortable=9),
        unit_lines=_fit(fonts, 400, unit, mm=width, largest=10, comfortable=8),
        dated=f"{printable_text(letterhead.place)}, ",
        office_lines=_fit(fonts, 400, office, mm=SIGNATORY_WIDTH, largest=10, comfortable=9.5),
        signatory_lines=_fit(fonts, 700, name, mm=SIGNATORY_WIDTH, largest=11, comfortable=8.5),
        signatory_details=tuple(filter(None, (rank, number and f"NIP {group_number(number)}"))),
    )


@lru_cache(maxsize=64)
def _fit_module(title: str, credit: str, fonts: Path) -> tuple[str, Fitted, Fitted]:
    """What was learned and what it is worth, fitted once for all who have learned it."""
    printable = printable_text(title)
    return (
        printable,
        _fit(fonts, 700, printable, mm=COLUMN_WIDTH, largest=21, comfortable=15),
        _fit(fonts, 400, credit, mm=COLUMN_WIDTH, largest=10.5, comfortable=1),
    )


@lru_cache(maxsize=64)
def _fit_objectives(objectives: tuple[str, ...], fonts: Path) -> FittedList:
    """Those of a release, fitted once for all who are certified by it."""
    return typefaces(fonts)[400].fit_list(
        [printable_text(objective) for objective in objectives],
        width=OBJECTIVES_WIDTH * _POINTS_PER_MM,
        height=OBJECTIVES_HEIGHT * _POINTS_PER_MM,
        pitch=OBJECTIVES_PITCH,
        largest=9,
        legible=LEGIBLE,
        rest="… dan {count} tujuan lain, lihat halaman pemeriksaan.",
    )


def _number(facts: CertificateFacts) -> str:
    """The official number, and until when the certificate is in force if that has an end."""
    if facts.valid_until is None:
        return f"Nomor {facts.number}"
    return f"Nomor {facts.number}, berlaku sampai {write_day(facts.valid_until)}"


def _period(facts: CertificateFacts) -> str:
    """Which text it was, where it was a pocketbook's, and from when to when."""
    days = f"pada {write_period(facts.started_on or facts.completed_on, facts.completed_on)}"
    if facts.pocketbook_code is None:
        return days
    return f"dari buku saku {facts.pocketbook_code}, edisi {facts.edition_name}, {days}"


def _credit(facts: CertificateFacts) -> str:
    """The credit hours, and what the quiz asked for."""
    hours = facts.credit_hours
    credit = f"setara {hours} ({spell_number(hours)}) jam pelajaran (JP)"
    if facts.pass_mark is None:
        return credit
    return f"{credit}, lulus dengan nilai minimal {facts.pass_mark}%"


def marked_on(mark: Mark) -> str:
    """The sentence below the word of a mark."""
    return f"pada {write_day(mark.day)}; tidak berlaku lagi"


@cache
def typefaces(fonts: Path) -> dict[int, Typeface]:
    """The widths of each weight's letters, read once in a process."""
    files = font_files(fonts)
    return {
        weight: Typeface.read(*(files[weight, subset] for subset in SUBSETS)) for weight in WEIGHTS
    }


def _employee_number(number: str | None, is_whole: bool) -> str:  # noqa: FBT001 - of this file
    """The holder's number with its kind and in its groups; empty without one."""
    if not number:
        return ""
    kind = "NI PPPK" if is_contract_number(number) else "NIP"
    return f"{kind} {group_number(number) if is_whole else mask_grouped(number)}"
