"""The register of the laws that the pocketbooks cite: the state of each, and when it was looked up.

One file for all pocketbooks of a folder, beside them. A book prints what it says of the laws that
the book cites, and its own date of checking is the earliest of theirs: a promise about all of them
is worth what is known of the one that was looked up longest ago.
"""

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import PurePosixPath
from typing import Final

import yaml

from lms.authoring.diagnostics import Diagnostics
from lms.authoring.regulations import by_age, regulations_in
from lms.authoring.source.texts import REFUSALS, SourceFile, normal_text
from lms.authoring.source.tree import REGISTER_FILE, SourceTree, Unread
from lms.days import write_day

MONTHS_UNTIL_DUE: Final = 6
LONGEST_TEXT: Final = 400
SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
FIELDS: Final = ("kutipan", "judul", "keadaan", "diperiksa", "cara", "berikutnya")
EXAMPLE: Final = (
    "- kutipan: UU 25/2009, lalu judul, keadaan, diperiksa, cara, dan berikutnya, masing-masing "
    "di barisnya sendiri dengan dua spasi di depannya."
)


class RegulationState(Enum):
    """Whether a regulation may be rested on."""

    IN_FORCE = "berlaku"
    UNDER_REVISION = "sedang direvisi"
    REPEALED = "dicabut"


@dataclass(frozen=True, slots=True)
class Regulation:
    """What the register says of one law.

    `citation` is its short name, as `regulations_in` writes it; `checked_by` says how it was
    looked up on the day `checked_on`, and `next_check` what has to be looked at the next time.
    """

    citation: str
    title: str
    state: RegulationState
    checked_on: date
    checked_by: str
    next_check: str
    line: int

    def is_due(self, today: date) -> bool:
        """Whether it was looked up more than six months ago."""
        return self.checked_on < _months_before(today, MONTHS_UNTIL_DUE)

    @property
    def printed(self) -> str:
        """What stands of it in a pocketbook, as a line of Markdown."""
        return (
            f"- **{self.citation}**: {self.title}. {self.state.value.capitalize()}; "
            f"diperiksa {write_day(self.checked_on)}."
        )


Register = Mapping[str, Regulation]
"""The laws by their short names."""


def register_path(tree: SourceTree) -> str:
    """What diagnostics call the register that stands beside a source."""
    return (PurePosixPath(tree.location).parent / REGISTER_FILE).as_posix()


def read_register(tree: SourceTree, diagnostics: Diagnostics) -> Register | None:
    """The register beside a source, or None where there is none; what is wrong in it is noted."""
    if tree.register is None:
        return None
    if isinstance(tree.register, Unread):
        diagnostics.error(1, *REFUSALS[tree.register])
        return {}
    try:
        root = yaml.compose(normal_text(tree.register.decode("utf-8")), yaml.SafeLoader)
    # Numbers that no machine counts to are refused by the library in words of Python's own.
    except (ValueError, OverflowError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        diagnostics.error(
            mark.line + 1 if mark is not None else 1,
            "Daftar sumber tidak dapat dibaca mulai baris ini.",
            f"Simpan sebagai UTF-8, dan tulis setiap sumber begini: {EXAMPLE}",
            "register-unreadable",
        )
        return {}
    if root is not None and not isinstance(root, yaml.SequenceNode):
        diagnostics.error(1, "Daftar sumber bukan daftar.", f"Tulis {EXAMPLE}", "register-entry")
        return {}
    register: dict[str, Regulation] = {}
    for node in root.value if root is not None else ():
        regulation = _regulation(node, diagnostics)
        if regulation is None:
            continue
        if regulation.citation in register:
            diagnostics.error(
                regulation.line,
                f"{regulation.citation} tercatat dua kali.",
                "Hapus salah satunya.",
                "register-twice",
            )
        register[regulation.citation] = regulation
    return register


def cited_regulations(sources: Iterable[SourceFile], register: Register) -> list[Regulation]:
    """What the register holds of the laws that some texts name, by kind and age."""
    named = {name for source in sources for name in regulations_in(source.text)}
    return [register[name] for name in sorted(named & register.keys(), key=by_age)]


def _regulation(node: yaml.Node, diagnostics: Diagnostics) -> Regulation | None:
    line = node.start_mark.line + 1
    fields = dict(_fields(node, diagnostics))
    if missing := [name for name in FIELDS if not fields.get(name)]:
        diagnostics.error(
            line,
            f"Sumber ini belum menyebut {', '.join(missing)}.",
            f"Tulis {EXAMPLE}",
            "register-entry",
        )
        return None
    names = list(regulations_in(fields["kutipan"]))
    if names != [fields["kutipan"]]:
        diagnostics.error(
            line,
            f"Kutipan {fields['kutipan'][:60]} bukan nama pendek satu peraturan.",
            f"Tulis {names[0] if names else 'misalnya UU 25/2009'}.",
            "register-citation",
        )
        return None
    states = {state.value: state for state in RegulationState}
    if fields["keadaan"] not in states:
        diagnostics.error(
            line,
            f"Keadaan {fields['keadaan'][:40]} tidak dikenal.",
            f"Pilih salah satu: {', '.join(states)}.",
            "register-state",
        )
        return None
    try:
        checked_on = date.fromisoformat(fields["diperiksa"])
    except ValueError:
        diagnostics.error(
            line,
            f"Tanggal {fields['diperiksa'][:40]} tidak dapat dibaca.",
            "Tulis tahun-bulan-hari, misalnya 2026-01-31.",
            "register-date",
        )
        return None
    return Regulation(
        fields["kutipan"],
        fields["judul"],
        states[fields["keadaan"]],
        checked_on,
        fields["cara"],
        fields["berikutnya"],
        line,
    )


def _fields(node: yaml.Node, diagnostics: Diagnostics) -> Iterator[tuple[str, str]]:
    """The known fields of an entry and their values, as they are written."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        name, text = _written(key), _written(value)
        if name not in FIELDS or text is None:
            diagnostics.error(
                key.start_mark.line + 1,
                f"Isian {(name or '')[:40]} tidak dikenal, atau bukan satu kalimat.",
                f"Isian yang dikenal: {', '.join(FIELDS)}.",
                "register-field",
            )
        elif len(text) > LONGEST_TEXT:
            diagnostics.error(
                key.start_mark.line + 1,
                f"Isian {name} berisi {len(text)} karakter; paling banyak {LONGEST_TEXT}.",
                "Ringkaskan.",
                "register-field",
            )
        else:
            yield name, " ".join(text.split())


def _written(node: yaml.Node) -> str | None:
    """What is written there, if it is text that can be stored.

    Anything else is not even shown: names that lists give each other may unfold to any length.
    """
    if not isinstance(node, yaml.ScalarNode):
        return None
    # Signs that are written by their number have passed by those who read files.
    text = normal_text(node.value).rstrip("\n")
    return None if SURROGATE.search(text) else text


def _months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))
