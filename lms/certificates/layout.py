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
from lms.certificates.numbers import group_number, is_contract_number
from lms.certificates.wording import printable_text, spell_number
from lms.days import write_day
from lms.printing.fonts import SUBSETS, WEIGHTS, font_files

SHOWN_HASH_DIGITS: Final = 16
STATEMENTS: Final = {
    CauseKind.PASSED_ATTEMPT: "yang telah menyelesaikan modul",
    CauseKind.ATTENDANCE: "yang telah mengikuti kegiatan",
}

# Of the box for the objectives: in millimetres, and in parts of the size of its letters.
OBJECTIVES_WIDTH, OBJECTIVES_HEIGHT, OBJECTIVES_PITCH = 191.0, 29.5, 1.3

# Where the seal is seen: left, top, width and height on the sheet, in millimetres.
SEAL_BOX: Final = (214.0, 120.0, 38.0, 18.0)

_POINTS_PER_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Layout:
    """The texts of a certificate, laid out; one that this certificate has not is empty."""

    issuer: str
    number: str
    name: str
    name_lines: Fitted
    employee_number: str
    institution: str
    institution_lines: Fitted
    statement: str
    title: str
    title_lines: Fitted
    credit: str
    objectives: FittedList
    code: str
    address: str
    address_lines: Fitted
    verify_url: str
    qr_content: str
    issued_on: str
    notes: tuple[str, ...]


def lay_out(
    facts: CertificateFacts, imprint: Imprint, fonts: Path, objectives: Sequence[str] = ()
) -> Layout:
    """Lay out the facts and the objectives that were tested, fitted into their boxes.

    With objectives the page has another plan: the same lines closer together, and a list of them
    between the credit hours and the code. Raises FileNotFoundError for a font that is not there.
    """
    name = printable_text(facts.holder_name)
    institution = printable_text(facts.institution_name or "")
    title = printable_text(facts.title)
    address = re.sub("^https?://", "", imprint.verify_url)
    credit = f"{facts.credit_hours} ({spell_number(facts.credit_hours)}) jam pelajaran (JP)"

    def fit(weight: int, text: str, *, mm: float, largest: float, comfortable: float) -> Fitted:
        return typefaces(fonts)[weight].fit(
            text, width=mm * _POINTS_PER_MM, largest=largest, comfortable=comfortable
        )

    return Layout(
        issuer=printable_text(imprint.issuer_name),
        number=f"Nomor {facts.number}",
        name=name,
        name_lines=fit(700, name, mm=221, largest=36, comfortable=24),
        employee_number=_employee_number(facts.employee_number),
        institution=institution,
        institution_lines=fit(400, institution, mm=221, largest=12, comfortable=10),
        statement=STATEMENTS[facts.cause_kind],
        title=title,
        title_lines=fit(700, title, mm=221, largest=21, comfortable=15),
        credit=f"pada {write_day(facts.completed_on)}, setara {credit}",
        objectives=_fit_objectives(tuple(objectives), fonts),
        code=show_code(facts.code),
        address=address,
        address_lines=fit(600, address, mm=96, largest=9, comfortable=1),
        verify_url=imprint.verify_url,
        qr_content=imprint.qr_content or imprint.verify_url,
        issued_on=facts.issued_on.isoformat(),
        notes=(f"Diterbitkan pada {write_day(facts.issued_on)}", *_text_studied(facts)),
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
        legible=6.5,
    )


def _text_studied(facts: CertificateFacts) -> tuple[str, ...]:
    """Which text it was, after an empty place; nothing where the cause was no pocketbook."""
    if facts.release_sha256 is None:
        return ()
    return (
        "",
        "",
        f"Buku saku {facts.pocketbook_code}, edisi {facts.edition_name}",
        f"SHA-256 naskah {facts.release_sha256[:SHOWN_HASH_DIGITS]}…",
    )


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


def _employee_number(number: str | None) -> str:
    """The holder's number with its kind and in its groups; empty without one."""
    if not number:
        return ""
    kind = "NI PPPK" if is_contract_number(number) else "NIP"
    return f"{kind} {group_number(number)}"
