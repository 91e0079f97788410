"""Nobody reaches another institution's people, by whatever route: generated from the URL map.

Every route that is not open to everybody is asked by every kind of asker for what belongs to every
kind of people. What an answer holds, and what stands in the database afterwards, must be nothing of
people for whom the asker does not answer.
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, ColumnElement, Table, or_, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lms.accounts.enums import Role
from lms.accounts.models import Account, Device
from lms.accounts.people import grant_role
from lms.accounts.queries import get_principal
from lms.assignments.service import AssignmentWish, assign_to_postings
from lms.audit import AuditEntry
from lms.certificates.correction_requests import Wish, ask_correction
from lms.certificates.enums import CorrectableFact
from lms.checking.bulk.columns import preview_of
from lms.checking.bulk.service import keep_table
from lms.checking.bulk.work import read_sheet
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.desk.saved_filters import save_filter
from lms.exchange.enums import TokenScope
from lms.exchange.queries import list_tokens
from lms.exchange.service import make_token
from lms.exchange.webhooks import list_webhooks, make_webhook
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.decisions.service import decide
from lms.institutions.doubts.models import DoubtGround
from lms.institutions.doubts.service import Doubt, open_doubt
from lms.institutions.models import Posting, Unit
from lms.institutions.people.codes import Chosen
from lms.institutions.people.facts import retire
from lms.institutions.people.invitations import invite
from lms.institutions.people.merging import merge_staff
from lms.institutions.reach import scope_of
from lms.institutions.registry.models import SheetKind
from lms.institutions.registry.relocation import RELOCATION, relocate
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.service import merge_institution
from lms.institutions.registry.sheets import keep_sheet
from lms.institutions.samples.models import ConfirmationSample, SampledConfirmation
from lms.institutions.scope import Scope
from lms.institutions.units import add_unit
from lms.job_kinds import job_kinds
from lms.jobs.kind import File, Kind, Output, Run
from lms.jobs.models import Job
from lms.jobs.service import enqueue
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.models import PersonnelRecord
from lms.personnel.service import begin_recording
from lms.signon.models import ExternalIdentity
from lms.worker.runner import Runner
from tests.browser import Browser
from tests.conftest import SETTINGS
from tests.factories import Book, Factory, InstitutionRef, Person
from tests.web.test_access import ROUTES, WHO

LEASE = timedelta(minutes=1)
GROUPS = ("dinas", "bidang", "badan", "rest", "theirs", "moved", "merged")
"""Whose people: two units of ours, one of them below the other; a unit beside them; of ours without
a unit; another institution's; who was ours, has a certificate of then, and works there now; and
those of a third institution that has merged into the other."""

REACHES: Mapping[str, frozenset[str]] = {
    "learner": frozenset(),
    "author": frozenset(),
    "officer of a unit": frozenset({"dinas", "bidang"}),
    "officer": frozenset({"dinas", "bidang", "badan", "rest"}),
    "other officer": frozenset({"theirs", "moved", "merged"}),
    "officer of what merged": frozenset({"merged"}),
}
"""For whose people each asker answers."""

OF_THEIRS = ("other officer", "officer of what merged")
"""Who answers for people of the other institution."""

PUBLIC = {
    (method, endpoint)
    for method, endpoint, _, _, statuses in ROUTES
    if statuses[WHO.index("anonymous")] != 401
}
"""What anybody may open without signing in hides nothing from anybody."""


@dataclass(slots=True)
class Group:
    """Some people, what there is of them, and what nobody may read or change who is not theirs."""

    name: str
    institution: InstitutionRef
    unit_id: int
    accounts: list[int] = field(default_factory=list)
    postings: list[int] = field(default_factory=list)
    certificates: list[int] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    arguments: dict[str, Any] = field(default_factory=dict)
    number: str = ""


@dataclass(slots=True)
class Country:
    """Two institutions, and who asks."""

    book: Book
    groups: dict[str, Group]
    askers: dict[str, Person]

    def beyond(self, who: str) -> list[Group]:
        """The people for whom somebody does not answer."""
        return [group for name, group in self.groups.items() if name not in REACHES[who]]

    def secrets_from(self, who: str) -> list[str]:
        """What somebody must never read."""
        return [secret for group in self.beyond(who) for secret in group.secrets]


COMMON: Mapping[str, Any] = {
    "number": 1, "position": 1, "part": 1, "size": 0, "day": "2026-05-20", "format": "xlsx",
    "digest": "0" * 64, "sha256": "0" * 64, "name": "istilah", "theme": "dark", "path": "a",
    "key": "a", "report_id": 1, "message_id": 1,
}  # fmt: skip
"""Arguments of routes by which nobody's people are meant; coordinators alone answer reports."""

VARIANTS: tuple[Mapping[str, str], ...] = (
    {},
    {"tindakan": "tolak", "lingkup": "halaman", "kind": "pensiun", "whom": "numbers"},
    {"lingkup": "semua", "instansi": "semua", "kind": "meninggal", "unit": "", "answer": "yes"},
    {"daftar": "ya", "tindakan": "undang", "lingkup": "halaman", "unit": ""},
    {"daftar": "ya", "tindakan": "undang", "lingkup": "semua", "unit": "", "orang": ""},
)


def fields_of(group: Group, book: Book, count: int) -> dict[str, Any]:
    """What forms may say about people of a group: a row for every field of every form.

    Those of no form in question are passed over.
    """
    posting, institution = group.arguments["posting_id"], group.institution.id
    tomorrow = local_day(utc_now()) + timedelta(days=9)
    return {
        "pegawai": [str(each) for each in group.postings],
        "halaman": ",".join(map(str, group.postings)),
        "orang": ",".join(map(str, group.postings)),
        "tindakan": "konfirmasi",
        "unit": str(group.unit_id),
        **{
            f"{form}unit_{field}": value
            for form in ("", "ke-", "kode-", "undangan-")
            for field, value in (
                ("key", f"{institution}-{group.unit_id}"),
                ("for", "" if form else str(group.unit_id)),
            )
        },
        "parent": str(group.unit_id),
        "into": str(group.unit_id),
        "target": str(group.unit_id),
        "institution": str(institution),
        "instansi": str(institution),
        "tentang": f"institution:{institution}",
        "bulan": "2026-10",
        "whom": "place",
        "numbers": group.number,
        "employee_number": group.number,
        "number": group.number,
        "kept": str(posting),
        "other": str(group.arguments["invited_id"]),
        "agreed": "1",
        "name": "Nama yang Dibajak",
        "nama": "Nama yang Dibajak",
        "email": f"pembajak-{count}@contoh.example",
        "kind": "unit",
        "day": local_day(utc_now()).isoformat(),
        "ke-day": local_day(utc_now()).isoformat(),
        "due_on": tomorrow.isoformat(),
        "module": str(book.module_id),
        "words": "Segera, sebelum akhir bulan.",
        "answer": "upheld",
        "evidence": "SK nomor 12 tahun 2024.",
        "reason": "Alasan yang cukup panjang.",
        "ground": "mistake",
        "fact": "name",
        "wanted": "Nama yang Dibajak",
        "seen": "",
        "format": "csv",
        "is_whole": "y",
        "nomor": group.arguments["code"],
        f"i{institution}-contact": "Telepon 1",
        "gabung-unit": "Dinas Contoh",
        "identifier": group.number,
        "candidate": str(group.arguments["account_id"]),
        "role": Role.HR_OFFICER.value,
        "ends_on": tomorrow.isoformat(),
        "akhir-ends_on": tomorrow.isoformat(),
        "tarik-reason": "Alasan yang cukup panjang.",
    }


def values_of(rule: Rule, group: Group, book: Book) -> dict[str, Any]:
    """The arguments of a route, of what belongs to a group; an argument without a row is missed."""
    rows = {**COMMON, "slug": book.slug, **group.arguments}
    return {name: rows[name] for name in rule.arguments}


def rules_of(app: Flask, *methods: str) -> Iterator[tuple[str, Rule]]:
    """Every route for who is signed in, with its method."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & set(methods)):
            if (method, rule.endpoint) not in PUBLIC:
                yield method, rule


def address_of(app: Flask, rule: Rule, values: Mapping[str, Any], query: str = "") -> str:
    """Where a route is."""
    chosen = dict(values)
    # Of the formats that a route offers, one.
    for converter in (rule._converters.get("format"),):  # noqa: SLF001 - it has no other way
        if converter is not None:
            chosen["format"] = "csv" if "csv" in converter.regex else "xlsx"
    return app.url_map.bind("localhost").build(rule.endpoint, chosen) + query


# The country


@pytest.fixture
def country(app: Flask, make: Factory) -> Country:
    """Two institutions with people of every kind, and something of everything of each of them."""
    ours, theirs = make.institution("Kota Contoh Asri"), make.institution("Kota Contoh Jaya")
    former = make.institution("Kota Contoh Lama")
    book, other_book = make.book(), make.book("tema-dua")
    with make.inside():
        dinas = add_unit(ours.id, "Dinas Contoh")
        bidang = add_unit(ours.id, "Bidang Contoh", parent=dinas)
        units = {"dinas": dinas.id, "bidang": bidang.id}
        units["badan"] = add_unit(ours.id, "Badan Contoh").id
        units["rest"] = units["badan"]
        units["theirs"] = units["moved"] = add_unit(theirs.id, "Kantor Contoh").id
        db.session.commit()
    askers = {
        "learner": make.learner("Lina", at=ours),
        "author": make.learner("Nuraini", roles=((Role.AUTHOR, None), (Role.REVIEWER, None))),
        "officer of a unit": make.learner("Utami", at=ours),
        "officer": make.officer("Ratna", at=ours),
        "other officer": make.officer("Oki", at=theirs),
        "officer of what merged": make.officer("Manda", at=former),
    }
    with make.inside(), transaction():
        account = db.session.get_one(Account, askers["officer of a unit"].id)
        grant_role(account, Role.HR_OFFICER, ours.id, now=make.now, unit_id=units["dinas"])
        merge_institution(Editor(None), former.id, theirs.id, on=local_day(make.now), now=make.now)
        units["merged"] = db.session.scalars(
            select(Unit.id).where(Unit.institution_id == theirs.id, Unit.name == former.name)
        ).one()
    with make.inside():
        gone = Run(1, RELOCATION, {"institution_id": former.id}, None, frozenset(), 1, "a claim")
        relocate(gone, clock=utc_now)
    groups = {}
    for name in GROUPS:
        at = theirs if name in {"theirs", "moved", "merged"} else ours
        group = Group(name, at, units[name])
        # Somebody else of the same office, whose own things no asker may open.
        keeper = make.officer(f"Pengelola {name}", at=at)
        _people(make, group, book, other_book, from_=ours if name == "moved" else None)
        _things(app, make, group, keeper, book)
        groups[name] = group
    return Country(book, groups, askers)


def _people(
    make: Factory, group: Group, book: Book, other_book: Book, *, from_: InstitutionRef | None
) -> None:
    """Somebody with a certificate, who waits, who has not activated, and two accounts of one."""
    begun = from_ or group.institution
    people = {
        part: make.learner(f"Rekaan {part}{group.name}", at=begun, confirmed=part != "tunggu")
        for part in ("sertifikat", "tunggu", "undang", "satu", "dua")
    }
    issued = make.certificate(people["sertifikat"], book)
    sitting = make.attempt(people["sertifikat"], other_book)
    make.device(people["sertifikat"])
    if from_ is not None:
        for part, person in people.items():
            make.move(person, group.institution, confirmed=part != "tunggu")
    with make.inside(), transaction():
        ids = [person.id for person in people.values()]
        present = select(Posting.account_id, Posting.id).where(
            Posting.account_id.in_(ids), Posting.ended_on.is_(None)
        )
        current = {row.account_id: row.id for row in db.session.execute(present)}
        if group.name != "rest":
            placed = update(Posting).where(Posting.id.in_(current.values()))
            db.session.execute(placed.values(unit_id=group.unit_id))
        device_id = db.session.scalars(
            select(Device.id).where(Device.account_id == people["sertifikat"].id)
        ).first()
        identity = ExternalIdentity(
            account_id=people["sertifikat"].id,
            issuer="https://masuk.contoh.example",
            subject=f"{group.name}-{group.institution.id}",
            linked_at=make.now,
            last_used_at=make.now,
        )
        db.session.add(identity)
        db.session.flush()
        identity_id = identity.id
        request_id = ask_correction(
            issued.person.id,
            issued.code,
            Wish(CorrectableFact.NAME, "Lain", "Keliru menulis nama."),
            now=make.now,
        )
    postings = {part: current[person.id] for part, person in people.items()}
    group.accounts = ids
    group.postings = sorted(current.values())
    group.certificates = [issued.id]
    group.number = people["sertifikat"].number
    group.secrets = [
        secret for each in people.values() for secret in (each.name, each.number, each.email)
    ]
    group.arguments = {
        "posting_id": postings["sertifikat"],
        "waiting_id": postings["tunggu"],
        "invited_id": postings["undang"],
        "one_id": postings["satu"],
        "other_id": postings["dua"],
        "account_id": people["sertifikat"].id,
        "code": issued.code,
        "token": sitting.token,
        "device_id": device_id,
        "identity_id": identity_id,
        "request_id": request_id,
        "institution_id": group.institution.id,
        "unit_id": group.unit_id,
    }


def _things(app: Flask, make: Factory, group: Group, keeper: Person, book: Book) -> None:
    """What an officer of the group's has made of its people."""
    now, own = utc_now(), group.arguments
    secret = "\n".join(group.secrets)
    file = File("pegawai.csv", "text/csv", secret.encode())
    kind = Kind("files", lambda _run: Output({}, file))
    with make.inside(), transaction():
        principal = get_principal(keeper.id)
        scope = scope_of(principal)
        wish = AssignmentWish(
            book.module_id, local_day(now) + timedelta(days=9), "Demi akreditasi."
        )
        (assignment,) = assign_to_postings(scope, [own["posting_id"]], wish, now=now)
        sheet = f"Nama;Kode verifikasi\n{group.secrets[0]};{own['code']}\n".encode()
        preview = preview_of(read_sheet(sheet))
        lines = [{"line": 2, "nama": group.secrets[0]}]
        own |= {
            "assignment_id": assignment.id,
            "filter_id": save_filter(keeper.id, group.secrets[0], "cari=a", now=now).id,
            "decision_id": decide(
                scope, DecisionKind.CONFIRMED, [own["waiting_id"]], now=now
            ).id,
            "batch_id": invite(scope, Chosen((own["invited_id"],)), now=now),
            "fact_id": retire(
                scope, own["posting_id"], local_day(now) + timedelta(days=30), now=now
            ).id,
            "merge_id": merge_staff(
                scope, own["one_id"], own["other_id"], "Berganti nama; KTP sudah dilihat.",
                now=now, is_sure=True,
            ),
            "check_id": keep_table(principal, BytesIO(sheet), "a.csv", preview, now=now),
            "upload_id": keep_sheet(
                Editor(keeper.id, scope), SheetKind.UNITS, "a.csv", lines,
                institution_id=group.institution.id, now=now,
            ),
            "officer_id": keeper.id,
            "token_id": _key_of(scope, group, now),
            "record_id": _record_of(scope, group, now),
            "webhook_id": _webhook_of(scope, group, now),
            "job_id": enqueue(kind.name, {}, asker_id=keeper.id, scope=scope.keys, now=now).id,
        }  # fmt: skip
    with make.inside(), transaction():
        own |= _doubted_and_drawn(group, now)
    with make.inside():
        Runner(app, {kind.name: kind}, LEASE).run_job(own["job_id"])
    listed = f"Nama;NIP\n{group.secrets[0]};{group.number}\n".encode()
    own["import_id"] = make.staff_list(keeper, listed)
    clerk = make.learner(f"Petugas {group.name}", at=group.institution)
    with make.inside(), transaction():
        account = db.session.get_one(Account, clerk.id)
        at = (account, Role.HR_OFFICER, group.institution.id)
        own["grant_id"] = grant_role(*at, now=now, unit_id=group.unit_id).id
    waiting = make.learner(f"Rekaan baru{group.name}", at=group.institution, confirmed=False)
    with make.inside(), transaction():
        if group.name != "rest":
            db.session.execute(
                update(Posting)
                .where(Posting.account_id == waiting.id)
                .values(unit_id=group.unit_id)
            )
    group.accounts.append(waiting.id)
    group.postings.append(waiting.posting_id or 0)
    group.secrets += [waiting.name, waiting.number, waiting.email]


def _webhook_of(scope: Scope, group: Group, now: datetime) -> int:
    """Where their institution's own system is told."""
    make_webhook(scope, group.institution.id, "https://simpeg.example/", now=now)
    return list_webhooks(scope, now=now)[-1].webhook_id


def _key_of(scope: Scope, group: Group, now: datetime) -> int:
    """A key of their institution's own system."""
    make_token(scope, group.institution.id, f"Kunci {group.name}", list(TokenScope), 30, now=now)
    return list_tokens(scope, 1, now=now).lines[0].token_id


def _record_of(scope: Scope, group: Group, now: datetime) -> int:
    """A certificate of the group's that the state's record has refused."""
    begin_recording(scope, group.institution.id, is_agreed=True, includes_earlier=True, now=now)
    refused = PersonnelRecord(
        certificate_id=group.certificates[0],
        institution_id=group.institution.id,
        state=RecordState.REFUSED,
        position=0,
        due_at=None,
        trouble=Trouble.REFUSED,
        words=group.secrets[0],
    )
    db.session.add(refused)
    db.session.flush()
    return refused.id


def _doubted_and_drawn(group: Group, now: datetime) -> dict[str, int]:
    """A doubt of one of the group's people, and the same in a sample; their keys."""
    account_id, institution_id = group.arguments["account_id"], group.institution.id
    doubt = Doubt(DoubtGround.OTHER, "Tidak dikenal di kantornya.")
    sample = ConfirmationSample(
        week_on=local_day(now) - timedelta(weeks=GROUPS.index(group.name)),
        institution_id=institution_id,
        seed="benih",
        pool_count=1,
        drawn_count=1,
        drawn_at=now,
    )
    db.session.add(sample)
    db.session.flush()
    sampled = SampledConfirmation(
        sample_id=sample.id,
        institution_id=institution_id,
        account_id=account_id,
        place=1,
        asked_at=now,
    )
    db.session.add(sampled)
    db.session.flush()
    doubt_id = open_doubt(account_id, institution_id, doubt, opener_id=None, now=now)
    return {"doubt_id": doubt_id, "sampled_id": sampled.id}


# What was answered


def text_of(answer: TestResponse) -> str:
    """All that an answer says, out of archives and workbooks too."""
    return _unpacked(answer.get_data())


def _unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return "\n".join(f"{name}\n{_unpacked(archive.read(name))}" for name in archive.namelist())


def leaks(country: Country, who: str, text: str, endpoint: str = "") -> list[str]:
    """What of it the asker must not read.

    An office is told by name who has left it.
    """
    has_left = endpoint == "desk.news" and who == "officer"
    told = {secret for secret in country.groups["moved"].secrets if "Rekaan" in secret}
    found = [secret for secret in country.secrets_from(who) if secret in text]
    return [secret for secret in found if not (has_left and secret in told)]


def is_beyond(group: Group, rule: Rule, who: str) -> bool:
    """Whether what a route's address names is another's people's, wholly."""
    if group.name in REACHES[who]:
        return False
    own = rule.arguments & (group.arguments.keys() | {"slug"}) - {"slug"}
    if own == {"institution_id"}:
        # Of an institution of which the asker answers for a part, that part may be seen.
        return not REACHES[who] or (who in OF_THEIRS) != (
            group.name in {"theirs", "moved", "merged"}
        )
    return bool(own)


QUERIES = ("", "?instansi=semua&cari=Rekaan", "?instansi={institution}&unit={unit}&orang={posting}")


@pytest.mark.parametrize("who", REACHES)
def test_no_page_and_no_file_shows_anything_of_anothers_people(
    app: Flask, browser: Browser, country: Country, who: str
) -> None:
    browser.sign_in(country.askers[who])
    found: list[tuple[str, object]] = []
    asked: set[str] = set()
    for method, rule in rules_of(app, "GET"):
        for group in country.groups.values():
            for query in QUERIES if not rule.arguments else QUERIES[:1]:
                filled = query.format(
                    institution=group.institution.id,
                    unit=group.unit_id,
                    posting=group.arguments["posting_id"],
                )
                values = values_of(rule, group, country.book)
                url = address_of(app, rule, values, filled)
                if url in asked:
                    continue
                asked.add(url)
                answer = browser.client.open(url, method=method)
                if is_beyond(group, rule, who) and answer.status_code < 400:
                    found.append((url, answer.status_code))
                found += [
                    (url, secret) for secret in leaks(country, who, text_of(answer), rule.endpoint)
                ]
    assert found == []


# What was changed


DOERS = {
    *("actor_id", "officer_id", "asker_id", "issuer_id", "undoer_id", "uploader_id"),
    *("marked_by", "granted_by", "opener_id", "confirmer_id", "answerer_id"),
    *("begun_by", "ended_by"),
}
"""Columns that say who did something, and not whom it is about."""


def links_to(ids: Mapping[str, list[int]]) -> Iterator[tuple[Table, list[ColumnElement[bool]]]]:
    """Every table with rows about these, given by their tables, and what says that one is."""
    for table, links in links_between(frozenset(ids)):
        yield table, [column.in_(ids[name]) for column, name in links]


@cache
def links_between(names: frozenset[str]) -> list[tuple[Table, list[tuple[Column[Any], str]]]]:
    """The tables with columns that name rows of these tables, and which column names whose."""
    found = []
    for table in db.metadata.sorted_tables:
        links = [(table.c.id, table.name)] if table.name in names else []
        for column in table.columns:
            targets = {key.target_fullname.removesuffix(".id") for key in column.foreign_keys}
            if column.name not in DOERS:
                links += [(column, name) for name in sorted(targets & names)]
        if links:
            found.append((table, links))
    return found


def state_of(app: Flask, group: Group) -> dict[str, list[str]]:
    """Every row about people of a group and their certificates, and their unit, as it stands."""
    rows: dict[str, list[str]] = {}
    ids = {
        "accounts": group.accounts,
        "postings": group.postings,
        "certificates": group.certificates,
        "units": [group.unit_id],
    }
    with app.app_context():
        for table, about in links_to(ids):
            found = db.session.execute(select(table).where(or_(*about)))
            rows[table.name] = sorted(map(repr, found))
        subjects = [f"account:{each}" for each in group.accounts]
        noted = select(AuditEntry.action, AuditEntry.subject)
        found = db.session.execute(noted.where(AuditEntry.subject.in_(subjects)))
        rows["audit"] = sorted(map(repr, found))
        db.session.rollback()
    return rows


def changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[str]:
    """The tables that differ."""
    return [name for name, rows in before.items() if rows != after[name]]


def work(app: Flask) -> None:
    """Do all that was asked for, as a worker does."""
    kinds = {kind.name: kind for kind in job_kinds(SETTINGS)}
    with app.app_context():
        job_ids = list(db.session.scalars(select(Job.id).where(Job.ended_at.is_(None))))
    for job_id in job_ids:
        Runner(app, kinds, LEASE).run_job(job_id)


def send(app: Flask, browser: Browser, country: Country, rule: Rule, group: Group) -> list[str]:
    """Send a route's form in every variant about a group; the addresses."""
    sent = []
    browser.get("/akun")
    token = browser.token()
    for count, variant in enumerate(VARIANTS):
        values = values_of(rule, group, country.book)
        fields = {**fields_of(group, country.book, count), **variant}
        for posting in (values.get("posting_id"), group.postings[-1]):
            if "posting_id" in values:
                values["posting_id"] = posting
            url = address_of(app, rule, values)
            browser.client.post(url, data=fields, headers={"X-CSRFToken": token})
            sent.append(url)
            if "posting_id" not in values:
                break
    return sent


ENDS_THE_SESSION = {"account.sign_out", "profile.sign_out_all"}


@pytest.mark.parametrize("who", REACHES)
def test_no_form_and_no_job_of_it_changes_or_gives_anything_of_anothers_people(
    app: Flask, browser: Browser, country: Country, who: str
) -> None:
    browser.sign_in(country.askers[who])
    found: list[tuple[str, object]] = []
    groups = country.beyond(who)
    before = {group.name: state_of(app, group) for group in groups}
    for _, rule in rules_of(app, "POST"):
        if rule.endpoint in ENDS_THE_SESSION:
            continue
        for group in groups:
            sent = send(app, browser, country, rule, group)
            after = state_of(app, group)
            found += [(sent[0], table) for table in changes(before[group.name], after)]
            before[group.name] = after
    work(app)
    for group in groups:
        after = state_of(app, group)
        found += [
            (f"job about {group.name}", table) for table in changes(before[group.name], after)
        ]
    for method, rule in rules_of(app, "GET"):
        if rule.endpoint in {"jobs.list", "jobs.download"}:
            with app.app_context():
                own = select(Job.id).where(Job.asker_id == country.askers[who].id)
                ids = list(db.session.scalars(own))
            for job_id in ids:
                values = dict.fromkeys(rule.arguments, job_id)
                answer = browser.client.open(address_of(app, rule, values), method=method)
                found += [
                    (f"{rule.endpoint} {job_id}", secret)
                    for secret in leaks(country, who, text_of(answer))
                ]
    assert found == []


def test_the_matrix_sees_what_an_officer_does_to_their_own(
    app: Flask, browser: Browser, country: Country
) -> None:
    browser.sign_in(country.askers["officer"])
    group, seen = country.groups["dinas"], set()
    before = state_of(app, group)
    for _, rule in rules_of(app, "POST"):
        if rule.endpoint in ENDS_THE_SESSION:
            continue
        send(app, browser, country, rule, group)
        after = state_of(app, group)
        if changes(before, after):
            seen.add(rule.endpoint)
        before = after
    assert seen >= EFFECTIVE


EFFECTIVE = {
    *("assignments.new", "people.note", "people.separate", "people.undo"),
    *("staff.edit", "staff_decisions.confirm", "staff_decisions.act", "staff_decisions.move"),
    *("staff_doubts.answer", "staff_samples.answer"),
}
"""Of these at least it is known that what is sent here does something, where it may.

Whom `staff_decisions.act` has invited `people.invite` does not invite again.
"""


def test_the_matrix_reads_what_an_officer_may_read(
    app: Flask, browser: Browser, country: Country
) -> None:
    browser.sign_in(country.askers["officer"])
    group, showing = country.groups["dinas"], set()
    for method, rule in rules_of(app, "GET"):
        url = address_of(app, rule, values_of(rule, group, country.book))
        text = text_of(browser.client.open(url, method=method))
        if any(secret in text for secret in group.secrets):
            showing.add(rule.endpoint)
    assert showing >= {"staff.list", "exports.file", "people.show", "people.duplicates"}


def test_every_field_of_every_form_has_a_row(
    app: Flask, browser: Browser, country: Country
) -> None:
    browser.sign_in(country.askers["officer"])
    group, unknown = country.groups["dinas"], dict[str, str]()
    known = fields_of(group, country.book, 0).keys() | {"csrf_token"}
    known |= {name for variant in VARIANTS for name in variant}
    for _, rule in rules_of(app, "GET"):
        url = address_of(app, rule, values_of(rule, group, country.book))
        answer = browser.client.get(url)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = browser.get(url)
        for form in page.forms:
            if form.method == "POST":
                missing = form.fields.keys() - known - HARMLESS
                unknown |= dict.fromkeys(missing, form.action)
    assert unknown == {}


HARMLESS = {
    *("again", "present", "password", "reminders", "digest"),
    *("berkas", "sheet", "folder", "code", "gabung-on", "tutup-on"),
    *("kolom", "tabel", "susunan", "bagian", "bentuk", "days"),
    *("url", "position"),
    *("is_agreed", "includes_earlier"),
}
"""Fields that name nobody: of one's own account, files, days, addresses, and how a table looks."""
