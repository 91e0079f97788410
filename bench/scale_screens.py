"""The screens of an officer's desk, from the application's own map of addresses and its own pages.

Of a section's pages, those that stand in no list below are measured too, by their addresses; where
an address names what is not there, it is said why: so that a new one is not forgotten.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

SECTIONS: Final = ("/kepegawaian", "/instansi/", "/capaian", "/pekerjaan", "/koordinator")

NOT_MEASURED: Final = {
    "staff_records.index": "there only where the state's service is named",
    "staff_records.show": "there only where the state's service is named",
    "national_records.list": "there only where the state's service is named",
    "national_records.show": "there only where the state's service is named",
    "programmes.show": "there is but the national programme, which has a page of its own",
    "jobs.download": "a file that a job has made; its making is measured",
    "staff_corrections.ask": "a form for one certificate",
    "staff_corrections.show": "nobody has asked for a correction",
    "staff_doubts.show": "nobody has doubted a confirmation",
    "staff_samples.show": "nothing was drawn",
    "samples.show": "nothing was drawn",
    "doubts.show": "nobody has doubted a confirmation",
    "staff_lists.columns": "of an upload, which is measured as a whole",
    "staff_lists.refused": "of an upload, which is measured as a whole",
    "staff_lists.show": "of an upload, which is measured as a whole",
    "registry_sheets.refused": "of an upload of the registry",
    "registry_sheets.show": "of an upload of the registry",
    "webhooks.replay": "of one webhook",
    "staff_roles.show": "of one grant",
    "national_roles.show": "of one grant",
    "assignments.show": "there is no assignment",
    "exports.layout": "of columns that somebody has kept",
    "oversight.people": "nobody has confirmed anybody by hand",
    "register.certificate": "of one certificate",
    "register.preview": "of one certificate",
    "register_corrections.show": "nobody has asked for a correction",
    "reports.show": "nobody has reported anything",
}
"""Pages of the sections whose addresses name what there is none of; files need no reason."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A page that is asked for, by whom: officer, learner, coordinator or nobody."""

    title: str
    path: str
    who: str = "officer"


@dataclass(frozen=True, slots=True)
class Keys:
    """What there is to be shown: in the largest institution, and of it."""

    institution_id: int
    unit_id: int
    posting_id: int
    number: str


Fetch = Callable[[str], str]
"""A page's HTML by its address, as the officer sees it."""


def list_screens(keys: Keys, fetch: Fetch) -> Iterator[Screen]:
    """Every screen that is measured; the list's filters and orders are read from its own page."""
    yield Screen("Home, signed out", "/", "nobody")
    yield Screen("Home of an officer", "/")
    yield Screen("Home of a learner", "/", "learner")
    yield Screen("A learner's pocketbooks", "/belajar", "learner")
    yield Screen("Capaian", "/capaian", "nobody")
    yield Screen("Capaian, a search", "/capaian?cari=kota&jenis=kabupaten-kota", "nobody")
    yield Screen("Capaian, institutions as CSV", "/capaian/instansi.csv", "nobody")
    yield Screen("Capaian, days as CSV", "/capaian/hari.csv", "nobody")
    yield Screen("Desk and list, page 1", "/kepegawaian")
    form = read_list(fetch("/kepegawaian"))
    for name, value in form.filters:
        yield Screen(f"List, filter {name}={value}", f"/kepegawaian?{name}={value}")
    for number, path in enumerate(form.orders, start=1):
        yield Screen(f"List, order {number}", path)
    searches = {"frequent": "siti", "rare": "i gusti ayu put", "none": "zzzyx", "prefix": "su"}
    for kind, word in (searches | {"number": keys.number}).items():
        yield Screen(f"List, search {kind}", f"/kepegawaian?cari={word.replace(' ', '+')}")
    deep, pages = go_on("/kepegawaian", fetch)
    yield Screen(f"List, page {pages}", deep)
    yield Screen("A person", f"/kepegawaian/{keys.posting_id}/ubah")
    for title, path in (
        ("Add somebody", "/kepegawaian/tambah"),
        ("Contacts", "/kepegawaian/kontak"),
        ("Corrections", "/kepegawaian/perbaikan"),
        ("Upload a list", "/kepegawaian/impor"),
        ("Assignments", "/kepegawaian/penugasan"),
        ("A new assignment", "/kepegawaian/penugasan/baru"),
        ("Reports of evidence", "/kepegawaian/laporan"),
        ("Jobs", "/pekerjaan"),
        ("Choosing an institution", "/instansi/cari?q=kota"),
        ("Units", f"/instansi/{keys.institution_id}/unit"),
        ("A unit", f"/instansi/{keys.institution_id}/unit/{keys.unit_id}"),
    ):
        yield Screen(title, path)
    for title, path in (
        ("Nation", "/koordinator"),
        ("Nation, institutions", "/koordinator/capaian/instansi"),
        ("Nation, those that stopped", "/koordinator/capaian/instansi?keadaan=berhenti&cari=kota"),
        ("Nation, a province", "/koordinator/capaian/provinsi/33"),
        ("Nation, an institution", f"/koordinator/capaian/instansi/{keys.institution_id}"),
        ("Nation, institutions as CSV", "/koordinator/capaian/instansi.csv"),
        ("Programmes", "/koordinator/program"),
        ("A programme", "/koordinator/program/1-juta-asn"),
        ("A programme, its change", "/koordinator/program/1-juta-asn/ubah"),
        ("A programme, its end", "/koordinator/program/1-juta-asn/tutup"),
        ("A programme, targets", "/koordinator/program/1-juta-asn/target"),
        ("Registry", "/koordinator/instansi"),
        ("Registry, a search", "/koordinator/instansi?cari=kota"),
        ("Registry, an institution", f"/koordinator/instansi/{keys.institution_id}"),
        ("Registry, requests", "/koordinator/instansi/permintaan"),
        ("Reports of evidence, of all", "/koordinator/laporan"),
        ("Reports of evidence, a search", "/koordinator/laporan?cari=kota"),
        ("Certificates", "/koordinator/sertifikat"),
        ("Certificates, search none", "/koordinator/sertifikat?cari=zzzyx"),
        ("Certificates, search frequent", "/koordinator/sertifikat?cari=siti"),
        ("Certificates, search rare", "/koordinator/sertifikat?cari=i+gusti+ayu+put"),
    ):
        yield Screen(title, path, "coordinator")


def list_others(app: Flask, keys: Keys, screens: list[Screen]) -> Iterator[Screen]:
    """Pages of the sections that stand in no list: those whose address says nothing we know not."""
    adapter = app.url_map.bind("localhost")
    known = {"institution_id": keys.institution_id, "unit_id": keys.unit_id}
    known["posting_id"] = keys.posting_id
    opened = _opened(adapter, screens)
    for rule in sorted(_pages(app), key=lambda rule: rule.rule):
        if rule.endpoint in opened or rule.endpoint in NOT_MEASURED:
            continue
        if rule.arguments <= known.keys():
            values = {name: known[name] for name in rule.arguments}
            who = "coordinator" if rule.rule.startswith("/koordinator") else "officer"
            yield Screen(rule.endpoint, adapter.build(rule.endpoint, values), who)


def find_forgotten(app: Flask, screens: list[Screen]) -> list[str]:
    """Pages of the sections that no screen opens and of which nobody has said why not."""
    opened = _opened(app.url_map.bind("localhost"), screens)
    pages = {rule.endpoint for rule in _pages(app) if "format" not in rule.arguments}
    return sorted(pages - opened - NOT_MEASURED.keys())


def _pages(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(SECTIONS) and rule.methods and "GET" in rule.methods
    ]


def _opened(adapter: MapAdapter, screens: list[Screen]) -> set[str]:
    """The pages that these screens open; raises LookupError where there is none any more."""
    opened = set()
    for screen in screens:
        try:
            opened.add(str(adapter.match(screen.path.partition("?")[0])[0]))
        except HTTPException as error:
            raise LookupError(f"There is no page {screen.path}.") from error
    return opened


@dataclass(frozen=True, slots=True)
class ListForm:
    """What a list offers: a value of each filter, and the links that order it."""

    filters: list[tuple[str, str]]
    orders: list[str]


def read_list(page: str) -> ListForm:
    """The choices of the list's form: each but the empty one, and at most four of a select."""
    reader = _Reader()
    reader.feed(page)
    return ListForm(reader.filters, sorted(set(reader.orders)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.filters: list[tuple[str, str]] = []
        self.orders: list[str] = []
        self._is_search = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: Mapping[str, str] = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_list = values.get("action", "").partition("?")[0] == "/kepegawaian"
            self._is_search = is_list and values.get("method", "get") == "get"
        elif tag == "select" and self._is_search:
            self._select = values.get("name", "")
        elif tag == "option" and self._select and values.get("value"):
            known = [name for name, _ in self.filters]
            if known.count(self._select) < _MOST_OF_A_SELECT:
                self.filters.append((self._select, values["value"]))
        elif tag == "a" and re.match(r"/kepegawaian\?(?:[^#]*&)?urut=", values.get("href", "")):
            self.orders.append(values["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "form":
            self._is_search = False


_MOST_OF_A_SELECT: Final = 4
_NEXT: Final = re.compile(r'<a\b[^>]*\brel="next"[^>]*>')
_HREF: Final = re.compile(r'\bhref="([^"]+)"')
DEEP: Final = 200


def go_on(path: str, fetch: Fetch, most: int = DEEP) -> tuple[str, int]:
    """Follow a list to its page of that number, or to its last; gives its address and number."""
    number = 1
    while number < most:
        following = _NEXT.search(fetch(path))
        address = following and _HREF.search(following[0])
        if not address:
            break
        path, number = address[1].replace("&amp;", "&"), number + 1
    return path, number
