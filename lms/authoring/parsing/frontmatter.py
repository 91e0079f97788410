"""Reads the head of a file: lines of `name: value` between two lines of three dashes.

It looks like YAML and is not read by it, because YAML decides for an author: it cuts a title at
` #`, makes 90 of `1:30` and 8 of `010`. Here a value is what stands on its line, whole.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal

from lms.authoring.diagnostics import Diagnostics
from lms.rendering.lines import SPACES

FieldKind = Literal["text", "texts", "count", "span", "date", "truth"]

CHECKED_ON = "peraturan_diperiksa"
BOOK_FIELDS: dict[str, FieldKind] = {
    "judul": "text",
    "kode": "text",
    "tema": "text",
    "untuk": "texts",
    "jp": "count",
    "berlaku": "span",
    CHECKED_ON: "date",
    "peka": "truth",
    "disusun": "text",
    "ditelaah": "text",
}
CHAPTER_FIELDS: dict[str, FieldKind] = {"judul": "text"}
OPTIONAL = frozenset({"untuk", "berlaku", "peka", "disusun", "ditelaah"})
MAX_LINES = 100
MOST_HOURS = 40
MOST_MONTHS = 120
FIRST_YEAR = 2000

EXAMPLES: dict[FieldKind, str] = {
    "text": 'Tulis isinya di baris yang sama, misalnya {key}: "…".',
    "texts": "Tulis misalnya {key}: [asn, umum].",
    "count": "Tulis angka saja, misalnya {key}: 1.",
    "span": "Tulis angka dan satuannya, misalnya {key}: 24 bulan, atau {key}: 2 tahun.",
    "date": "Tulis tahun-bulan-hari, misalnya {key}: 2026-01-31.",
    "truth": "Tulis misalnya {key}: ya.",
}
FIELD = re.compile(rf"(?P<key>[^\W\d][\w-]*){SPACES}*:{SPACES}*(?P<value>.*)")
NO_COLON = re.compile(rf"(?P<key>[^\W\d][\w-]*){SPACES}*(?P<sign>[=\uff1a;])")
ITEM = re.compile(rf"{SPACES}*-{SPACES}+(?P<word>.+)")
COMMENT = re.compile(rf"{SPACES}*#(?:{SPACES}.*|$)")
WORD = re.compile(r"[^\W\d_][\w -]*")
YAML_SIGN = re.compile(r"[&*!|>%@`{}\[\]#?,]|-(?=\s|$)|[?:](?=\s|$)")
CURLY = re.compile(r"[“”„](?P<text>[^“”„]*)(?:[“”]|(?<=[^\"])\")")
QUOTED = {
    '"': re.compile(r'"(?P<text>(?:\\["\\]|[^"])*)"'),
    "'": re.compile(r"'(?P<text>(?:''|[^'])*)'"),
}
ESCAPED = {'"': re.compile(r'\\(["\\])'), "'": re.compile("'(')")}
TRUTHS = {
    **dict.fromkeys(("ya", "yes", "true"), True),
    **dict.fromkeys(("tidak", "no", "false"), False),
}
SPAN = re.compile(r"(?P<number>\d{1,9})\s*(?P<unit>bulan|bln|tahun|thn|th)\.?", re.ASCII)
UNITS = {"bulan": 1, "bln": 1, "tahun": 12, "thn": 12, "th": 12}
MONTHS = ["jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des"]
OTHER_MONTHS = {"ags": 8, "agt": 8, "aug": 8, "may": 5, "oct": 10, "dec": 12, "nop": 11}
WEEKDAY = re.compile(r"[a-z']+,\s*")
DASH = re.compile("[\u2010-\u2015\u2212]")
WRITTEN_DATES = (
    re.compile(r"(?P<day>\d{1,2})[\s-]+(?P<month>[a-z]{3,9})\.?[\s-]+(?P<year>\d{4})"),
    re.compile(r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})"),
    re.compile(
        r"(?P<year>\d{4})\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<day>\d{1,2})(?:[t ].*)?"
    ),
)
LONGEST_TEXT = 150
MARKUP = re.compile(r"\*\*|__|`|</?[a-zA-Z][^<>]*>|\]\(|&\w+;")

Value = str | int | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields that could be understood, and the number of the first line after the head."""

    values: dict[str, Value]
    lines: dict[str, int]
    body_from: int

    def text(self, key: str) -> str | None:
        """A field of words, if it is there."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def count(self, key: str) -> int | None:
        """A whole number, or a span of time in months, if it is there."""
        value = self.values.get(key)
        return value if isinstance(value, int) else None

    def day(self, key: str) -> date | None:
        """A day, if it is there."""
        value = self.values.get(key)
        return value if isinstance(value, date) else None

    def truth(self, key: str) -> bool:
        """Whether something is said to be so; what is not said is not so."""
        return self.values.get(key) is True

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words, empty if it is not there."""
        value = self.values.get(key)
        return value if isinstance(value, tuple) else ()


def parse_front_matter(
    lines: list[str],
    fields: dict[str, FieldKind],
    diagnostics: Diagnostics,
    *,
    optional: frozenset[str] = OPTIONAL,
) -> FrontMatter:
    """Take the head off a file's lines and note what is missing, unknown or of the wrong kind."""
    example = "Mulai berkas dengan baris ---, lalu judul: …, lalu baris --- lagi."
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[start].strip() != "---":
        diagnostics.error(1, "Kepala berkas tidak ada.", example, "no-front-matter")
        return FrontMatter({}, {}, 1)
    end = next(
        (
            index
            for index in range(start + 1, min(len(lines), start + MAX_LINES))
            if lines[index].strip() in {"---", "..."}
        ),
        None,
    )
    if end is None:
        diagnostics.error(
            start + 1,
            "Kepala berkas tidak ditutup.",
            "Tutup kepala dengan baris --- tersendiri.",
            "front-matter-open",
        )
        return FrontMatter({}, {}, start + 2)
    raw = _raw_fields(lines[start + 1 : end], start + 2, diagnostics)
    values = _known(raw, fields, optional, start + 1, diagnostics)
    return FrontMatter(values, {key: field.line for key, field in raw.items()}, end + 2)


@dataclass(slots=True)
class _Raw:
    """A field as it is written: its line, what stands behind the colon, its items below."""

    line: int
    value: str
    items: list[str]


class _NotUnderstood(Exception):
    """A value that is not what its field wants, with what to say about it."""

    def __init__(self, sentence: str, remedy: str, code: str = "wrong-type") -> None:
        super().__init__(sentence)
        self.told = sentence, remedy, code


def _raw_fields(lines: list[str], first_line: int, diagnostics: Diagnostics) -> dict[str, _Raw]:
    """Every field by its name; lines that are none are noted."""
    raw: dict[str, _Raw] = {}
    last: _Raw | None = None
    for number, line in enumerate(lines, start=first_line):
        if not line.strip() or COMMENT.fullmatch(line):
            continue
        item = ITEM.fullmatch(line)
        if item and last is not None and not last.value:
            last.items.append(item["word"].strip())
            continue
        field = FIELD.fullmatch(line)
        if field is None:
            _note_no_field(line, number, last, diagnostics)
            continue
        last = _Raw(number, field["value"].strip(), [])
        if field["key"] in raw:
            diagnostics.error(
                number,
                f"Isian {field['key'][:40]} ditulis dua kali di kepala berkas.",
                f"Hapus salah satunya; yang pertama di baris {raw[field['key']].line}.",
                "field-twice",
            )
        else:
            raw[field["key"]] = last
    return raw


def _note_no_field(line: str, number: int, last: _Raw | None, diagnostics: Diagnostics) -> None:
    """Say why a line of the head is no field."""
    words = line.strip()[:40]
    other_sign = NO_COLON.match(line)
    if other_sign:
        sentence = f"Setelah {other_sign['key'][:40]} ada tanda {other_sign['sign']}, bukan :."
        remedy = f"Tulis {other_sign['key'][:40]}: lalu isinya."
    elif line[0].isspace() and last is not None:
        sentence = f'Baris "{words}" menjorok; isian tidak dapat bersambung ke baris berikutnya.'
        remedy = "Tulis seluruh isi dalam satu baris, sepanjang apa pun."
    else:
        sentence = f'Baris "{words}" di kepala berkas bukan pasangan nama: isi.'
        remedy = (
            'Tulis satu "nama: isi" tiap baris. Bila baris ini sudah isi naskah, tutup kepala di '
            "atasnya dengan baris ---."
        )
    diagnostics.error(number, sentence, remedy, "front-matter-invalid")


def _known(
    raw: dict[str, _Raw],
    fields: dict[str, FieldKind],
    optional: frozenset[str],
    head_line: int,
    diagnostics: Diagnostics,
) -> dict[str, Value]:
    """The fields of the right kind; the others are noted."""
    values: dict[str, Value] = {}
    for key, field in raw.items():
        kind = fields.get(key)
        if kind is None:
            near = get_close_matches(key.lower(), fields, n=1, cutoff=0.6)
            hint = f"Maksud Anda {near[0]}?" if near else f"Yang dikenal: {', '.join(fields)}."
            diagnostics.warning(
                field.line,
                f"Isian {key[:40]} di kepala berkas tidak dikenal dan diabaikan.",
                hint,
                "unknown-field",
            )
            continue
        try:
            values[key] = value = _value(key, field, kind)
            if key == "judul" and MARKUP.search(str(value)):
                diagnostics.warning(
                    field.line,
                    "Tanda Markdown atau HTML di judul tampil dan tercetak apa adanya.",
                    "Tulis judul sebagai teks biasa.",
                    "markup-in-title",
                )
        except _NotUnderstood as error:
            diagnostics.error(field.line, *error.told)
    for key, kind in fields.items():
        if key not in raw and key not in optional:
            diagnostics.error(
                head_line,
                f"Isian {key} tidak ada di kepala berkas.",
                EXAMPLES[kind].format(key=key),
                "missing-field",
            )
    return values


def _value(key: str, field: _Raw, kind: FieldKind) -> Value:
    """A field's value as its kind wants it; raises _NotUnderstood with the cause."""
    how = EXAMPLES[kind].format(key=key)
    if kind == "texts":
        return _words(key, field, how)
    if field.items:
        raise _NotUnderstood(f"Isian {key} berupa daftar butir.", how)
    text = _unquoted(key, field.value, how)
    if not text:
        raise _NotUnderstood(f"Isian {key} kosong.", how)
    readers: dict[FieldKind, Callable[[str, str, str], Value]] = {
        "text": _text,
        "count": _count,
        "span": _span,
        "date": _day,
        "truth": _truth,
    }
    return readers[kind](key, text, how)


def _unquoted(key: str, value: str, how: str) -> str:
    """The words of a value, without the quotes around it; raises _NotUnderstood for half a pair."""
    curly = CURLY.fullmatch(value)
    if curly:
        return " ".join(curly["text"].split())
    sign = value[:1]
    if sign in QUOTED:
        match = QUOTED[sign].fullmatch(value)
        if match is None:
            raise _NotUnderstood(
                f"Isian {key} diawali tanda kutip {sign}, tetapi tidak diapit olehnya.",
                "Apit seluruh isinya dengan tanda kutip yang lain: \"…'…'…\" atau '…\"…\"…'.",
            )
        return " ".join(ESCAPED[sign].sub(r"\1", match["text"]).split())
    if value.startswith("[") and value.endswith("]"):
        raise _NotUnderstood(
            f"Isian {key} berupa daftar di antara kurung siku.",
            how,
        )
    if YAML_SIGN.match(value):
        raise _NotUnderstood(
            f"Isian {key} diawali tanda {sign}, yang punya arti khusus di kepala berkas (YAML).",
            f'Apit isinya dengan tanda kutip, misalnya {key}: "{sign} …"; isinya satu baris saja.',
        )
    return " ".join(value.split())


def _words(key: str, field: _Raw, how: str) -> tuple[str, ...]:
    inside = field.value
    if inside.startswith("[") and inside.endswith("]"):
        inside = inside[1:-1]
    words = field.items or [word for word in re.split("[,;]", inside) if word.strip()]
    texts = tuple(_unquoted(key, word.strip(), how) for word in words)
    if not texts or not all(WORD.fullmatch(text) for text in texts):
        raise _NotUnderstood(f"Isian {key} bukan daftar kata.", how)
    return texts


def _text(key: str, text: str, _how: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _NotUnderstood(
            f"Isian {key} berisi {len(text)} karakter; paling banyak {LONGEST_TEXT}.",
            "Ringkaskan.",
        )
    return text


def _count(key: str, text: str, how: str) -> int:
    if not text.strip("0"):
        raise _NotUnderstood(f"Isian {key} berisi {text[:40]}; sedikitnya 1.", how)
    if not re.fullmatch(r"[1-9]\d{0,3}", text, re.ASCII):
        raise _NotUnderstood(
            f'Isian {key} berisi "{text[:40]}", bukan bilangan bulat yang ditulis dengan angka '
            "biasa (tanpa titik dua, koma, satuan, catatan, atau nol di depan).",
            how,
        )
    if int(text) > MOST_HOURS:
        raise _NotUnderstood(
            f"Isian {key} berisi {text}; satu buku saku paling banyak {MOST_HOURS} JP.",
            f"{how} Satu JP adalah 45 menit.",
        )
    return int(text)


def _span(key: str, text: str, how: str) -> int:
    """A span of time, in months."""
    if re.fullmatch(r"\d+", text, re.ASCII):
        raise _NotUnderstood(f"Isian {key} berisi {text[:40]} tanpa satuan.", how)
    match = SPAN.fullmatch(text.casefold())
    if match is None:
        raise _NotUnderstood(
            f'Isian {key} berisi "{text[:40]}", bukan angka dengan satuan bulan atau tahun.',
            f"{how} Tanpa baris ini, sertifikatnya berlaku seterusnya.",
        )
    months = int(match["number"]) * UNITS[match["unit"]]
    if not 1 <= months <= MOST_MONTHS:
        raise _NotUnderstood(
            f"Isian {key} berisi {text[:40]}; sedikitnya 1 bulan, paling banyak "
            f"{MOST_MONTHS // 12} tahun.",
            f"{how} Tanpa baris ini, sertifikatnya berlaku seterusnya.",
        )
    return months


def _truth(key: str, text: str, how: str) -> bool:
    truth = TRUTHS.get(text.casefold())
    if truth is None:
        raise _NotUnderstood(f'Isian {key} berisi "{text[:40]}", bukan ya atau tidak.', how)
    return truth


def _day(key: str, text: str, how: str) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        day = _calendar_day(text)
        if day is None or day.year < FIRST_YEAR:
            raise _NotUnderstood(
                f"Isian {key} berisi {text}; tanggal itu tidak ada di kalender.", how
            )
        return day
    meant = _meant_day(text)
    raise _NotUnderstood(
        f'Isian {key} berisi "{text[:40]}", bukan tanggal berbentuk tahun-bulan-hari.',
        f"Tulis {key}: {meant.isoformat()}." if meant else how,
    )


def _calendar_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _meant_day(text: str) -> date | None:
    """The day that a date in another form most likely means."""
    plain = WEEKDAY.sub("", DASH.sub("-", text.casefold()), count=1)
    for pattern in WRITTEN_DATES:
        match = pattern.fullmatch(plain)
        if match:
            month = match["month"]
            number = int(month) if month.isdecimal() else _month(month)
            return _calendar_day(f"{match['year']}-{number:02}-{int(match['day']):02}")
    return None


def _month(name: str) -> int:
    """The number of a month by the beginning of its name, or 0."""
    start = name[:3]
    return MONTHS.index(start) + 1 if start in MONTHS else OTHER_MONTHS.get(start, 0)
