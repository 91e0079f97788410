"""What is looked for in the audit log, read from its fields: whatever cannot be read is refused."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lms.administration.audit_log import WantedEntries, is_action, is_subject
from lms.administration.people import find_one_person
from lms.errors import N_, Invalid, Sentence
from lms.web.administration.words import ACTIONS

FIELDS: Final = ("pelaku", "atas", "tindakan", "dari", "sampai")
LONGEST: Final = 254


@dataclass(frozen=True, slots=True)
class Search:
    """One search: what was typed, what it means, and what is wrong, by field."""

    typed: dict[str, str]
    wanted: WantedEntries
    faults: dict[str, Sentence]

    @property
    def arguments(self) -> dict[str, str]:
        """The fields that say something, for links that keep the search."""
        return {name: text for name, text in self.typed.items() if text}


def read_search(fields: Mapping[str, str]) -> Search:
    """Read all fields; each that cannot be read has its sentence, and then nothing is wanted."""
    typed = {name: fields.get(name, "").strip() for name in FIELDS}
    readers: dict[str, Callable[[str], Any]] = {
        "pelaku": lambda text: find_one_person("pelaku", text),
        "atas": _read_subject,
        "tindakan": _read_action,
        "dari": lambda text: _read_day("dari", text),
        "sampai": lambda text: _read_day("sampai", text),
    }
    read: dict[str, Any] = {}
    faults: dict[str, Sentence] = {}
    for name in (name for name in FIELDS if typed[name]):
        try:
            read[name] = _short(name, typed[name], readers[name])
        except Invalid as refusal:
            faults[name] = refusal.sentence
    if "dari" in read and "sampai" in read and read["sampai"] < read["dari"]:
        faults["sampai"] = Sentence(N_("Hari terakhir mendahului hari pertama."))
    wanted = WantedEntries(
        read.get("pelaku"),
        read.get("atas", ""),
        read.get("tindakan", ""),
        read.get("dari"),
        read.get("sampai"),
    )
    return Search(typed, WantedEntries() if faults else wanted, faults)


def pack(wanted: WantedEntries) -> dict[str, str]:
    """What is wanted as a job keeps it: texts."""
    values: Iterable[object] = (
        wanted.actor_id,
        wanted.subject,
        wanted.action,
        wanted.since,
        wanted.until,
    )
    return {name: str(value or "") for name, value in zip(FIELDS, values, strict=True)}


def unpack(kept: Mapping[str, str]) -> WantedEntries:
    """What `pack` has written."""
    actor, subject, action, since, until = (kept[name] for name in FIELDS)
    return WantedEntries(
        int(actor) if actor else None,
        subject,
        action,
        date.fromisoformat(since) if since else None,
        date.fromisoformat(until) if until else None,
    )


def _short(name: str, text: str, read: Callable[[str], Any]) -> Any:
    if len(text) > LONGEST:
        raise Invalid(name, N_("Paling panjang %(max)d karakter."), max=LONGEST)
    return read(text)


def _read_subject(text: str) -> str:
    """A mark such as `certificate:12` as it is; a person by what they are known by."""
    if ":" in text or is_subject(text):
        return text
    return f"account:{find_one_person('atas', text)}"


def _read_action(text: str) -> str:
    """One that is recorded, or that was once."""
    if text not in ACTIONS and not is_action(text):
        raise Invalid("tindakan", N_("Tindakan ini tidak ada. Pilih dari daftarnya."))
    return text


def _read_day(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.year not in range(2000, 3000):
        raise Invalid(name, N_("Tulis hari sebagai tahun-bulan-tanggal, misalnya 2026-08-17."))
    return day
