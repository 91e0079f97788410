"""What roles allow, and where."""

import pytest

from lms.accounts.enums import Role
from lms.accounts.permissions import PERMISSIONS, Permission, roles_with
from lms.accounts.principal import Principal


def holding(*grants: tuple[Role, int | None]) -> Principal:
    """Somebody with these roles."""
    return Principal(1, "Ayu", frozenset(grants))


def test_every_role_has_its_row_and_every_permission_a_role() -> None:
    assert PERMISSIONS.keys() == set(Role)
    assert all(roles_with(permission) for permission in Permission)


def test_who_holds_no_role_may_nothing_beyond_learning() -> None:
    assert holding().permissions == frozenset()


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (
            Permission.SEE_ANSWER_KEYS,
            {Role.AUTHOR, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN},
        ),
        (Permission.MANAGE_STAFF, {Role.HR_OFFICER}),
        (Permission.MANAGE_CERTIFICATES, {Role.COORDINATOR, Role.ADMIN}),
        (Permission.REGRADE_ATTEMPTS, {Role.COORDINATOR, Role.ADMIN}),
        (Permission.SET_YEARLY_HOURS, {Role.COORDINATOR, Role.ADMIN}),
    ],
)
def test_some_roles_allow_it_and_no_others(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if holding((role, None)).may(permission)} == roles


def test_a_role_counts_at_the_institutions_where_it_is_held() -> None:
    person = holding(
        (Role.HR_OFFICER, 3), (Role.HR_OFFICER, 5), (Role.AUTHOR, 7), (Role.HR_OFFICER, None)
    )
    assert person.institutions_for(Permission.MANAGE_STAFF) == {3, 5}
    assert person.institutions_for(Permission.SEE_ANSWER_KEYS) == {7}
    assert person.institutions_for(Permission.MANAGE_CERTIFICATES) == frozenset()
