"""The numbers on a certificate: its own official one by a pattern, and its holder's, grouped."""

from dataclasses import dataclass
from string import Formatter
from typing import Final

from lms.accounts.numbers import mask_number

LONGEST_NUMBER: Final = 60
NO_MODULE: Final = "00"

_FIELDS: Final = frozenset({"module", "serial", "year"})
_SPECIFICATION_LENGTH: Final = 4


class BadPattern(ValueError):
    """A pattern that could not number certificates."""


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How official numbers look, for example ``HAM.{module}/{serial:06d}/{year}``.

    It is a setting and is made once, at start, so that a mistake stops the start and not the
    first issue. {serial} must be in it, or two certificates would share a number; {module} and
    {year} may be. Raises BadPattern, which says what is wrong, for a text with another field, a
    conversion such as ``!r``, or a format that does not fit its field, and for numbers that are
    longer than sixty characters or cannot be printed.
    """

    text: str

    def __post_init__(self) -> None:
        problem = _find_problem(self.text)
        if problem:
            raise BadPattern(f"The pattern of certificate numbers {self.text!r}: {problem}.")

    def number(self, pocketbook_code: str | None, serial: int, year: int) -> str:
        """Give the official number of one certificate.

        Takes the pocketbook's code, of which {module} is what follows the last dash ("01" of
        "HAM-01"; "00" where it is of no pocketbook), the serial number and the year of issue.
        """
        module = pocketbook_code.rpartition("-")[2] if pocketbook_code else NO_MODULE
        return _fill(self.text, module, serial, year)


def _fill(text: str, module: str, serial: int, year: int) -> str:
    """The pattern with its fields filled in."""
    return text.format(module=module, serial=serial, year=year)


def _find_problem(text: str) -> str | None:
    """What is wrong with a pattern, in words; None if nothing is."""
    try:
        fields = [
            (name, specification or "", conversion)
            for _, name, specification, conversion in Formatter().parse(text)
            if name is not None
        ]
    except ValueError as error:
        return str(error).lower()
    for name, specification, conversion in fields:
        if name not in _FIELDS:
            return f"{{{name}}} is unknown; there are {{module}}, {{serial}} and {{year}}"
        if conversion or len(specification) > _SPECIFICATION_LENGTH:
            return f"{{{name}}} has a format that is not allowed"
    if "serial" not in {name for name, _, _ in fields}:
        return "{serial} is missing, and numbers would not differ"
    try:
        sample = _fill(text, "01", 999_999, 2099)
    except (ValueError, LookupError) as error:
        return f"a format does not fit: {str(error).lower()}"
    if len(sample) > LONGEST_NUMBER or not sample.isprintable():
        return f"numbers have more than {LONGEST_NUMBER} characters, or some cannot be printed"
    return None


def group_number(number: str) -> str:
    """Write a NIP or NI PPPK in the groups its parts have: ``19050117 209903 1 001``.

    A NI PPPK has one more, ``19110830 2098 21 2 004``. Takes it with or without spaces; what is
    not eighteen digits is given back as it came.
    """
    digits = "".join(number.split())
    if len(digits) != 18 or not (digits.isascii() and digits.isdigit()):
        return number
    ends = [8, 12, 14, 15, 18] if is_contract_number(digits) else [8, 14, 15, 18]
    return " ".join(digits[start:end] for start, end in zip([0, *ends], ends, strict=False))


def mask_grouped(number: str) -> str:
    """Write a NIP or NI PPPK in its groups, with nothing of it but the last three digits."""
    signs = iter(mask_number(number))
    return "".join(" " if sign == " " else next(signs) for sign in group_number(number))


def is_contract_number(number: str) -> bool:
    """Tell a NI PPPK from a NIP.

    Its digits 13 and 14 count contracts from 21 up, where a NIP has the month of appointment.
    """
    contract_or_month = "".join(number.split())[12:14]
    return contract_or_month.isdecimal() and int(contract_or_month) > 12
