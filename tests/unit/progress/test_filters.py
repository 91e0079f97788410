"""A filter of a staff list as jobs and assignments keep it."""

import json
from datetime import date
from typing import Any

import pytest

from lms.accounts.enums import EmployeeKind
from lms.progress.filters import Group, StaffFilter
from lms.progress.rules import Status


@pytest.mark.parametrize(
    "wanted",
    [
        StaffFilter(),
        StaffFilter(institution_id=3, unit_id=4, search="ayu", is_confirmed=False),
        StaffFilter(status=Status.NOT_STARTED, below_duty=True, is_activated=True),
        StaffFilter(posting_ids=(3, 1), group=Group.UNREACHED),
        StaffFilter(is_activated=False, kind=EmployeeKind.PPPK, finished_from=date(2026, 1, 2)),
        StaffFilter(module_id=1, module_status=Status.FINISHED, finished_until=date(2026, 1, 2)),
    ],
)
def test_a_kept_filter_asks_what_it_asked(wanted: StaffFilter) -> None:
    assert StaffFilter.read(json.loads(json.dumps(wanted.as_json()))) == wanted


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        # With every name, as jobs kept it that decide about many.
        (
            {
                "institution_id": 3,
                "unit_id": None,
                "search": "",
                "status": "started",
                "module_id": None,
                "module_status": None,
                "kind": None,
                "is_confirmed": False,
                "is_activated": None,
                "finished_from": "2026-01-02",
                "finished_until": None,
                "below_duty": False,
            },
            StaffFilter(
                institution_id=3,
                status=Status.STARTED,
                is_confirmed=False,
                finished_from=date(2026, 1, 2),
            ),
        ),
        (
            {"kind": "PNS", "is_activated": False},
            StaffFilter(kind=EmployeeKind.PNS, is_activated=False),
        ),
    ],
)
def test_what_was_kept_before_is_read(stored: dict[str, Any], wanted: StaffFilter) -> None:
    assert StaffFilter.read(stored) == wanted


def test_what_asks_nothing_takes_no_room() -> None:
    assert StaffFilter().as_json() == {}
