"""Names and numbers of people who cannot exist.

First and last names are drawn apart from many regions. A number is well-formed and nobody's: born
from 1900 to 1919 and appointed from 2090 to 2099.
"""

import re
from datetime import date, timedelta
from random import Random
from typing import Final

from lms.accounts.enums import EmployeeKind

_FIRST: Final = (  # noqa: SIM905 - ninety names are read more easily so
    "Suharti|Slamet|Wulandari|Bambang|Sri Rejeki|Agung|Retno|Sutris|Endang|Tri Wahyuni|Dadang|Euis|"
    "Cecep|Neneng|Asep|Iis|Ucok|Tiurma|Binsar|Rotua|Poltak|Hotma|Nur'aini|Zulkifli|Rohana|Syafril|"
    "Yusnidar|Desmawati|Teuku Rizal|Cut Rahmi|Ridwan|Salmah|Andi Tenri|Baso|Daeng Kanang|Besse|"
    "Yunus|Siti Aminah|Fauzan|Nurhayati|Abdul Karim|Fatimah|Khairul|Maimunah|"
    "I Gusti Ayu Putri|I Made Sudarma|Ni Luh Sari|I Nyoman Gede|Ni Ketut Rai|I Wayan Arta|"
    "Yohanes|Maria Goreti|Yosef|Theresia|Kornelis|Yuliana|Markus|Ester|Filep|Dorkas|Yakobus|"
    "Agustina|Melkias|Wilhelmina|Soleman|Debora|Gerson|Marthina|Hendrik|Jacoba|Meity|Jantje|Noldy|"
    "Vonny|Anak Agung Raka|Lalu Suparman|Baiq Sumiati|Dayang Suri|Awang|Syarifah|Tuti|Dewi|"
    "Ratna|Hesti|Rina|Dian|Bagus|Eka|Fitri|Galih|Indah|Kurnia|Lestari|Mulyadi|Ningsih|Puji|Rahmat|"
    "Sumadi|Tohir|Umi|Wahyu|Yanti|Zaenal|Linda|Irwan|Herlina|Darmawan|Elvira|Firman|Gita"
).split("|")
_LAST: Final = (  # noqa: SIM905 - as above
    "Wibowo|Lestari|Santoso|Hidayat|Kusuma|Rahayu|Saputra|Permana|Suryana|Nugraha|Sihombing|Lubis|"
    "Nasution|Siregar|Situmorang|Tampubolon|Manalu|Ginting|Sembiring|Harahap|Koto|Chaniago|Piliang|"
    "Tanjung|Daulay|Hasibuan|Daeng Situju|Mappasere|Tenriawaru|Pattinama|Latuconsina|Tuasikal|"
    "Rumbewas|Wanggai|Kogoya|Wenda|Mandacan|Yoku|Ohee|Lakalau|Manuputty|Sahetapy|Lontoh|Mandagi|"
    "Rorimpandey|Tumewu|Nainggolan|Simbolon|Purba|Saragih|Damanik|Barus|Sitepu|Pohan|Batubara|"
    "Alamsyah|Firdaus|Ramadhan|Hakim|Anshari|Sulaiman|Ibrahim|Usman|Yusuf|Mahmud|Arifin|Nurdin|"
    "Bere|Seran|Nahak|Klau|Tefa|Lopo|Radja|Ndolu|Bili|Djawa|Keban|Tokan|Lamen|Uran|Kleden|"
    "Pratama|Utami|Setiawan|Handayani|Gunawan|Puspita|Hartono|Maharani|Suryadi|Anggraini|Prasetyo|"
    "Winarno|Astuti|Haryanto|Susanti|Kurniawan|Wijayanti|Setiadi|Pertiwi|Mulyani"
).split("|")
_BEFORE: Final = ("", "", "", "", "", "", "", "", "", "dr. ", "Drs. ", "Ir. ")
_AFTER: Final = (
    *("", "", "", "", ", S.Pd.", ", S.Sos.", ", S.H.", ", S.E.", ", S.Kom.", ", A.Md.", ", M.Si."),
    *(", S.Kep., Ns.", ", M.A.P.", ", S.T., M.T."),
)
_NOT_IN_ADDRESSES: Final = re.compile(r"[^a-z]+")
_FIRST_BIRTH: Final = date(1900, 1, 1)
_DAYS_OF_BIRTH: Final = 7_300
_FIRST_SERIAL: Final = 11
"""Below are those of the demonstration accounts and of the documents."""


def draw_name(random: Random) -> tuple[str, str]:
    """A name with its titles, and the part of an address that is made of it."""
    first = random.choice(_FIRST)
    last = "" if random.random() < 0.08 else f" {random.choice(_LAST)}"
    middle = f" {random.choice(_LAST)}" if last and random.random() < 0.04 else ""
    plain = f"{first}{middle}{last}"
    address = _NOT_IN_ADDRESSES.sub(".", plain.lower()).strip(".")
    return f"{random.choice(_BEFORE)}{plain}{random.choice(_AFTER)}", address


def draw_number(random: Random, serial: int) -> tuple[str, EmployeeKind]:
    """A number that nobody can have, another for each serial from 0 on, and what it says."""
    born = _FIRST_BIRTH + timedelta(serial * 2_731 % _DAYS_OF_BIRTH)
    kind = EmployeeKind.PNS if random.random() < 0.64 else EmployeeKind.PPPK
    month = random.randint(1, 12) if kind is EmployeeKind.PNS else random.randint(21, 23)
    sex = 1 if random.random() < 0.44 else 2
    last = _FIRST_SERIAL + serial // _DAYS_OF_BIRTH
    return f"{born:%Y%m%d}{random.randint(2090, 2099)}{month:02}{sex}{last:03}", kind


def is_nobodys(number: str) -> bool:
    """Whether a number can belong to nobody."""
    return "1900" <= number[:4] <= "1919" and number[8:11] == "209"


MOST_PEOPLE: Final = _DAYS_OF_BIRTH * (1_000 - _FIRST_SERIAL)
"""So many people have numbers of their own."""
