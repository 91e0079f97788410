"""What a certificate's sheet says, read from its words, against what the register says.

Sheets were made to several designs, and readers of PDFs break lines as they like. So a fact counts
as printed when its words stand on the sheet, whatever is around them; and where a sheet says by its
own words where a fact is to be found, such as the name after *diberikan kepada*, it has to be just
that one.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import Final

from lms.accounts.numbers import mask_number
from lms.certificates.facts import CertificateFacts
from lms.certificates.layout import SEALED
from lms.certificates.wording import printable_text, write_period
from lms.days import write_day

LONGEST_SHOWN: Final = 200

_NAME: Final = re.compile(
    r"diberikan kepada:?\s*\n(.+?)\n\s*(?:NIP|NI PPPK|yang telah|atas )", re.DOTALL | re.IGNORECASE
)
_NAME_ONLY: Final = re.compile(r"diberikan kepada:?\s*\n(.+)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\bNomor:?[ \t]+([^\n]+?)(?:, berlaku sampai [^\n]*)?(?:\n|$)")
_EMPLOYEE_NUMBER: Final = re.compile(r"\b(?:NIP|NI PPPK)[ .:]*([\d•*·][\d•*· ]{8,40})")
_SPELLED_HOURS: Final = re.compile(r"\b(\d{1,4})\s*\([a-z\s]{2,40}\)\s*jam\s+pelajaran\b")
_HOURS: Final = re.compile(r"\b(\d{1,4})\s*(?:jam\s+pelajaran|JP)\b", re.IGNORECASE)
_TITLE: Final = re.compile(
    r"yang telah (?:menyelesaikan|mengikuti)\b[^\n]*\n(.+?)\n[^\n]*\bpada \d", re.DOTALL
)
# Not the day of issue, nor that on which a stamp says that it is out of force.
_A_DAY: Final = r"\d{1,2}(?:\s+[A-Z][a-z]+)?(?:\s+\d{4})?"
_PERIOD: Final = re.compile(
    rf"(?<!iterbitkan )\bpada\s+({_A_DAY}(?:\s+s\.d\.\s+{_A_DAY})?)(?!\d|; tidak)"
)
_VALID_UNTIL: Final = re.compile(rf"\bberlaku sampai ({_A_DAY})")
_PASS_MARK: Final = re.compile(r"\bnilai minimal (\d{1,3})\s*%")
_INSTITUTION: Final = re.compile(r"\n(?:NIP|NI PPPK)[^\n]*\n(.+?)\nyang telah", re.DOTALL)
_HOLDERS: Final = re.compile(r"diberikan kepada.*?yang telah", re.DOTALL | re.IGNORECASE)
_MASKS: Final = frozenset("•*·")


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of which a sheet says something else than the register.

    fact: its name, as in `CertificateFacts`. printed: what the sheet says, empty where nothing can
    be read. registered: what the register says; of the holder's number what anybody may know.
    """

    fact: str
    printed: str
    registered: str


def differences_of(
    facts: CertificateFacts, text: str, *, knows_number: bool = False
) -> tuple[Difference, ...]:
    """Where the words of a sheet differ from the facts of a certificate.

    Takes the words of a PDF in the order that a reader selects them. A fact that is not on every
    design, such as what the quiz asked for, is not missed; name, title, number and JP are. Of the
    holder's number the digits are compared that anybody may know, or all for whoever knows it: else
    a sheet made up with a guess would tell whether the guess was right.
    """
    lines = "\n".join(line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip())
    squeezed = _squeeze(lines)
    found = [
        _name(facts, lines, squeezed),
        _employee_number(facts, lines, knows_number=knows_number),
        _institution(facts, lines, squeezed),
        _words("title", facts.title, _TITLE, lines, squeezed),
        _hours(facts, lines),
        _pass_mark(facts, lines),
        _period(facts, lines, squeezed),
        _words("number", facts.number, _NUMBER, lines, squeezed),
        _valid_until(facts, lines),
    ]
    return tuple(difference for difference in found if difference is not None)


def says_it_is_sealed(text: str) -> bool:
    """Whether a sheet bears the sentence that stands on sealed ones only."""
    return _squeeze(SEALED) in _squeeze(text)


def _name(facts: CertificateFacts, lines: str, squeezed: str) -> Difference | None:
    name = printable_text(facts.holder_name)
    regions = [match[1] for match in _NAME.finditer(lines)]
    wanted = _squeeze(name)
    if not regions:
        if _stands(wanted, squeezed):
            return None
        alone = _NAME_ONLY.search(lines)
        return Difference("holder_name", _shown(alone[1] if alone else ""), facts.holder_name)
    # The institution stands below the name where there is no number between them.
    institution = _squeeze(printable_text(facts.institution_name or ""))
    for region in regions:  # a second one may be what is seen
        read = _squeeze(region)
        if not _same(wanted, read) and not (institution and _same(wanted + institution, read)):
            return Difference("holder_name", _shown(region), facts.holder_name)
    return None


def _employee_number(
    facts: CertificateFacts, lines: str, *, knows_number: bool
) -> Difference | None:
    """A printed number has to be the holder's, as far as it is masked neither there nor here.

    Whoever signs has a number too: only what stands with the holder is read.
    """
    holders = _HOLDERS.search(lines)
    match = _EMPLOYEE_NUMBER.search(holders[0] if holders else lines)
    if match is None:
        return None
    printed = "".join(match[1].split())
    own = facts.employee_number or ""
    known = own if knows_number else mask_number(own)
    if len(printed) == len(own) and all(
        sign in _MASKS or digit in _MASKS or sign == digit
        for sign, digit in zip(printed, known, strict=True)
    ):
        return None
    return Difference("employee_number", _shown(match[1]), mask_number(own) if own else "")


def _words(
    fact: str, registered: str, pattern: re.Pattern[str], lines: str, squeezed: str
) -> Difference | None:
    wanted = _squeeze(printable_text(registered))
    match = pattern.search(lines)
    read = _squeeze(match[1]) if match else ""
    if _same(wanted, read) or (not read and _stands(wanted, squeezed)):
        return None
    return Difference(fact, _shown(match[1] if match else ""), registered)


def _hours(facts: CertificateFacts, lines: str) -> Difference | None:
    """Hours are printed with their number in words; a title may speak of others."""
    found = _SPELLED_HOURS.findall(lines) or _HOURS.findall(lines)
    printed = {int(hours) for hours in found}
    if printed == {facts.credit_hours}:
        return None
    wrong = sorted(printed - {facts.credit_hours})
    return Difference("credit_hours", ", ".join(map(str, wrong)), str(facts.credit_hours))


def _institution(facts: CertificateFacts, lines: str, squeezed: str) -> Difference | None:
    """An institution that is printed has to be the registered one."""
    match = _INSTITUTION.search(lines)
    wanted = _squeeze(printable_text(facts.institution_name or ""))
    read = _squeeze(match[1]) if match else ""
    if _same(wanted, read) or (not read and _stands(wanted, squeezed)):
        return None
    if not wanted and not read:
        return None
    return Difference(
        "institution_name",
        _shown(match[1] if match else ""),
        wanted and str(facts.institution_name),
    )


def _pass_mark(facts: CertificateFacts, lines: str) -> Difference | None:
    """What the quiz asked for, where the sheet and the register both say it."""
    match = _PASS_MARK.search(lines)
    if match is None or facts.pass_mark is None or int(match[1]) == facts.pass_mark:
        return None
    return Difference("pass_mark", match[1], str(facts.pass_mark))


def _period(facts: CertificateFacts, lines: str, squeezed: str) -> Difference | None:
    """The days as they are printed: from when to when, or, on older designs, the last."""
    day = write_day(facts.completed_on)
    period = write_period(facts.started_on or facts.completed_on, facts.completed_on)
    match = _PERIOD.search(lines)
    read = _squeeze(match[1]) if match else ""
    if read in {_squeeze(day), _squeeze(period)} or (not read and _squeeze(day) in squeezed):
        return None
    return Difference("completed_on", _shown(match[1] if match else ""), period)


def _valid_until(facts: CertificateFacts, lines: str) -> Difference | None:
    """A certificate with an end says so on every design."""
    match = _VALID_UNTIL.search(lines)
    registered = write_day(facts.valid_until) if facts.valid_until else ""
    printed = _shown(match[1]) if match else ""
    if printed == registered:
        return None
    return Difference("valid_until", printed, registered)


def _squeeze(text: str) -> str:
    """The text without what readers of PDFs add and drop: spaces, and marks that are not seen."""
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKC", text)
        if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc"}
    )


def _same(wanted: str, read: str) -> bool:
    """Whether two squeezed texts are one; those of other scripts are read in any order."""
    return wanted == read or (_is_foreign(wanted) and _letters(wanted) == _letters(read))


def _stands(wanted: str, squeezed: str) -> bool:
    """Whether a squeezed text stands in another."""
    return wanted in squeezed or (_is_foreign(wanted) and not _letters(wanted) - _letters(squeezed))


def _is_foreign(squeezed: str) -> bool:
    """Whether it has letters that lines are not read in order of, or not one by one."""
    return any(
        sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN") for sign in squeezed
    )


def _letters(squeezed: str) -> Counter[str]:
    return Counter(unicodedata.normalize("NFKD", squeezed))


def _shown(text: str) -> str:
    return " ".join(text.split())[:LONGEST_SHOWN]
