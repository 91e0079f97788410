"""Roles go along with what they were held for, to where it is part of another institution."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select

from lms.accounts.grants import is_in_force
from lms.accounts.models import RoleGrant
from lms.audit import record
from lms.db import current_connection


def pass_on_roles(
    institution_id: int,
    to_id: int,
    became: Mapping[int | None, int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let who held a role for a part of an institution hold it for what that part has become.

    `became` are the new units at the other institution by the former ones; by None that of all.
    They hold the people for whom somebody answered, and nobody else. The former role stays: it
    reaches who left before, and who has not gone over yet.
    """
    connection = current_connection()
    held = connection.execute(
        select(
            RoleGrant.account_id,
            RoleGrant.role,
            RoleGrant.unit_id,
            RoleGrant.granter_id,
            RoleGrant.ends_on,
            RoleGrant.ends_at,
        )
        .where(RoleGrant.institution_id == institution_id, is_in_force(now))
        .order_by(RoleGrant.id)
    )
    passed = {
        (row.account_id, row.role, became[row.unit_id]): row
        for row in held
        if row.unit_id in became
    }
    if not passed:
        return
    # The units are new: nobody holds a role there yet.
    connection.execute(
        insert(RoleGrant),
        [
            {
                "account_id": account_id,
                "role": role,
                "institution_id": to_id,
                "unit_id": unit_id,
                "granted_at": now,
                # It ends when the former one does.
                "granter_id": row.granter_id,
                "ends_on": row.ends_on,
                "ends_at": row.ends_at,
            }
            for (account_id, role, unit_id), row in passed.items()
        ],
    )
    for account_id, role, unit_id in passed:
        record(
            "role.passed_on",
            f"account:{account_id}",
            actor_id=actor_id,
            now=now,
            role=role.value,
            unit_id=unit_id,
            from_institution_id=institution_id,
        )
