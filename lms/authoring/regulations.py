"""Which regulations a text names, whatever it calls them."""

import re
from collections.abc import Iterator

# What regulations are called in full and in short; "UU 39/1999" and "Undang-Undang Nomor 39 Tahun
# 1999" are the same one. Of two names that begin alike the longer one stands first.
KINDS = {
    "peraturan pemerintah pengganti undang-undang": "Perppu",
    "perppu": "Perppu",
    "undang-undang": "UU",
    "uu": "UU",
    "peraturan pemerintah": "PP",
    "pp": "PP",
    "peraturan presiden": "Perpres",
    "perpres": "Perpres",
    "keputusan presiden": "Keppres",
    "keppres": "Keppres",
    "instruksi presiden": "Inpres",
    "inpres": "Inpres",
    "peraturan mahkamah agung": "Perma",
    "perma": "Perma",
    "peraturan menteri hukum dan hak asasi manusia": "Permenkumham",
    "peraturan menteri hak asasi manusia": "Permen HAM",
    "peraturan menteri pemberdayaan perempuan dan perlindungan anak": "Permen PPPA",
    "peraturan menteri pendidikan, kebudayaan, riset, dan teknologi": "Permendikbudristek",
    "peraturan menteri pendidikan dasar dan menengah": "Permendikdasmen",
    "peraturan menteri pendayagunaan aparatur negara dan reformasi birokrasi": "Permen PANRB",
    "permenpanrb": "Permen PANRB",
    "permenpan-rb": "Permen PANRB",
    "peraturan badan kepegawaian negara": "Peraturan BKN",
    "peraturan lembaga administrasi negara": "Peraturan LAN",
    "perlan": "Peraturan LAN",
}
OTHERS = (
    r"permen[a-z]*(?-i:\s+[A-Z]{2,8})?",
    r"(?-i:Peraturan(?:,?\s+(?:[A-Z][A-Za-z-]*|dan)){1,10}?)",
)
NUMBER = (
    r"(?:nomor\s+|no\.?\s*)?(?P<number>\d{1,3})(?:\s+tahun\s+|\s*/\s*)(?P<year>(?:19|20)\d{2})\b"
)
NAMES = "|".join([*(kind.replace(" ", r"\s+") for kind in KINDS), *OTHERS])
NUMBERED = re.compile(
    rf"\b(?P<kind>{NAMES})"
    rf"\s+(?:(?:republik\s+indonesia|r\.?i\.?)\s+)?{NUMBER}",
    re.IGNORECASE,
)
ALSO = re.compile(rf"(?:\s*(?:,|\bjo\.?|\bjuncto|,?\s*\b(?:dan|serta))\s*){NUMBER}", re.IGNORECASE)
RESOLUTION = re.compile(
    r"\b(?:TAP|Ketetapan)\s+(?:MPR|Majelis\s+Permusyawaratan\s+Rakyat)(?:\s+(?:RI|Republik\s+"
    r"Indonesia))?\s+(?:(?:Nomor|No\.?)\s+)?(?P<number>[IVXLC]+)(?:/MPR)?(?:/|\s+Tahun\s+)"
    r"(?P<year>\d{4})\b",
    re.IGNORECASE,
)
# Of the rulings of the Constitutional Court the number alone tells them apart from everything else.
RULING = re.compile(
    r"\b(?P<number>\d{1,3}(?:-\d{1,3})*/PUU-[IVXLC]+/(?:19|20)\d{2})\b", re.IGNORECASE
)
UNNUMBERED = (
    ("UUD 1945", re.compile(r"\bUUD\b|\bUndang[- ]Undang\s+Dasar\b", re.IGNORECASE)),
    ("DUHAM", re.compile(r"\bDUHAM\b|\bDeklarasi\s+Universal\b", re.IGNORECASE)),
)


def regulations_in(text: str) -> Iterator[str]:
    """The regulations that a text names, in its order and in a short form: `UU 39/1999`."""
    return (name for name, _ in named_regulations(text))


def named_regulations(text: str) -> list[tuple[str, int]]:
    """Each regulation that a text names, and at which position, in the order of the text."""
    found: list[tuple[str, int]] = []
    for match in NUMBERED.finditer(text):
        kind = _short_kind(match["kind"])
        each: re.Match[str] | None = match
        while each is not None:
            found.append((f"{kind} {int(each['number'])}/{each['year']}", each.start("number")))
            each = ALSO.match(text, each.end())
    found.extend(
        (f"TAP MPR {match['number'].upper()}/{match['year']}", match.start())
        for match in RESOLUTION.finditer(text)
    )
    found.extend(
        (f"MK {match['number'].upper()}", match.start()) for match in RULING.finditer(text)
    )
    for name, pattern in UNNUMBERED:
        found.extend((name, match.start()) for match in pattern.finditer(text))
    return sorted(found, key=lambda each: each[1])


def _short_kind(words: str) -> str:
    kind = " ".join(words.split())
    known = KINDS.get(kind.casefold())
    if known is not None:
        return known
    kind = re.sub(r"^peraturan menteri", "Permen", kind, flags=re.IGNORECASE)
    first, *others = kind.split()
    return " ".join([first.capitalize(), *others])


def by_age(name: str) -> tuple[str, str, int, str]:
    """A regulation's kind, year and number, to sort by."""
    kind, _, number = name.rpartition(" ")
    count, *_, year = number.split("/") if "/" in number else (number, "")
    return kind, year, int(count) if count.isdecimal() else 0, name
