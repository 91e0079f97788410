"""Who waits and is as the officer's newest list has them: number, name and a proved address."""

from contextlib import closing
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, update

from lms.accounts.activation import issue_codes, open_by_code
from lms.accounts.enums import LinkPurpose
from lms.accounts.models import Account
from lms.accounts.notifications import mail_link
from lms.accounts.people import hand_over
from lms.accounts.service import choose_password
from lms.db import db, transaction
from lms.desk.deciding import DECISION, decide_about_many
from lms.institutions.decisions import matching
from lms.institutions.decisions.matching import (
    Line,
    Match,
    compare,
    compare_waiting,
    group_waiting,
    list_compared_lists,
    list_matching,
)
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.decisions.service import begin_decision, begin_undoing, undo_some
from lms.institutions.people.facts import move_out
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.pacing import Pace
from lms.institutions.staff_lists.previews import preview_of
from lms.institutions.staff_lists.service import begin_import, forget_import
from lms.institutions.staff_lists.sheets import read_list
from lms.jobs.kind import Run
from tests.factories import Factory, InstitutionRef, Person

ADDRESS = "siti@contoh.example"
SITI = Line("Siti Aminah, S.H.", ADDRESS, is_active=True)


@pytest.mark.parametrize(
    ("name", "email", "lines", "is_proved", "match"),
    [
        ("Siti Aminah", ADDRESS, [SITI], True, Match.SAME),
        ("SITI  AMINAH, M.Si.", "Siti@Contoh.example", [SITI, SITI], True, Match.SAME),
        ("Siti Aminah", ADDRESS, [], True, Match.NOT_LISTED),
        ("Siti Aminah", ADDRESS, [SITI], False, Match.UNPROVED),
        ("Siti Aminah", "", [Line("Siti Aminah", "", is_active=True)], True, Match.ADDRESS_MISSING),
        ("Siti Aminah", "siti@lain.example", [SITI], True, Match.ADDRESS_DIFFERS),
        ("Siti", ADDRESS, [SITI], True, Match.NAME_DIFFERS),
        ("", ADDRESS, [SITI], True, Match.NAME_DIFFERS),
        ("Siti Aminah", ADDRESS, [Line("Siti Aminah", ADDRESS, is_active=False)], True, Match.LEFT),
        (
            "Siti Aminah",
            ADDRESS,
            [SITI, Line("Siti Aminah", "b@contoh.example", is_active=True)],
            True,
            Match.ADDRESS_DIFFERS,
        ),
    ],
)
def test_all_three_have_to_be_the_lists(
    name: str, email: str, lines: list[Line], is_proved: bool, match: Match
) -> None:
    assert compare(name, email, lines, is_proved=is_proved)[0] is match


def put_in_force(
    officer: Person, at: InstitutionRef, people: list[tuple[str, str, str]], now: datetime
) -> int:
    """An officer's list, checked and applied; gives its key."""
    rows = "\n".join(";".join(each) for each in [("Nama", "NIP", "Surel"), *people])
    file = BytesIO(rows.encode())
    with closing(read_list(file)) as sheet:
        columns = preview_of(sheet).columns
    import_id = begin_import(officer.scope, "daftar.csv", at.id, columns, now=now)
    check_list(import_id, officer.scope, file, lambda *_: None, now=now)
    pace = Pace(size=500, pause=0)
    apply_list(import_id, officer.scope, lambda *_: None, now=now, pace=pace)
    return import_id


class Transfers:
    """People of another institution whom our list has, and who come to us after it."""

    def __init__(self, make: Factory) -> None:
        self.make, self.now = make, make.now
        self.ours, self.theirs = make.institution(), make.institution()
        self.ratna, self.sari = make.officer(at=self.ours), make.officer(at=self.theirs)

    def person(self, name: str, *, is_proved: bool = True) -> Person:
        """Somebody there, whose address may be proved."""
        person = self.make.learner(name, at=self.theirs)
        proved_at = self.now if is_proved else None
        with transaction():
            db.session.execute(
                update(Account).where(Account.id == person.id).values(address_proved_at=proved_at)
            )
        return person

    def come(self, *people: Person) -> None:
        """Their institution notes that they work with us from today on."""
        with transaction():
            for each in people:
                move_out(
                    self.sari.scope, each.posting_id or 0, self.ours.id, self.make.today,
                    now=self.now,
                )  # fmt: skip

    def compared(self, officer: Person | None = None) -> dict[str, Match]:
        """How those who wait compare with an officer's lists."""
        scope = (officer or self.ratna).scope
        found = compare_waiting(scope, list_compared_lists(scope))
        return {each.name: each.match for each in found}


@pytest.fixture
def transfers(make: Factory) -> Transfers:
    return Transfers(make)


def test_who_comes_after_the_list_is_confirmed_by_it_and_nobody_else(
    transfers: Transfers, now: datetime
) -> None:
    same, name, address, code, other = (
        transfers.person(each, is_proved=each != "Kode Kertas")
        for each in ("Siti Aminah", "Budi Utomo", "Dewi Lestari", "Kode Kertas", "Oki Lain")
    )
    listed = [
        ("Siti Aminah, S.H.", same.number, same.email),
        ("Budi Santoso", name.number, name.email),
        ("Dewi Lestari", address.number, "dewi@contoh.example"),
        ("Kode Kertas", code.number, code.email),
    ]
    put_in_force(transfers.ratna, transfers.ours, listed, now)
    assert transfers.compared() == {}
    transfers.come(same, name, address, code, other)
    assert transfers.compared() == {
        "Siti Aminah": Match.SAME,
        "Budi Utomo": Match.NAME_DIFFERS,
        "Dewi Lestari": Match.ADDRESS_DIFFERS,
        "Kode Kertas": Match.UNPROVED,
        "Oki Lain": Match.NOT_LISTED,
    }
    with transaction():
        kind = DecisionKind.CONFIRMED
        decision_id = begin_decision(transfers.ratna.id, kind, now=now).id
    arguments = {"decision_id": decision_id, "is_matching": True, "institution_id": None}
    scope = transfers.ratna.scope
    run = Run(1, DECISION, arguments, transfers.ratna.id, scope.keys, 1, "a")
    assert decide_about_many(run, clock=lambda: now).result == {"rows": 1}
    assert "Siti Aminah" not in transfers.compared()
    with transaction():
        decision = begin_undoing(scope, decision_id, now=now)
        assert undo_some(scope, decision, now=now).people_count == 1
    assert transfers.compared()["Siti Aminah"] is Match.SAME


def test_many_are_compared_some_at_a_time_and_the_first_of_each_kind_are_kept(
    transfers: Transfers, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(matching, "BATCH", 1)
    people = [transfers.person(each) for each in ("Dewi", "Cici", "Ayu", "Budi")]
    listed = [(each.name, each.number, each.email) for each in people[:3]]
    put_in_force(transfers.ratna, transfers.ours, listed, now)
    transfers.come(*people)
    scope = transfers.ratna.scope
    groups = group_waiting(scope, list_compared_lists(scope), 1)
    found = {
        match: (number, [each.name for each in few]) for match, (number, few) in groups.items()
    }
    assert found == {Match.SAME: (3, ["Ayu"]), Match.NOT_LISTED: (1, ["Budi"])}


def test_the_newest_list_of_the_officers_own_is_compared_and_no_other(
    transfers: Transfers, make: Factory, now: datetime
) -> None:
    siti, ours = transfers.person("Siti Aminah"), transfers.ours
    line = ("Siti Aminah", siti.number, siti.email)
    colleague = make.officer(at=ours)
    put_in_force(colleague, ours, [line], now)
    transfers.come(siti)
    assert transfers.compared() == {}  # no list of one's own is none
    assert list_matching(transfers.ratna.scope) == []
    assert transfers.compared(colleague) == {"Siti Aminah": Match.SAME}
    assert list_matching(colleague.scope, transfers.theirs.id) == []
    later = now + timedelta(hours=1)
    newer = put_in_force(colleague, ours, [("Orang Lain", make.employee_number(), "")], later)
    assert transfers.compared(colleague) == {"Siti Aminah": Match.NOT_LISTED}
    forget_import(newer)
    assert transfers.compared(colleague) == {"Siti Aminah": Match.SAME}
    wider = Scope(colleague.id, frozenset({ours.id, transfers.theirs.id}))
    assert list_matching(wider) == []  # whoever answers for more now is not who uploaded it


def test_an_officer_is_confirmed_by_no_list_of_their_own(
    transfers: Transfers, make: Factory, now: datetime
) -> None:
    second = transfers.person(transfers.ratna.name)
    line = (second.name, second.number, second.email)
    put_in_force(transfers.ratna, transfers.ours, [line], now)
    transfers.come(second)
    assert transfers.compared() == {second.name: Match.ONESELF}
    assert list_matching(transfers.ratna.scope) == []


def test_a_link_that_was_mailed_proves_the_address_and_a_code_on_paper_does_not(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    mailed, coded = make.learner(at=ours), make.learner(at=ours)
    links: list[str] = []

    def address(token: str) -> str:
        links.append(token)
        return f"/tautan/{token}"

    with transaction():
        account = db.session.get_one(Account, mailed.id)
        mail_link(account, LinkPurpose.ACTIVATE, address, now=now)
        codes = issue_codes([coded.id], issuer_id=None, now=now)
    with transaction():
        links.append(open_by_code(coded.number, codes[coded.id], now=now))
    for token in links:
        with transaction():
            choose_password(token, "sepeda-jamu-lentera-4", now=now)
    rows = db.session.execute(select(Account.id, Account.address_proved_at))
    proved = {account_id for account_id, at in rows if at is not None}
    assert mailed.id in proved
    assert coded.id not in proved
    with transaction():
        account = db.session.get_one(Account, mailed.id)
        hand_over(account, "Nama", "lain@contoh.example", now=now)
    assert db.session.get_one(Account, mailed.id).address_proved_at is None
