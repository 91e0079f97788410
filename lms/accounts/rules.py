"""Validation of employee numbers, names and mail addresses: rules from values alone."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lms.accounts.enums import EmployeeKind, LinkPurpose
from lms.accounts.errors import InvalidEmployeeNumber
from lms.errors import N_, Invalid

NUMBER_LENGTH = 18
FIRST_CONTRACT = 21
NAME_LENGTH = 200
TARGET_LENGTH = 300
FREE_GUESSES = 5
LONGEST_PAUSE = timedelta(minutes=1)
SESSION_LENGTH = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
LINK_LENGTH = {
    LinkPurpose.ACTIVATE: timedelta(days=7),
    LinkPurpose.REGISTER: timedelta(days=2),
    LinkPurpose.RESET: timedelta(hours=2),
    LinkPurpose.TAKE_BACK: timedelta(days=14),
}
EMAIL_LENGTH, LOCAL_LENGTH = 254, 64
# What every relay takes before the @ without quoting, and labels as in RFC 1035 and 1123 after it.
LOCAL_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_{|}~-`")
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Beside letters of every script. Names are mailed and printed: nothing in them may lead anywhere.
NAME_SIGNS = frozenset(" .,'\u2019\u2018\u02bc`\u00b4-\u2010\u2011\u2013()&")
# A mail reader makes a link of what ends so; no degree does.
TOP_LEVELS = frozenset(
    re.findall(
        r"\w+",
        "app biz cc cf click club co com example ga gg gq id info io link live ly me ml mov net "
        "online org page pro ru shop site store test tk to top tv us web website world ws xyz zip",
    )
)
# Scripts with letters that nobody tells apart on paper, as their letters' names begin.
LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"})
LONGEST_ABBREVIATION = 4
SMALL_TITLES = frozenset({"drg", "drh"})
# What nearly every line of a list looks like; it is taken at once, and as the whole rules take it.
_PLAIN_NUMBER = re.compile(r"([0-9]{8})([0-9]{4})([0-9]{2})[12](?!000)[0-9]{3}")
_PLAIN_NAME = re.compile(r"[A-Za-z'(][A-Za-z.,'()&-]*(?: [A-Za-z'(&-][A-Za-z.,'()&-]*)*")
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]*)?[eE][+]?[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """An employee number that has the right structure, and what its structure says."""

    number: str
    kind: EmployeeKind


_ROUNDED_TO = N_(
    "Nomor ini tampaknya dibulatkan lembar kerja (%(part)s): tiga angka terakhir tidak pernah 000. "
    "Ubah format kolomnya menjadi Teks, lalu ketik ulang nomor aslinya."
)


def read_employee_number(text: str) -> NumberFacts:
    """Read a NIP (PNS) or an NI PPPK as people type it, with spaces, dots or dashes.

    Structure, 18 digits: birth date YYYYMMDD, then for a PNS the month of appointment YYYYMM, for
    a PPPK the year of the first appointment and the contract's ordinal from 21, then 1 or 2 for
    the sex, then a serial of three digits (Peraturan Kepala BKN 22/2007 and 43/2007; there is no
    check digit). Serials begin at 001, and a spreadsheet that takes the number for a quantity
    keeps 15 digits of it: what ends in 000 was rounded. Raises InvalidEmployeeNumber naming the
    part that is wrong.
    """
    plain = _PLAIN_NUMBER.fullmatch(text)
    if plain is not None:
        kind = _plain_kind(*plain.groups())
        if kind is not None:
            return NumberFacts(text, kind)
    return _read_any_number(text)


def _read_any_number(text: str) -> NumberFacts:
    if ROUNDED.fullmatch(text.strip()):
        raise _wrong(_ROUNDED_TO, part=text.strip())
    number = re.sub(r"[\s.\-\u00a0\u2010-\u2015]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]*", number):
        raise _wrong(N_("Nomor hanya boleh berisi angka; periksa huruf atau tanda yang terselip."))
    if len(number) != NUMBER_LENGTH:
        raise _wrong(
            N_("NIP atau NI PPPK terdiri atas 18 angka; yang Anda ketik %(count)s angka."),
            count=len(number),
        )
    if number.endswith("000"):
        raise _wrong(_ROUNDED_TO, part=number[15:])
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
    """A name as it will be printed: one line of letters, at most 200 of them.

    Invisible controls are left out, and letters in other forms (wide ones, ligatures) become plain
    ones. Raises Invalid for an empty or an overlong name, for one with digits, an address, or other
    signs that no name has, since it would stand in our mail, and for one of letters that only look
    like those beside them, since two names that look the same are to be the same.
    """
    is_plain = len(text) <= NAME_LENGTH and _PLAIN_NAME.fullmatch(text) is not None
    if is_plain and ("." not in text or not any(map(_is_plain_host, _parts_of(text)))):
        return text
    return _read_any_name(text)


def _read_any_name(text: str) -> str:
    plain = "".join(
        unicodedata.normalize("NFKC", sign) if unicodedata.category(sign)[0] == "L" else sign
        for sign in text
    )
    composed = unicodedata.normalize("NFC", plain)
    visible = "".join(
        " " if character.isspace() else character
        for character in composed
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    name = re.sub(r" +([.,])", r"\1", " ".join(visible.split()))
    if not name:
        raise Invalid("name", N_("Nama wajib diisi."))
    if len(name) > NAME_LENGTH:
        raise Invalid("name", N_("Nama paling panjang 200 huruf."))
    strange = next((sign for sign in name if not _may_stand_in_a_name(sign)), None)
    if strange is not None:
        raise Invalid(
            "name",
            N_(
                "Nama memuat %(sign)s. Tulis nama dan gelar dengan huruf, titik, koma, dan tanda "
                "petik saja, tanpa angka dan tanpa alamat."
            ),
            sign=_shown(strange),
        )
    host = next(filter(_reads_like_a_host, _parts_of(name)), None)
    if host is not None:
        raise Invalid(
            "name",
            N_(
                "Nama memuat “%(part)s”, yang terbaca sebagai alamat situs. Tulis nama dan gelar "
                "saja, dengan spasi sesudah singkatan yang bertitik."
            ),
            part=host,
        )
    imitated = _find_imitation(name)
    if imitated is not None:
        raise Invalid(
            "name",
            N_(
                "Nama memuat “%(part)s”, yang mencampur huruf dari aksara yang berlainan (huruf "
                "yang hanya tampak sama). Ketik ulang nama itu dengan satu aksara."
            ),
            part=imitated,
        )
    return name


def read_email(text: str) -> str:
    """An e-mail address in lower case, as every relay takes it.

    Raises Invalid naming what is wrong: what is missing, a sign that no relay takes, a dot in the
    wrong place, or a domain that cannot be one.
    """
    if (
        _PLAIN_EMAIL.fullmatch(text)
        and len(text) <= EMAIL_LENGTH
        and text.find("@") <= LOCAL_LENGTH
    ):
        address = text.lower()
        if "xn--" not in address:
            return address
    return _read_any_email(text)


def _read_any_email(text: str) -> str:
    address = text.strip()
    several = next((sign for sign in "<@" if sign in address.rpartition("@")[0]), None)
    strange = next((sign for sign in address if not ("!" <= sign <= "~")), None)
    if strange == " " and several is None:
        raise Invalid("email", N_("Alamat surel memuat spasi. Tulis satu alamat saja."))
    if strange is not None and several is None:
        raise _wrong_address(
            N_("Alamat surel memuat %(sign)s. Ketik ulang dengan huruf a–z tanpa spasi."), strange
        )
    address = address.lower()
    local, at, domain = address.rpartition("@")
    if not (local and at and "." in domain):
        raise Invalid("email", N_("Alamat surel tidak lengkap; contoh: nama@instansi.go.id."))
    if len(address) > EMAIL_LENGTH or len(local) > LOCAL_LENGTH:
        raise Invalid(
            "email", N_("Alamat surel paling panjang 254 karakter, dan 64 sebelum tanda @.")
        )
    strange = several or next((sign for sign in local if sign not in LOCAL_SIGNS), None)
    if strange is not None or "=?" in local:
        raise _wrong_address(
            N_("Alamat surel memuat %(sign)s sebelum tanda @; tulis satu alamat saja, tanpa nama."),
            strange or "=?",
        )
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise Invalid(
            "email",
            N_("Alamat surel: titik tidak boleh di awal, di akhir, atau berturut-turut."),
        )
    labels = domain.split(".")
    if any(label.startswith("xn--") for label in labels):
        # Written out, it may look like a domain that everybody knows; no office has one.
        raise Invalid(
            "email",
            N_(
                "Alamat surel: %(domain)s adalah domain beraksara lain, yang mudah menyamar "
                "sebagai domain yang dikenal. Tulis alamat dengan domain berhuruf a–z."
            ),
            domain=domain,
        )
    if not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise Invalid(
            "email",
            N_("Alamat surel: %(domain)s bukan nama domain; contoh: instansi.go.id."),
            domain=domain,
        )
    return address


def pause_after(failed_count: int) -> timedelta:
    """How long the next guess at a password waits: 2, 4, 8 … seconds, a minute at most."""
    if failed_count <= FREE_GUESSES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failed_count - FREE_GUESSES, 10)), LONGEST_PAUSE)


def read_identifier(text: str) -> str:
    """What somebody names themselves by: an address in lower case, or the digits of a number."""
    typed = text.strip().lower()
    return typed if "@" in typed else "".join(sign for sign in typed if sign.isdigit())


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


def _may_stand_in_a_name(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM" or sign in NAME_SIGNS


def _reads_like_a_host(word: str) -> bool:
    """Whether a word has the form of a site's address, in whatever letters; degrees have not."""
    labels = unicodedata.normalize("NFKC", word).rstrip(".").split(".")
    if len(labels) == 1:
        return False
    *before, last = labels
    return (
        last.lower() in TOP_LEVELS
        or before[0].lower() == "www"
        or any(map(_is_no_abbreviation, before))
    )


@lru_cache(maxsize=4096)
def _is_plain_host(word: str) -> bool:
    """The same, remembered: few degrees make up most of what has a dot in lists of people."""
    return _reads_like_a_host(word)


def _find_imitation(name: str) -> str | None:
    """What in a name is written in letters of two scripts that look alike; None if nothing is.

    A word is of one script. Words of scripts that nobody takes for Latin (Arabic, Javanese) may
    stand beside Latin titles; whole words of those that are taken for it may not.
    """
    taken_for_latin: set[str] = set()
    for part in _parts_of(name):
        scripts = {_script_of(sign) for sign in part if unicodedata.category(sign)[0] == "L"}
        if len(scripts - {""}) > 1:
            return part
        taken_for_latin |= scripts & LOOK_ALIKE
        if len(taken_for_latin) > 1:
            return part
    return None


def _script_of(letter: str) -> str:
    """The script of a letter, as the first word of its name; "" of what belongs to every script."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "" if script in {"", "MODIFIER"} else script


def _parts_of(name: str) -> list[str]:
    return re.split(r"[\s,()&]+", name)


def _plain_kind(birth: str, year: str, ordinal: str) -> EmployeeKind | None:
    """The kind of a plain number, by its parts; None where one is wrong."""
    born_in = _birth_year(birth)
    if born_in is None or int(year) <= born_in:
        return None
    place = int(ordinal)
    if place >= FIRST_CONTRACT:
        return EmployeeKind.PPPK
    return EmployeeKind.PNS if 1 <= place <= 12 else None


# Those who serve at one time were born on some 16,000 days.
@lru_cache(maxsize=16_384)
def _birth_year(birth: str) -> int | None:
    born_on = _date(birth)
    return None if born_on is None else born_on.year


def _is_no_abbreviation(label: str) -> bool:
    """Whether no degree or name is cut short to this; only few are written small."""
    is_small_word = len(label) > 2 and label.islower() and label not in SMALL_TITLES
    return len(label) > LONGEST_ABBREVIATION or is_small_word


def _shown(sign: str) -> str:
    """A sign as a person can look for it: what cannot be seen by its number."""
    return f"“{sign}”" if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"


def _wrong_address(text: str, sign: str) -> Invalid:
    shown = sign if len(sign) > 1 else _shown(sign)
    return Invalid("email", text, sign=shown)


def _wrong(text: str, **values: object) -> InvalidEmployeeNumber:
    return InvalidEmployeeNumber("employee_number", text, **values)


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
