"""The address of a staff list: what it asks for, read and written again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from lms.accounts.enums import EmployeeKind
from lms.progress.modules import ListedModule
from lms.progress.staff import Group, Sort, SortBy, StaffFilter, Status

ALL: Final = "semua"
"""All institutions at once, of who answers for several."""

SORTS: Final[Mapping[str, SortBy]] = {
    "menunggu": SortBy.WAITING,
    "nama": SortBy.NAME,
    "unit": SortBy.UNIT,
    "selesai": SortBy.FINISHED_ON,
    "jp": SortBy.CREDIT_HOURS,
}
WAITING_FIRST: Final = Sort(SortBy.WAITING)
_STATUSES: Final = {status.value: status for status in Status}
_KINDS: Final = {kind.value.lower(): kind for kind in EmployeeKind}
_GROUPS: Final = {"pindahan": Group.MOVED_IN, "surel-gagal": Group.UNREACHED}
_YES_NO: Final = {"ya": True, "belum": False}
_FIELDS: Final = (
    *("instansi", "unit", "cari", "status", "modul", "kemajuan", "jenis", "konfirmasi", "akun"),
    *("sejak", "sampai", "jp", "kelompok", "urut"),
)
CHOSEN: Final = "orang"
MOST_CHOSEN: Final = 50
"""People chosen one by one: those of a page, whose keys fit into an address."""
LONGEST_SEARCH: Final = 100
LARGEST_KEY: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it; what is not known is left out rather than refused.

    `values` are the known fields of the address, without where a page begins.
    """

    filter: StaffFilter
    sort: Sort
    values: Mapping[str, str] = field(default_factory=dict)
    after: str | None = None
    before: str | None = None

    @classmethod
    def read(
        cls,
        fields: MultiDict[str, str],
        modules: Sequence[ListedModule],
        institution_ids: Sequence[int],
    ) -> Self:
        """Read the fields of an address or a form; the first of the institutions is the default."""
        values = {name: fields.get(name, "").strip()[:LONGEST_SEARCH] for name in _FIELDS}
        if values["status"] == "waiting":  # as mails of former versions have it
            values |= {"status": "", "konfirmasi": "belum"}
        institution_id = _key(values["instansi"])
        if values["instansi"] != ALL and institution_id not in institution_ids:
            institution_id = institution_ids[0] if institution_ids else None
        by_slug = {module.slug: module.module_id for module in modules}
        module_id = by_slug.get(values["modul"])
        module_status = _STATUSES.get(values["kemajuan"]) or (
            Status.FINISHED if module_id is not None else None
        )
        wanted = StaffFilter(
            institution_id=institution_id,
            unit_id=_key(values["unit"]),
            search=values["cari"],
            status=_STATUSES.get(values["status"]),
            module_id=module_id,
            module_status=module_status if module_id is not None else None,
            kind=_KINDS.get(values["jenis"].lower()),
            is_confirmed=_YES_NO.get(values["konfirmasi"]),
            is_activated=_YES_NO.get(values["akun"]),
            finished_from=_day(values["sejak"]),
            finished_until=_day(values["sampai"]),
            below_duty=values["jp"] == "kurang",
            group=_GROUPS.get(values["kelompok"]),
            posting_ids=read_keys(fields.get(CHOSEN, "").split(",")),
        )
        by = SORTS.get(values["urut"].removeprefix("-"))
        sort = Sort(by, is_down=values["urut"].startswith("-")) if by else WAITING_FIRST
        kept = {
            "instansi": _shown_institution(wanted, institution_ids),
            "unit": str(wanted.unit_id or ""),
            "cari": wanted.search,
            "status": wanted.status.value if wanted.status else "",
            "modul": values["modul"] if module_id is not None else "",
            "kemajuan": wanted.module_status.value if wanted.module_status else "",
            "jenis": wanted.kind.value.lower() if wanted.kind else "",
            "konfirmasi": values["konfirmasi"] if wanted.is_confirmed is not None else "",
            "akun": values["akun"] if wanted.is_activated is not None else "",
            "sejak": wanted.finished_from.isoformat() if wanted.finished_from else "",
            "sampai": wanted.finished_until.isoformat() if wanted.finished_until else "",
            "jp": "kurang" if wanted.below_duty else "",
            "kelompok": values["kelompok"] if wanted.group else "",
            CHOSEN: ",".join(map(str, wanted.posting_ids)),
            "urut": values["urut"] if by else "",
        }
        return cls(
            wanted,
            sort,
            {name: value for name, value in kept.items() if value},
            after=fields.get("sesudah") or None,
            before=fields.get("sebelum") or None,
        )

    @property
    def query(self) -> str:
        """The address's query, without where a page begins."""
        return urlencode(self.values)

    @property
    def asked_of_people(self) -> dict[str, str]:
        """What is asked of people, and not where they work or in which order they stand."""
        return {
            name: value for name, value in self.values.items() if name not in {"instansi", "urut"}
        }

    def without(self, *names: str) -> dict[str, str]:
        """The values but for some."""
        return {name: value for name, value in self.values.items() if name not in names}

    def sorted_by(self, name: str) -> dict[str, str]:
        """The values of the list sorted by a column; once more, the other way round."""
        is_up = self.sort == Sort(SORTS[name])
        return {**self.values, "urut": f"-{name}" if is_up else name}

    def direction(self, name: str) -> str | None:
        """In which direction the list is sorted by a column, as `aria-sort` says it."""
        if self.sort.by is not SORTS[name]:
            return None
        return "descending" if self.sort.is_down else "ascending"

    def of_chosen(self, posting_ids: Sequence[int]) -> "Asked":
        """The list of these people of it, and of nothing else that it asks."""
        place = self.filter.institution_id
        kept = {name: self.values[name] for name in ("instansi", "urut") if name in self.values}
        keys = tuple(posting_ids)[:MOST_CHOSEN]
        return Asked(
            StaffFilter(institution_id=place, posting_ids=keys),
            self.sort,
            {**kept, CHOSEN: ",".join(map(str, keys))},
        )

    def confirmed(self, posting_ids: Sequence[int]) -> "Asked":
        """Of a list of who waits, these people once they are confirmed; of none, all who are."""
        if posting_ids:
            return self.of_chosen(posting_ids)
        values = {**self.values, "konfirmasi": "ya"}
        return replace(self, filter=replace(self.filter, is_confirmed=True), values=values)

    def waiting(self) -> "Asked":
        """The same list, of those who wait to be confirmed and nobody else."""
        return replace(self, filter=replace(self.filter, is_confirmed=False))


def _shown_institution(wanted: StaffFilter, institution_ids: Sequence[int]) -> str:
    if len(institution_ids) < 2:
        return ""
    if wanted.institution_id is None:
        return ALL
    return "" if wanted.institution_id == institution_ids[0] else str(wanted.institution_id)


def read_keys(texts: Iterable[str]) -> tuple[int, ...]:
    """The keys of people among these texts, each once; MOST_CHOSEN at most."""
    keys = (_key(text) for text in texts)
    return tuple(dict.fromkeys(key for key in keys if key is not None))[:MOST_CHOSEN]


def _key(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) if int(text) <= LARGEST_KEY else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
