"""Reads the head of a file: the YAML between two lines of three dashes."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Literal

import yaml

from lms.library.findings import Findings

FieldKind = Literal["text", "texts", "count", "date", "truth"]

BOOK_FIELDS: dict[str, FieldKind] = {
    "judul": "text",
    "kode": "text",
    "tema": "text",
    "untuk": "texts",
    "jp": "count",
    "peraturan_diperiksa": "date",
    "peka": "truth",
}
CHAPTER_FIELDS: dict[str, FieldKind] = {"judul": "text"}
OPTIONAL = frozenset({"untuk", "peka"})
MAX_LINES = 100

WANTED: dict[FieldKind, tuple[str, str]] = {
    "text": ("harus berupa teks", 'Tulis di antara tanda kutip, misalnya {key}: "…".'),
    "texts": ("harus berupa daftar kata", "Tulis misalnya {key}: [asn, umum]."),
    "count": ("harus berupa bilangan bulat", "Tulis angka saja, misalnya {key}: 1."),
    "date": ("harus berupa tanggal", "Tulis tahun-bulan-hari, misalnya {key}: 2026-01-31."),
    "truth": ("harus ya atau tidak", "Tulis misalnya {key}: ya."),
}
CURLY_VALUE = re.compile(r"(?P<key>\s*[\w-]+\s*:\s*)[“”„](?P<text>.*)[“”]\s*")
# What PyYAML lets through besides its own errors when a tag or a number is malformed.
YAML_TROUBLE = (
    yaml.YAMLError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

TRUTHS = {"ya": True, "tidak": False}

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
        """A whole number, if it is there."""
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


def read_front_matter(
    lines: list[str], fields: dict[str, FieldKind], findings: Findings
) -> FrontMatter:
    """Take the head off a file's lines and note what is missing, unknown or of the wrong kind."""
    example = "Mulai berkas dengan baris ---, lalu judul: …, lalu baris --- lagi."
    start = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if not lines or lines[start].strip() != "---":
        findings.error(1, "Kepala berkas tidak ada.", example, "no-front-matter")
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
        findings.error(
            start + 1,
            "Kepala berkas tidak ditutup.",
            "Tutup kepala dengan baris --- tersendiri.",
            "front-matter-open",
        )
        return FrontMatter({}, {}, start + 2)
    head = [_straight(line) for line in lines[start + 1 : end]]
    raw, places = _load("\n".join(head), start + 2, findings)
    if raw is None:
        return FrontMatter({}, {}, end + 2)
    return FrontMatter(_known(raw, places, fields, start + 1, findings), places, end + 2)


def _straight(line: str) -> str:
    """A value that Word put between curly quotes, between straight ones."""
    match = CURLY_VALUE.fullmatch(line)
    if match is None:
        return line
    text = match["text"].replace("\\", "\\\\").replace('"', '\\"')
    return f'{match["key"]}"{text}"'


def _load(
    text: str, first_line: int, findings: Findings
) -> tuple[dict[str, object] | None, dict[str, int]]:
    """The head's raw values and their lines, or None when it is no YAML mapping."""
    remedy = (
        'Tulis satu "nama: isi" tiap baris; bila isi memuat titik dua, apit dengan tanda kutip.'
    )
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except YAML_TROUBLE as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (min(mark.line, text.count("\n")) if mark is not None else 0)
        findings.error(line, "Kepala berkas tidak dapat dibaca.", remedy, "front-matter-invalid")
        return None, {}
    if not isinstance(node, yaml.MappingNode) or not isinstance(raw, dict):
        findings.error(
            first_line,
            "Kepala berkas tidak berisi pasangan nama: isi.",
            remedy,
            "front-matter-invalid",
        )
        return None, {}
    places: dict[str, int] = {}
    for key_node, _value in node.value:
        key, line = str(key_node.value), first_line + key_node.start_mark.line
        if key in places:
            findings.error(
                line,
                f"Isian {key} ditulis dua kali di kepala berkas.",
                "Hapus salah satunya.",
                "field-twice",
            )
        places[key] = line
    return {str(key): value for key, value in raw.items()}, places


def _known(
    raw: dict[str, object],
    places: dict[str, int],
    fields: dict[str, FieldKind],
    head_line: int,
    findings: Findings,
) -> dict[str, Value]:
    """The fields of the right kind; the others are noted."""
    values: dict[str, Value] = {}
    for key, value in raw.items():
        line = places.get(key, head_line)
        kind = fields.get(key)
        if kind is None:
            near = get_close_matches(key.lower(), fields, n=1, cutoff=0.6)
            hint = f"Maksud Anda {near[0]}?" if near else f"Yang dikenal: {', '.join(fields)}."
            findings.warning(
                line,
                f"Isian {key[:40]} di kepala berkas tidak dikenal dan diabaikan.",
                hint,
                "unknown-field",
            )
            continue
        understood = _value(value, kind)
        if understood is None:
            what, how = WANTED[kind]
            findings.error(line, f"Isian {key} {what}.", how.format(key=key), "wrong-type")
        else:
            values[key] = understood
    for key, kind in fields.items():
        if key not in raw and key not in OPTIONAL:
            findings.error(
                head_line,
                f"Isian {key} tidak ada di kepala berkas.",
                WANTED[kind][1].format(key=key),
                "missing-field",
            )
    return values


def _value(value: object, kind: FieldKind) -> Value | None:
    """A raw value as its field wants it, or None."""
    match kind, value:
        case "text", str() if value.strip():
            return " ".join(value.split())
        case "texts", str() if value.strip():
            return (value.strip(),)
        case "texts", list() if value and all(isinstance(word, str) for word in value):
            return tuple(str(word).strip() for word in value)
        case "count", int() if not isinstance(value, bool) and 0 < value <= 1000:
            return value
        case "truth", bool():
            return value
        case "truth", str():
            return TRUTHS.get(value.strip().casefold())
        case "date", date() if not isinstance(value, datetime):
            return value
    return None
