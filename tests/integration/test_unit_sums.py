"""What a unit has with all below it, whoever moves and whichever unit stands elsewhere."""

from collections import Counter
from contextlib import suppress
from datetime import datetime
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from lms.announcements import announce
from lms.days import local_day
from lms.db import current_connection, db, snapshot, transaction
from lms.desk.figures import Share, list_shares, read_share
from lms.errors import Refusal
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Posting, Unit
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.tree import change_unit, merge_unit
from lms.institutions.scope import Branch, Scope
from lms.institutions.units import add_unit
from lms.progress.cells import hold_still
from lms.progress.counts import count_in_places, fold_counts
from lms.progress.models import NO_UNIT, OVERALL, StaffCountStep, StaffProgress, StaffSum
from lms.progress.places import list_places
from lms.progress.rebuild import Difference, rebuild_progress, reconcile
from lms.progress.rules import Status
from lms.progress.staff import StaffFilter
from tests.effort import effort
from tests.factories import Factory, InstitutionRef, Person
from tests.integration.test_programmes import list_all

COORDINATOR = Editor(None)


class Moving:
    """Does anything to people and units in any order; each sum must equal one made by hand."""

    def __init__(self, ours: InstitutionRef, people: list[Person], now: datetime) -> None:
        self.ours = ours
        self.people = people
        self.now = now
        self.scope = Scope(None, frozenset({ours.id}))

    def settle(self, dice: Random) -> None:
        """Somebody stands in another unit, or in none."""
        unit_id = dice.choice([None, *(unit.id for unit in self.units() if not unit.ended_on)])
        self.change(dice, unit_id=unit_id)

    def confirm(self, dice: Random) -> None:
        """Somebody is confirmed now, or not any more."""
        self.change(dice, confirmed_at=dice.choice([None, self.now]))

    def change(self, dice: Random, **values: object) -> None:
        who = dice.choice(self.people).id
        of = (Posting.account_id == who, Posting.ended_on.is_(None))
        db.session.execute(update(Posting).where(*of).values(values))
        announce(PostingsChanged(account_ids=(who,), now=self.now))

    def replant(self, dice: Random) -> None:
        """A unit stands below another, if it may."""
        unit, other = dice.sample(self.units(), 2)
        below = dice.choice([None, other.id])
        with suppress(Refusal), db.session.begin_nested():
            change_unit(
                COORDINATOR, unit.id, name=unit.name, parent_id=below, code=None, now=self.now
            )

    def merge(self, dice: Random) -> None:
        """A unit ends, and what was below it stands below another."""
        if dice.randrange(4) == 0:
            unit, into = dice.sample(self.units(), 2)
            on = local_day(self.now)
            with suppress(Refusal), db.session.begin_nested():
                merge_unit(COORDINATOR, unit.id, into.id, on=on, now=self.now)

    def add(self, dice: Random) -> None:
        """A new unit stands below another."""
        parent = dice.choice([None, *(unit for unit in self.units() if not unit.ended_on)])
        add_unit(self.ours.id, f"Unit {len(self.units())}", parent=parent)

    def fold(self, _dice: Random) -> None:
        """The steps go into the sums."""
        fold_counts()

    def units(self) -> list[Unit]:
        db.session.expire_all()
        return list(list_all(Unit))

    def check(self) -> None:
        """What is read is right before the fold and after it, and what is stored is right."""
        self._check_what_is_read()
        if list_all(StaffCountStep) == []:
            stored = {
                (row.unit_id, row.kind, row.is_confirmed, row.status): row.people_count
                for row in list_all(StaffSum)
                if row.ordinal == OVERALL and row.people_count
            }
            assert stored == dict(self._sums())
        assert reconcile(now=self.now) == []

    def _check_what_is_read(self) -> None:
        sums, units = self._sums(), self.units()
        everybody = StaffFilter(institution_id=self.ours.id)
        assert self._shares(everybody) == self._shares_by_hand(None)
        for unit in units:
            branch = Scope(1, frozenset(), frozenset({Branch(self.ours.id, unit.id, unit.path)}))
            there = sum(people for (key, *_), people in sums.items() if key == unit.id)
            for scope, wanted in (
                (self.scope, StaffFilter(unit_id=unit.id)),
                (branch, everybody),
            ):
                assert count_in_places(list_places(scope, wanted, now=self.now)) == there
            shares = self._shares(StaffFilter(self.ours.id, unit.id))
            assert shares == self._shares_by_hand(unit.id)

    def _shares(self, wanted: StaffFilter) -> dict[int | None, Share]:
        listed = list_shares(self.scope, wanted, now=self.now)
        whole = read_share(self.scope, wanted, now=self.now)
        assert sum(each.share.total for each in listed) == whole.total
        assert sum(each.share.finished for each in listed) == whole.finished
        return {each.unit_id: each.share for each in listed if each.share.total}

    def _shares_by_hand(self, unit_id: int | None) -> dict[int | None, Share]:
        """Of the confirmed below a unit, by the unit right below in which or below which."""
        finished: Counter[int | None] = Counter()
        total: Counter[int | None] = Counter()
        for row, line in self._rows():
            if row.is_confirmed and (unit_id is None or unit_id in line):
                # From the unit right up to the top.
                below = line if unit_id is None else line[: line.index(unit_id)]
                top = below[-1] if below else None
                total[top] += 1
                finished[top] += row.status == Status.FINISHED.code
        return {key: Share(finished[key], total[key]) for key in total}

    def _sums(self) -> Counter[tuple[int, str, bool, int]]:
        return Counter(
            (key, row.kind, row.is_confirmed, row.status)
            for row, line in self._rows()
            for key in line
        )

    def _rows(self) -> list[tuple[StaffProgress, list[int]]]:
        """People, each with the units in which they stand, upwards, by what is above each."""
        above = {unit.id: unit.parent_id for unit in self.units()}
        rows = []
        for row in list_all(StaffProgress):
            line: list[int] = []
            key: int | None = row.unit_id if row.unit_id != NO_UNIT else None
            while key is not None:
                line.append(key)
                key = above[key]
            rows.append((row, line))
        return rows


STEPS = ("settle", "settle", "settle", "confirm", "replant", "replant", "merge", "add", "fold")


@pytest.mark.slow
def test_whatever_moves_in_whatever_order_sums_are_those_of_the_parts(make: Factory) -> None:
    ours = make.institution()
    first = add_unit(ours.id, "Dinas")
    for name, parent in (("Badan", None), ("Bidang", first), ("Seksi", first)):
        add_unit(ours.id, name, parent=parent)
    db.session.commit()
    people = [make.learner(at=ours, is_pppk=number == 1) for number in range(4)]
    make.certificate(people[0])

    @settings(max_examples=4, phases=[Phase.generate])
    @given(st.integers(0, 2**32))
    def holds(seed: int) -> None:
        moving, dice = Moving(ours, people, make.now), Random(seed)  # noqa: S311
        done: list[str] = []
        try:
            for _ in range(25):
                done.append(dice.choice(STEPS))
                getattr(moving, done[-1])(dice)
                moving.check()
        except AssertionError as error:
            error.add_note(f"after {done} of {seed}")
            raise
        finally:
            db.session.rollback()

    holds()


def test_a_sum_that_was_tampered_with_is_found_and_mended(make: Factory, now: datetime) -> None:
    ours = make.institution()
    dinas = add_unit(ours.id, "Dinas")
    bidang = add_unit(ours.id, "Bidang", parent=dinas)
    db.session.commit()
    with transaction():
        Moving(ours, [make.learner(at=ours)], now).change(Random(1), unit_id=bidang.id)  # noqa: S311
    with transaction():
        fold_counts()
    for change in (
        "UPDATE staff_sums SET people_count = 7",
        "DELETE FROM staff_sums",
        "UPDATE staff_sums SET unit_id = unit_id + 1000",
    ):
        db.session.execute(text(change))
        db.session.commit()
        assert {each.what for each in differences(now)} == {"sum"}, change
        assert list(rebuild_progress(now=now)) == [(1, 1)]
        assert differences(now) == [], change


def differences(now: datetime) -> list[Difference]:
    """What reconciling says."""
    db.session.rollback()
    with snapshot():
        return reconcile(now=now)


@pytest.mark.sqlite_only  # PostgreSQL reads tables of some ten rows whole
@pytest.mark.parametrize("asks", ["figures", "list of a unit"])
def test_a_large_tree_is_not_added_up_for_a_page(make: Factory, now: datetime, asks: str) -> None:
    ours = make.institution()
    tops = [add_unit(ours.id, name) for name in ("Dinas", "Badan")]
    db.session.commit()
    scope = Scope(None, frozenset({ours.id}))
    whole, one = StaffFilter(institution_id=ours.id), StaffFilter(unit_id=tops[0].id)

    def ask() -> None:
        if asks == "figures":
            assert len(list_shares(scope, whole, now=now)) == 2
        else:
            count_in_places(list_places(scope, one, now=now))

    taken = []
    for grown in (2, 40):
        below = [add_unit(ours.id, f"Seksi {n}", parent=tops[n % 2]) for n in range(grown)]
        for unit in below:
            who = make.learner(at=ours)
            with transaction():
                Moving(ours, [who], now).change(Random(1), unit_id=unit.id)  # noqa: S311
        with transaction():
            fold_counts()
        taken.append(effort(ask))
    assert taken[1] < taken[0] + 20, taken


def test_nobody_folds_what_is_of_a_tree_that_somebody_changes(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    if current_connection().dialect.name != "postgresql":
        assert hold_still([theirs.id, ours.id]) == [ours.id, theirs.id]
        return
    db.session.rollback()
    with db.engine.connect() as other, other.begin():
        other.execute(text(f"SELECT 1 FROM institutions WHERE id = {ours.id} FOR NO KEY UPDATE"))  # noqa: S608
        with transaction():
            assert hold_still([theirs.id, ours.id]) == [theirs.id]
            for at in (ours, theirs):
                step = StaffCountStep(
                    institution_id=at.id, unit_id=NO_UNIT, ordinal=OVERALL, kind="",
                    is_confirmed=True, status=0, step=1,
                )  # fmt: skip
                db.session.add(step)
            db.session.flush()
            assert fold_counts() == 1
    with transaction():
        assert fold_counts() == 1
