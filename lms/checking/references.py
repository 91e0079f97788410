"""Checks what people type or paste: a code, an official number, a link, a QR code's address."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from lms.certificates.codes import ParsedCode, find_code_in_link, parse_code
from lms.certificates.queries import find_certificates, find_certificates_by_number
from lms.checking.verdicts import Finding, Verdict, verdict_of
from lms.clock import utc_now
from lms.days import local_day

LONGEST: Final = 400  # a QR code's address with a name in it has 250 characters
LONGEST_NUMBER: Final = 80
AT_ONCE: Final = 500  # what one statement looks up

_NUMBER: Final = re.compile(r"[\w.-]+(?:\s*/\s*[\w.-]+)+")
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://|www\.", re.IGNORECASE)


def check_reference(text: str, *, today: date | None = None) -> Finding:
    """Look up what somebody has of a certificate.

    Takes a code however it is grouped and cased, the official number, a link to a check or a
    certificate, also in a sentence, or what a QR code says. What is nothing of the kind is unknown,
    with the reason in `parsed`; an address that leads elsewhere is foreign. A code that is known
    costs as many statements as one that is not. Without a day it is the present one.
    """
    return check_references([text], today=today)[0]


def check_references(texts: Sequence[str], *, today: date | None = None) -> list[Finding]:
    """The same for many, in their order: two statements for every five hundred."""
    day = today or local_day(utc_now())
    findings: list[Finding] = []
    for start in range(0, len(texts), AT_ONCE):
        findings += _check(texts[start : start + AT_ONCE], day)
    return findings


def is_like_a_number(text: str) -> bool:
    """Whether a text looks like an official number rather than like a code: it has a slash."""
    return _NUMBER.fullmatch(text.strip()) is not None


def _check(texts: Sequence[str], today: date) -> list[Finding]:
    asked = [" ".join(text.split())[:LONGEST] for text in texts]
    parsed = [parse_code(find_code_in_link(text)) for text in asked]
    by_code = find_certificates({it.normalised for it in parsed if it.is_valid})
    numbers = [_as_number(text, it) for text, it in zip(asked, parsed, strict=True)]
    by_number = find_certificates_by_number({number for number in numbers if number})
    findings = []
    for text, code, number in zip(asked, parsed, numbers, strict=True):
        certificate = by_code.get(code.normalised) if code.is_valid else by_number.get(number)
        if certificate is not None:
            findings.append(
                Finding(
                    verdict=verdict_of(certificate, today),
                    asked=text,
                    certificate=certificate,
                    is_by_number=not code.is_valid,
                )
            )
        elif code.is_valid or is_like_a_number(text):
            findings.append(Finding(verdict=Verdict.UNKNOWN, asked=text))
        elif _ADDRESS.match(text) and find_code_in_link(text) == text:
            findings.append(Finding(verdict=Verdict.FOREIGN, asked=text))
        else:
            findings.append(Finding(verdict=Verdict.UNKNOWN, asked=text, parsed=code))
    return findings


def _as_number(text: str, parsed: ParsedCode) -> str:
    """The text as an official number is looked up; empty for what is a code, or cannot be one."""
    number = "".join(text.split())
    return "" if parsed.is_valid or len(number) > LONGEST_NUMBER else number
