"""People whom an institution's own system puts on its staff list."""

from collections.abc import Sequence
from datetime import datetime

from lms.accounts.notifications import Address
from lms.exchange.caller import Caller
from lms.institutions.staff_lists.named import Named, put_people
from lms.institutions.staff_lists.plans import Plan


def put_staff(
    caller: Caller, people: Sequence[Named], *, address: Address, now: datetime
) -> list[Plan]:
    """Put people on the list of the caller's institution, and give what has come of each.

    It is done on behalf of who made the key, as their list would be, and the audit log has by
    which key. `address` makes a link's address of its token.
    """
    return put_people(
        caller.scope,
        caller.institution_id,
        people,
        address=address,
        now=now,
        api_token_id=caller.token_id,
    )
