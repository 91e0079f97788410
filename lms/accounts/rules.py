"""What can be decided about people from values alone: numbers, names, addresses."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from lms.accounts.errors import InvalidEmployeeNumber
from lms.accounts.kinds import EmployeeKind, LinkPurpose
from lms.errors import N_, Invalid

NUMBER_LENGTH = 18
FIRST_CONTRACT = 21
NAME_LENGTH = 200
SESSION_LENGTH = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
LINK_LENGTH = {
    LinkPurpose.ACTIVATE: timedelta(days=7),
    LinkPurpose.REGISTER: timedelta(days=2),
    LinkPurpose.RESET: timedelta(hours=2),
}
EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """An employee number that has the right structure, and what its structure says."""

    number: str
    kind: EmployeeKind


def read_employee_number(text: str) -> NumberFacts:
    """Read a NIP (PNS) or an NI PPPK as people type it, with spaces, dots or dashes.

    Structure, 18 digits: birth date YYYYMMDD, then for a PNS the month of appointment YYYYMM, for
    a PPPK the year of the first appointment and the contract's ordinal from 21, then 1 or 2 for
    the sex, then a serial of three digits (Peraturan Kepala BKN 22/2007 and 43/2007; there is no
    check digit). Raises InvalidEmployeeNumber naming the part that is wrong.
    """
    number = re.sub(r"[\s.\-\u00a0\u2010-\u2015]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]*", number):
        raise _wrong(N_("Nomor hanya boleh berisi angka; periksa huruf atau tanda yang terselip."))
    if len(number) != NUMBER_LENGTH:
        raise _wrong(
            N_("NIP atau NI PPPK terdiri atas 18 angka; yang Anda ketik %(count)s angka."),
            count=len(number),
        )
    born_on = _date(number[:8])
    if born_on is None:
        raise _wrong(
            N_(
                "Angka ke-1 sampai ke-8 (%(part)s) bukan tanggal lahir yang sah (tahun-bulan-hari)."
            ),
            part=number[:8],
        )
    year, ordinal = int(number[8:12]), int(number[12:14])
    if year <= born_on.year:
        raise _wrong(
            N_("Angka ke-9 sampai ke-12 (%(part)s) harus tahun pengangkatan sesudah tahun lahir."),
            part=number[8:12],
        )
    if not (1 <= ordinal <= 12 or ordinal >= FIRST_CONTRACT):
        raise _wrong(
            N_(
                "Angka ke-13 dan ke-14 (%(part)s) harus bulan 01–12 untuk PNS, atau mulai 21 untuk "
                "PPPK."
            ),
            part=number[12:14],
        )
    if number[14] not in "12":
        raise _wrong(N_("Angka ke-15 (%(part)s) harus 1 atau 2."), part=number[14])
    kind = EmployeeKind.PPPK if ordinal >= FIRST_CONTRACT else EmployeeKind.PNS
    return NumberFacts(number, kind)


def read_name(text: str) -> str:
    """A name as it will be printed: one line, no invisible controls, at most 200 characters.

    Raises Invalid for an empty or an overlong name.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if character.isspace() else character
        for character in composed
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    name = " ".join(visible.split())
    if not name:
        raise Invalid("name", N_("Nama wajib diisi."))
    if len(name) > NAME_LENGTH:
        raise Invalid("name", N_("Nama paling panjang 200 huruf."))
    return name


def read_email(text: str) -> str:
    """An e-mail address in lower case; raises Invalid for what cannot be one."""
    address = text.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise Invalid("email", N_("Alamat surel tidak lengkap; contoh: nama@instansi.go.id."))
    return address


def describe_device(user_agent: str) -> str:
    """A few words by which a person knows their device; nothing that identifies it further."""
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browsers = {
        "Edg/": "Edge",
        "OPR/": "Opera",
        "SamsungBrowser": "Samsung Internet",
        "Firefox": "Firefox",
        "Chrome": "Chrome",
        "Safari": "Safari",
    }
    system = next((word for sign, word in systems.items() if sign in user_agent), None)
    browser = next((word for sign, word in browsers.items() if sign in user_agent), None)
    return " · ".join(word for word in (browser, system) if word) or N_("Perangkat tidak dikenal")


def _wrong(text: str, **values: object) -> InvalidEmployeeNumber:
    return InvalidEmployeeNumber("employee_number", text, **values)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
