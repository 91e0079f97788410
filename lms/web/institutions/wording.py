"""Kinds, events and facts of the registry in words."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext

from lms.errors import N_
from lms.institutions.models import InstitutionKind
from lms.institutions.registry.models import EventKind
from lms.institutions.registry.queries import PastEvent

KINDS: Final[Mapping[InstitutionKind, str]] = {
    InstitutionKind.COORDINATING_MINISTRY: N_("Kementerian koordinator"),
    InstitutionKind.MINISTRY: N_("Kementerian"),
    InstitutionKind.NON_MINISTERIAL: N_("Lembaga pemerintah nonkementerian"),
    InstitutionKind.STATE_SECRETARIAT: N_("Sekretariat lembaga negara"),
    InstitutionKind.EQUAL_TO_MINISTRY: N_("Lembaga setingkat kementerian"),
    InstitutionKind.NON_STRUCTURAL: N_("Lembaga nonstruktural"),
    InstitutionKind.BROADCASTER: N_("Lembaga penyiaran publik"),
    InstitutionKind.AUTHORITY: N_("Otorita"),
    InstitutionKind.AGENCY: N_("Lembaga lain"),
    InstitutionKind.PROVINCE: N_("Pemerintah provinsi"),
    InstitutionKind.REGENCY: N_("Pemerintah kabupaten"),
    InstitutionKind.CITY: N_("Pemerintah kota"),
    InstitutionKind.ADMINISTRATIVE_REGION: N_("Wilayah administratif, bukan pemerintah otonom"),
}
ZONES: Final[Mapping[str, str]] = {
    "Asia/Jakarta": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.ADDED: N_("Ditambahkan"),
    EventKind.CHANGED: N_("Data diubah"),
    EventKind.RENAMED: N_("Berganti nama"),
    EventKind.MOVED: N_("Dipindahkan"),
    EventKind.MERGED: N_("Digabung"),
    EventKind.CLOSED: N_("Ditutup"),
}
FACTS: Final[Mapping[str, str]] = {
    "code": N_("Kode"),
    "name": N_("Nama"),
    "kind": N_("Jenis"),
    "time_zone": N_("Zona waktu"),
    "email_domain": N_("Domain surel"),
    "region_code": N_("Kode wilayah"),
    "regional_office_id": N_("Kanwil"),
    "head_count": N_("Jumlah pegawai"),
    "head_counted_on": N_("Dihitung pada"),
    "target_count": N_("Sasaran"),
    "begun_on": N_("Ada sejak"),
    "parent": N_("Induk"),
    "parent_id": N_("Induk"),
    "institution": N_("Instansi"),
}

# Keys for programs: the name of what they mean stands beside them.
_SAID_BESIDE: Final = frozenset({"parent_id"})


def changes_of(event: PastEvent, names: Mapping[str, Mapping[Any, str]]) -> list[str]:
    """What differs, a line a fact; `names` has the names of what is noted by its key."""
    lines = []
    for fact in {**event.before, **event.after}:
        if fact in _SAID_BESIDE or (event.kind is EventKind.ADDED and fact == "name"):
            continue
        before = _shown(fact, event.before.get(fact), names)
        after = _shown(fact, event.after.get(fact), names)
        word = gettext(FACTS.get(fact, fact))
        lines.append(f"{word}: {before} → {after}" if fact in event.before else f"{word}: {after}")
    return lines


def _shown(fact: str, value: Any, names: Mapping[str, Mapping[Any, str]]) -> str:
    if value is None:
        return "–"
    if fact in names:
        return names[fact].get(value, "–")
    if fact == "kind":
        return str(gettext(KINDS[InstitutionKind(value)]))
    if fact == "time_zone":
        return ZONES.get(value, value)
    return str(value)
