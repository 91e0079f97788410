"""Reports of evidence: the same moment gives the same numbers, whatever happens afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from lms.coordination.queries import list_units, read_people
from lms.days import local_day
from lms.db import current_connection, db, snapshot, transaction
from lms.evidence.errors import FiguresDiffer, NotYourReport
from lms.evidence.key_figures import list_figures
from lms.evidence.models import EvidenceFigures, EvidenceReport, ReportForm
from lms.evidence.noted import list_institution_ids, note
from lms.evidence.queries import find_beginning
from lms.evidence.reading import list_notes
from lms.evidence.rules import NATION, Subject, Term, end_of_month
from lms.evidence.service import Evidence, ask_again, ask_report, bring_together
from lms.institutions.models import Institution, InstitutionKind, Posting
from lms.institutions.units import add_unit
from lms.jobs.models import Job, JobState
from lms.learning.models import ObjectiveResult
from lms.pocketbooks.models import Edition
from lms.programmes.models import Programme, ProgrammeModule, TallyEntry
from lms.programmes.queries import NATIONAL
from lms.programmes.rollup import fold
from lms.programmes.versions import (
    Wish,
    discard_preparation,
    modules_of,
    prepare_version,
)
from lms.progress.refresh import refresh_progress
from tests.factories import Factory, InstitutionRef, Issued, Person

pytestmark = pytest.mark.both
MONTH = date(2026, 10, 1)
TERM = Term(MONTH, end_of_month(MONTH))
BEFORE = datetime(2026, 9, 10, 3, tzinfo=UTC)
WITHIN = datetime(2026, 10, 14, 3, tzinfo=UTC)
AFTER = datetime(2026, 11, 12, 3, tzinfo=UTC)


def ask(make: Factory, asker: Person, subject: Subject, term: Term = TERM) -> int:
    with make.inside(), transaction():
        report_id = ask_report(asker.principal, subject, term, ReportForm.XLSX, now=AFTER)
        _end_jobs()
        return report_id


def again(make: Factory, asker: Person, report_id: int) -> int:
    with make.inside(), transaction():
        other = ask_again(asker.principal, report_id, now=AFTER)
        _end_jobs()
        return other


def _end_jobs() -> None:
    """Of one person three wait at once at most."""
    db.session.execute(update(Job).values(state=JobState.DONE))


def made(make: Factory, report_id: int, *, at: datetime = AFTER) -> Evidence:
    with make.inside():
        return bring_together(report_id, now=at)


def go_to(make: Factory, moment: datetime) -> None:
    """From here on it is that day."""
    make.now, make.today = moment, local_day(moment)


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """An institution with three who finished: in September, and two in October, one revoked."""
    go_to(make, BEFORE)
    institution = make.institution("Kota Contoh")
    book = make.book()
    people = [make.learner(f"Orang {number}", at=institution) for number in range(4)]
    make.certificate(people[0], book, at=BEFORE)
    make.certificate(people[1], book, at=WITHIN)
    gone = make.certificate(people[2], book, at=WITHIN)
    go_to(make, WITHIN + timedelta(hours=1))
    make.revoke(gone)
    go_to(make, AFTER)
    return institution


def test_a_report_counts_to_the_end_of_its_month(make: Factory, ours: InstitutionRef) -> None:
    go_to(make, AFTER)
    make.certificate(make.learner("Sesudahnya", at=ours), make.book("lain"), at=AFTER)
    officer = make.officer("Ratna", at=ours)
    evidence = made(make, ask(make, officer, Subject.institution(ours.id)))
    counted = evidence.counted
    assert (counted.people, counted.people_in_month, counted.nation) == (2, 1, 2)
    assert [tuple(each) for each in counted.months] == [("2026-09", 1, 1), ("2026-10", 1, 2)]
    assert (counted.issued, counted.issued_in_month, counted.in_force) == (3, 2, 2)
    assert (counted.revoked, counted.revoked_in_month, counted.replaced) == (1, 1, 0)
    (module,) = counted.modules
    assert (module.issued, module.holders) == (3, 2)
    assert counted.credit_hours == module.credit_hours > 0
    assert evidence.noted.name == "Kota Contoh"
    assert counted.ledger_position == 4


Deed = Callable[[Factory, InstitutionRef, list[Issued]], None]


def _issue_more(make: Factory, ours: InstitutionRef, _: list[Issued]) -> None:
    make.certificate(make.learner(at=ours), make.book("yang-baru"), at=make.now)


def _revoke(make: Factory, _: InstitutionRef, issued: list[Issued]) -> None:
    make.revoke(issued[0])


def _replace(make: Factory, _: InstitutionRef, issued: list[Issued]) -> None:
    make.rename(issued[0].person, "Nama yang Diperbaiki")
    make.replace(issued[0])


def _move(make: Factory, _: InstitutionRef, issued: list[Issued]) -> None:
    make.move(issued[0].person, make.institution("Kota Lain"))


def _count_more(make: Factory, ours: InstitutionRef, _: list[Issued]) -> None:
    make.programme()
    with make.inside(), transaction():
        db.session.execute(update(Institution).values(head_count=77, head_counted_on=make.now))
        db.session.execute(update(Programme).values(target_count=5))


def _fold(make: Factory, _: InstitutionRef, __: list[Issued]) -> None:
    with make.inside(), transaction():
        for programme in db.session.scalars(select(Programme).order_by(Programme.id)):
            fold(programme)


@pytest.mark.parametrize("deed", [_issue_more, _revoke, _replace, _move, _count_more, _fold])
def test_the_same_report_again_has_the_same_numbers(make: Factory, deed: Deed) -> None:
    go_to(make, BEFORE)
    ours, book = make.institution("Kota Contoh"), make.book()
    issued = [make.certificate(make.learner(at=ours), book, at=BEFORE) for _ in range(2)]
    officer, coordinator = make.officer(at=ours), make.coordinator()
    first = ask(make, officer, Subject.institution(ours.id))
    nation = ask(make, coordinator, NATION)
    before = made(make, first), made(make, nation)
    go_to(make, AFTER)
    deed(make, ours, issued)
    later = AFTER + timedelta(days=40)
    after = (
        made(make, again(make, officer, first), at=later),
        made(make, again(make, coordinator, nation), at=later),
    )
    assert [each.digest for each in after] == [each.digest for each in before]
    assert after[0].counted == before[0].counted
    assert after[1].noted == before[1].noted


def test_what_was_tampered_with_is_not_reported_again(make: Factory, ours: InstitutionRef) -> None:
    officer = make.officer(at=ours)
    report_id = ask(make, officer, Subject.institution(ours.id))
    made(make, report_id)
    with make.inside(), transaction():
        entry = select(TallyEntry.programme_id).limit(1).scalar_subquery()
        current_connection().execute(
            insert(TallyEntry).values(
                programme_id=entry,
                institution_id=ours.id,
                counted_on=WITHIN.date(),
                step=1,
                entered_at=WITHIN,
            )
        )
    with pytest.raises(FiguresDiffer):
        made(make, again(make, officer, report_id))


def test_the_running_month_is_reported_to_its_moment(make: Factory, ours: InstitutionRef) -> None:
    officer = make.officer(at=ours)
    term = Term(MONTH, WITHIN + timedelta(minutes=30))
    report_id = ask(make, officer, Subject.institution(ours.id), term)
    evidence = made(make, report_id)
    assert (evidence.counted.people, evidence.counted.revoked) == (3, 0)
    whole = made(make, ask(make, officer, Subject.institution(ours.id)))
    assert (whole.counted.people, whole.counted.revoked) == (2, 1)
    assert made(make, again(make, officer, report_id)).digest == evidence.digest


def test_who_may_have_which_report(make: Factory, ours: InstitutionRef) -> None:
    theirs = make.institution("Kota Lain")
    with make.inside(), transaction():
        db.session.execute(
            update(Institution)
            .where(Institution.id == theirs.id)
            .values(kind=InstitutionKind.PROVINCE, region_code="11")
        )
    subjects = [Subject.institution(ours.id), Subject.institution(theirs.id), NATION]
    subjects.append(Subject.read("province:11") or NATION)
    askers = {
        "officer": make.officer(at=ours),
        "learner": make.learner(at=ours),
        "coordinator": make.coordinator(),
        "admin": make.admin(),
    }
    may: dict[str, list[bool]] = {}
    for name, asker in askers.items():
        may[name] = []
        for subject in subjects:
            try:
                ask(make, asker, subject)
            except NotYourReport:
                may[name].append(False)
            else:
                may[name].append(True)
    assert may == {
        "officer": [True, False, False, False],
        "learner": [False] * 4,
        "coordinator": [True] * 4,
        "admin": [True] * 4,
    }


def test_who_has_lost_the_role_has_no_report_made(make: Factory, ours: InstitutionRef) -> None:
    learner = make.learner(at=ours)
    officer = make.officer(at=ours)
    report_id = ask(make, officer, Subject.institution(ours.id))
    with make.inside(), transaction():
        db.session.execute(update(EvidenceReport).values(asker_id=learner.id))
    with pytest.raises(NotYourReport):
        made(make, report_id)


def test_small_units_are_shown_to_their_own_officer_alone(make: Factory) -> None:
    go_to(make, BEFORE)
    ours = make.institution("Kota Contoh")
    make.book()
    with make.inside(), transaction():
        units = [add_unit(ours.id, name).id for name in ("Badan", "Cabang", "Dinas")]
    people = [make.learner(at=ours) for _ in range(17)]
    with make.inside(), transaction():
        for place, person in enumerate(people):
            unit_id = units[0] if place < 2 else units[1] if place < 8 else units[2]
            posting = update(Posting).where(Posting.id == person.posting_id)
            db.session.execute(posting.values(unit_id=unit_id))
        refresh_progress([person.id for person in people], now=BEFORE)
    officer, coordinator = make.officer(at=ours), make.coordinator()
    subject = Subject.institution(ours.id)
    own = made(make, ask(make, officer, subject))
    others = made(make, ask(make, coordinator, subject))
    assert [each.people for each in own.noted.units] == [2, 6, 9, 1]
    # Two and one are few, and together still: six go with them.
    assert [each.people for each in others.noted.units] == [None, None, 9, None]
    # How many of nine have finished is hidden as on the page of units: none are few.
    assert [each.finished for each in others.noted.units] == [None] * 4
    assert own.counted == others.counted
    assert own.digest != others.digest


def test_units_tell_of_confirmed_people_as_the_page_of_units_does(make: Factory) -> None:
    go_to(make, BEFORE)
    ours = make.institution("Kota Contoh")
    book = make.book()
    with make.inside(), transaction():
        unit_id = add_unit(ours.id, "Badan").id
    people = [make.learner(at=ours) for _ in range(14)]
    waiting = [make.learner(at=ours, confirmed=False) for _ in range(3)]
    for person in [*people[:6], waiting[0]]:
        make.certificate(person, book)
    with make.inside(), transaction():
        everybody = [*people, *waiting]
        for person in everybody:
            posting = update(Posting).where(Posting.id == person.posting_id)
            db.session.execute(posting.values(unit_id=unit_id))
        refresh_progress([person.id for person in everybody], now=BEFORE)
    coordinator = make.coordinator()
    with make.inside():
        (page,) = list_units(ours.id, now=BEFORE)
        share = read_people(ours.id, now=BEFORE)
    assert (page.total, page.finished, share.waiting) == (14, 6, 3)
    evidence = made(make, ask(make, coordinator, Subject.institution(ours.id)))
    (unit,) = evidence.noted.units
    assert (unit.people, unit.finished) == (14, 6)
    noted = evidence.noted
    assert (noted.listed, noted.confirmed, noted.finished) == (17, 14, 6)


def test_a_report_says_by_which_version_was_counted(make: Factory, ours: InstitutionRef) -> None:
    go_to(make, WITHIN)
    make.book("tema-dua")
    with make.inside(), transaction():
        present = db.session.scalars(select(Programme)).one()
        present.definition = "Yang dihitung adalah orang.\n\nSekali saja."
        present.ends_on = date(2027, 12, 31)
        module_id = min(modules_of(present.id))
        counted = delete(ProgrammeModule).where(ProgrammeModule.module_id != module_id)
        db.session.execute(counted)
    go_to(make, AFTER)
    report_id = ask(make, make.officer(at=ours), Subject.institution(ours.id))
    evidence = made(make, report_id)
    words = "\n".join(text for _, text in list_notes(evidence, "https://contoh.example/log"))
    assert "Yang dihitung adalah orang. Sekali saja." in words
    told = next(each.definition for each in list_figures(evidence) if each.value == 2)
    for text in (words, told):
        assert "Yang konfirmasinya sedang diragukan tidak dihitung" in text
        assert (
            "Definisi versi 3: sertifikat yang diselesaikan sejak 1 Januari 2025 sampai "
            "31 Desember 2027, dari modul UJI-01." in text
        )
    with make.inside(), transaction():
        present = db.session.scalars(select(Programme)).one()
        present.definition = "Lain."
    assert made(make, report_id).noted == evidence.noted


def test_what_was_noted_before_versions_were_is_reported_as_it_was(
    make: Factory, ours: InstitutionRef
) -> None:
    asker = make.officer(at=ours)
    report_id = ask(make, asker, Subject.institution(ours.id))
    now = made(make, report_id)
    with make.inside(), transaction():
        row = db.session.scalars(select(EvidenceFigures)).one()
        row.noted = {name: value for name, value in row.noted.items() if name != "programme"}
    before, again_made = made(make, report_id), made(make, again(make, asker, report_id))
    assert before.noted == again_made.noted == replace(now.noted, programme=None)
    assert before.digest == again_made.digest != now.digest
    assert "programme" not in before.noted.as_json()
    told = next(
        each.definition for each in list_figures(before) if each.name == "ASN yang tercapai"
    )
    assert told.endswith("Definisi versi 3.")


def test_what_was_discarded_begins_no_month(make: Factory, ours: InstitutionRef) -> None:
    del ours
    with make.inside(), transaction():
        module_id = min(modules_of(db.session.scalars(select(Programme.id)).one()))
        wish = Wish("Uji", 10, None, date(2020, 1, 1), None, "Uji.", frozenset({module_id}))
        prepare_version(NATIONAL, wish, actor_id=None, now=AFTER)
    with make.inside():
        assert find_beginning() == date(2025, 1, 1)
        with transaction():
            discard_preparation(NATIONAL, actor_id=None, now=AFTER)
        assert find_beginning() == date(2025, 1, 1)


def test_who_is_of_elsewhere_cannot_reckon_a_part_out_of_the_whole_above_it(
    make: Factory,
) -> None:
    go_to(make, BEFORE)
    ours = make.institution("Kota Contoh")
    make.book()
    with make.inside(), transaction():
        top = add_unit(ours.id, "Badan")
        below = [add_unit(ours.id, name, parent=top).id for name in ("Bidang A", "Bidang B")]
    people = [make.learner(at=ours) for _ in range(16)]
    with make.inside(), transaction():
        for place, person in enumerate(people):
            posting = update(Posting).where(Posting.id == person.posting_id)
            db.session.execute(posting.values(unit_id=below[place < 12]))
        refresh_progress([person.id for person in people], now=BEFORE)
    subject = Subject.institution(ours.id)
    own = made(make, ask(make, make.officer(at=ours), subject))
    others = made(make, ask(make, make.coordinator(), subject))
    assert [each.name for each in own.noted.units if each.above] == ["Bidang A", "Bidang B"]
    assert {each.name for each in others.noted.units} == {"", "Badan"}
    assert not any(each.above for each in others.noted.units)


def test_figures_are_kept_once_for_a_moment(make: Factory, ours: InstitutionRef) -> None:
    officer, coordinator = make.officer(at=ours), make.coordinator()
    subject = Subject.institution(ours.id)
    one, other = ask(make, officer, subject), ask(make, coordinator, subject)
    first = made(make, one)
    make.learner(at=ours)
    second = made(make, other, at=AFTER + timedelta(days=1))
    assert first.noted.listed == second.noted.listed
    with make.inside():
        assert db.session.scalar(select(func.count()).select_from(EvidenceFigures)) == 1


def answer_in(make: Factory, *parts: tuple[int, date, int]) -> None:
    """Have so many people of these institutions answer an objective in a month; 0 is of none."""
    with make.inside(), transaction():
        edition_id = db.session.scalars(select(Edition.id).order_by(Edition.id)).first()
        for institution_id, month, people in parts:
            current_connection().execute(
                insert(ObjectiveResult).values(
                    edition_id=edition_id,
                    objective=1,
                    institution_id=institution_id,
                    month=month,
                    people_count=people,
                    right_count=people,
                    drawn_count=2 * people,
                )
            )


Told = tuple[int | None, int | None, int | None]


def told(make: Factory, subject: Subject, month: date = MONTH) -> Told:
    """Of how many people a report of a whole month tells the objective: here, around it, at all."""
    with make.inside(), snapshot():
        term = Term(month, end_of_month(month))
        noted = note(subject, list_institution_ids(subject), term, now=AFTER)
        found = [each for each in noted.shown(is_own=False).objectives if each.number == 1]
    if not found:
        return None, None, None
    (each,) = found
    here, province, nation = (
        None if level is None else level.people for level in (each.here, each.province, each.nation)
    )
    return here, province, nation


def test_no_report_less_another_tells_how_few_people_answered(make: Factory) -> None:
    """Each hides what it hides also from who has the reports of all others, of whichever month."""
    make.book(bank=6, objectives=2)
    large, small, other = (make.institution() for _ in range(3))
    with make.inside(), transaction():
        for place, code in ((large, "11.01"), (small, "11.02"), (other, "12.01")):
            db.session.execute(
                update(Institution).where(Institution.id == place.id).values(region_code=code)
            )
    september = date(2026, 9, 1)
    answer_in(make, (large.id, september, 20), (small.id, september, 2), (0, september, 3))
    answer_in(make, (large.id, MONTH, 4), (small.id, MONTH, 3), (other.id, MONTH, 4))
    province = Subject.read("province:11") or NATION
    reports = [Subject.institution(large.id), Subject.institution(small.id), province, NATION]
    assert [told(make, each, september) for each in reports] == [
        (20, 20, 20),
        (None, 20, 20),
        (20, None, 20),
        (20, None, None),
    ]
    assert [told(make, each) for each in reports] == [
        (20, 25, 25),
        (5, 25, 25),
        (25, None, 25),
        (25, None, None),
    ]
