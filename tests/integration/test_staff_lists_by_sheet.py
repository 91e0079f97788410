"""Staff lists by sheet: checked without storing, put in force by sets, as one by one."""

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from io import BytesIO

import pytest
from sqlalchemy import select

from lms.accounts.models import Account, EmployeeNumber
from lms.db import db, read_only, transaction
from lms.institutions.models import Posting
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.columns import preview_of
from lms.institutions.staff_lists.models import StaffImport, Verdict
from lms.institutions.staff_lists.pacing import Pace
from lms.institutions.staff_lists.queries import KeptLine, list_lines
from lms.institutions.staff_lists.service import add_import
from lms.institutions.staff_lists.sheets import read_list
from tests.factories import Factory, InstitutionRef

HEAD = ("Nama", "NIP", "Surel", "Unit kerja", "Keterangan", "TMT")
Row = Sequence[str]


def store(work: Callable[[], None]) -> None:
    with transaction():
        work()


def scope_at(institution: InstitutionRef, officer_id: int | None = None) -> Scope:
    return Scope(officer_id=officer_id, institution_ids=frozenset({institution.id}))


def csv(rows: Sequence[Row], head: Row = HEAD) -> bytes:
    return "\n".join(";".join(row) for row in (head, *rows)).encode()


class Sheet:
    """A list that was uploaded, and the steps that it goes through."""

    def __init__(
        self, content: bytes, scope: Scope, institution_id: int, now: datetime, **terms: bool
    ) -> None:
        self.file, self.scope, self.now = BytesIO(content), scope, now
        with closing(read_list(self.file)) as sheet:
            preview = preview_of(sheet)
        self.id = add_import(scope, "daftar.csv", institution_id, now=now, store=store)
        with transaction():
            kept = db.session.get_one(StaffImport, self.id)
            kept.columns = preview.columns.to_json()
            for name, value in terms.items():
                setattr(kept, name, value)

    def check(self) -> dict[str, int]:
        return check_list(self.id, self.scope, self.file, lambda *_: None, now=self.now)

    def apply(self, size: int = 500) -> dict[str, int]:
        pace = Pace(size=size, pause=0)
        return apply_list(self.id, self.scope, lambda *_: None, now=self.now, pace=pace)

    def lines(self, verdict: Verdict | None = None) -> list[KeptLine]:
        with read_only():
            return list_lines(self.id, verdict)

    def reasons(self) -> dict[int, str]:
        return {each.line: str(each.reason) for each in self.lines(Verdict.REFUSED)}


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh")


def new_rows(make: Factory, count: int) -> list[Row]:
    return [
        (f"Sri Uji{chr(97 + n % 26)}", make.employee_number(), f"p{n}@contoh.example", "", "", "")
        for n in range(count)
    ]


def test_a_list_of_new_people_is_put_in_force(
    make: Factory, ours: InstitutionRef, now: datetime
) -> None:
    sheet = Sheet(csv(new_rows(make, 30)), scope_at(ours), ours.id, now)
    before = make.count(Account)
    assert sheet.check() == {"new": 30}
    assert make.count(Account) == before
    assert sheet.apply(size=7) == {"new": 30}
    rows = db.session.execute(
        select(Account.name, EmployeeNumber.number, Posting.confirmed_at, Posting.started_on)
        .join(EmployeeNumber, EmployeeNumber.account_id == Account.id)
        .join(Posting, Posting.account_id == Account.id)
        .where(Posting.institution_id == ours.id)
    ).all()
    assert len(rows) == 30
    assert {row.confirmed_at for row in rows} == {now} or all(row.confirmed_at for row in rows)
    again = Sheet(csv(new_rows(make, 0)), scope_at(ours), ours.id, now) if False else None
    del again
