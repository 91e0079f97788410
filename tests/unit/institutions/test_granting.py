"""Who may grant what: every pair of roles, and no longer than one's own."""

from datetime import date, timedelta

import pytest

from lms.accounts.enums import Role
from lms.institutions.granting.errors import (
    EndBeyondYours,
    EndUnfit,
    NotYoursToGrant,
    PlaceNeeded,
    PlaceUnneeded,
)
from lms.institutions.granting.rules import (
    AT_INSTITUTIONS,
    LONGEST_DEPUTY,
    Granter,
    Held,
    Place,
    may_withdraw,
    require_fit,
    require_may_grant,
)

TODAY = date(2026, 5, 20)
SOON, LATER = TODAY + timedelta(days=30), TODAY + timedelta(days=90)
COUNTRY, OURS, THEIRS = Place(), Place(1), Place(2)
UNIT, THEIR_UNIT = Place(1, 7), Place(2, 8)
OFFICER = Role.HR_OFFICER


def outcome(granter: Granter, role: Role, place: Place, ends_on: date | None) -> str:
    """What the rule says, by the name of its refusal."""
    try:
        require_may_grant(granter, role, place, ends_on, today=TODAY)
    except (NotYoursToGrant, EndBeyondYours) as refusal:
        return type(refusal).__name__
    return "granted"


def may(*held: Held) -> Granter:
    """Somebody with these roles."""
    return Granter(1, held)


# By the role of who grants, and by that which is granted at our institution or nationally.
PAIRS = {
    Role.ADMIN: set(Role),
    Role.COORDINATOR: {Role.HR_OFFICER, Role.AUTHOR, Role.REVIEWER},
    Role.HR_OFFICER: {Role.HR_OFFICER},
    Role.AUTHOR: set(),
    Role.REVIEWER: set(),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("own", Role)
def test_each_role_grants_what_the_table_says_and_nothing_else(own: Role, role: Role) -> None:
    granter = may(Held(own, OURS if own in AT_INSTITUTIONS else COUNTRY))
    place = OURS if role in AT_INSTITUTIONS else COUNTRY
    expected = "granted" if role in PAIRS[own] else "NotYoursToGrant"
    assert outcome(granter, role, place, SOON) == expected


OF_OURS = Held(OFFICER, OURS)
OF_A_UNIT = Held(OFFICER, UNIT)
DEPUTY = Held(OFFICER, OURS, SOON)


@pytest.mark.parametrize(
    ("own", "place", "ends_on", "expected"),
    [
        (OF_OURS, UNIT, None, "granted"),
        (OF_OURS, UNIT, LATER, "granted"),
        (OF_OURS, OURS, None, "EndBeyondYours"),
        (OF_OURS, OURS, TODAY + LONGEST_DEPUTY, "granted"),
        (OF_OURS, OURS, TODAY + LONGEST_DEPUTY + timedelta(days=1), "EndBeyondYours"),
        (OF_OURS, THEIRS, SOON, "NotYoursToGrant"),
        (OF_OURS, THEIR_UNIT, SOON, "NotYoursToGrant"),
        (OF_OURS, COUNTRY, SOON, "NotYoursToGrant"),
        (OF_A_UNIT, UNIT, SOON, "NotYoursToGrant"),
        (OF_A_UNIT, OURS, SOON, "NotYoursToGrant"),
        (DEPUTY, UNIT, SOON, "granted"),
        (DEPUTY, UNIT, None, "EndBeyondYours"),
        (DEPUTY, UNIT, SOON + timedelta(days=1), "EndBeyondYours"),
        (DEPUTY, OURS, SOON, "granted"),
        (DEPUTY, OURS, LATER, "EndBeyondYours"),
        (Held(Role.COORDINATOR, COUNTRY, SOON), THEIRS, None, "granted"),
        (Held(Role.ADMIN, COUNTRY), THEIR_UNIT, None, "granted"),
    ],
)
def test_an_officer_is_named_within_the_reach_and_the_time_of_who_names_them(
    own: Held, place: Place, ends_on: date | None, expected: str
) -> None:
    assert outcome(may(own), OFFICER, place, ends_on) == expected


def test_of_several_roles_the_widest_holds() -> None:
    both = may(DEPUTY, Held(Role.COORDINATOR, COUNTRY))
    assert outcome(both, OFFICER, OURS, None) == "granted"
    assert both.roles() == (Role.HR_OFFICER, Role.AUTHOR, Role.REVIEWER)
    assert may(OF_A_UNIT).roles() == ()
    assert may(OF_A_UNIT, OF_OURS).institution_ids() == {1}


@pytest.mark.parametrize(
    ("own", "held", "expected"),
    [
        (OF_OURS, OF_A_UNIT, True),
        (OF_OURS, DEPUTY, True),
        (OF_OURS, OF_OURS, False),
        (DEPUTY, OF_OURS, False),
        (DEPUTY, OF_A_UNIT, False),
        (DEPUTY, Held(OFFICER, UNIT, SOON), True),
        (OF_A_UNIT, Held(OFFICER, UNIT, SOON), False),
        (Held(Role.COORDINATOR, COUNTRY), OF_OURS, True),
        (Held(Role.COORDINATOR, COUNTRY), Held(Role.COORDINATOR, COUNTRY), False),
        (Held(Role.COORDINATOR, COUNTRY), Held(Role.ADMIN, COUNTRY), False),
        (Held(Role.ADMIN, COUNTRY), Held(Role.ADMIN, COUNTRY), True),
    ],
)
def test_who_could_have_granted_a_role_may_withdraw_it(
    own: Held, held: Held, expected: bool
) -> None:
    assert may_withdraw(may(own), held, today=TODAY) is expected


def test_the_operator_grants_everything_and_nobody_without_a_role_grants_anything() -> None:
    assert outcome(Granter(None), Role.ADMIN, COUNTRY, None) == "granted"
    assert outcome(may(), OFFICER, UNIT, SOON) == "NotYoursToGrant"


def test_what_no_grant_can_be_is_refused_to_everybody() -> None:
    require_fit(OFFICER, UNIT, TODAY, today=TODAY)
    with pytest.raises(PlaceNeeded):
        require_fit(OFFICER, COUNTRY, None, today=TODAY)
    with pytest.raises(PlaceUnneeded):
        require_fit(Role.ADMIN, OURS, None, today=TODAY)
    for day in (TODAY - timedelta(days=1), date(9999, 12, 31)):
        with pytest.raises(EndUnfit):
            require_fit(Role.ADMIN, COUNTRY, day, today=TODAY)
