"""The second step of signing in: a device that has not shown a second factor yet opens nothing.

Whoever is so far is nobody to every page, but for those where the factor is shown or set up.
"""

from datetime import timedelta

from flask import current_app, g

from config import Settings
from lms.accounts.principal import Principal
from lms.accounts.second_factor import FRESH, has_second_factor
from lms.clock import utc_now
from lms.errors import N_, Refusal


class SecondStepNeeded(Refusal):
    """The password was right; a second factor is to be shown or set up."""

    def __init__(self) -> None:
        super().__init__(N_("Selesaikan dahulu verifikasi dua langkah."))


class FreshStepNeeded(SecondStepNeeded):
    """What is asked for is dear, and the second factor was shown too long ago."""


def remembered() -> timedelta:
    """How long a device that has shown a second factor is not asked again."""
    return timedelta(days=_settings().second_factor_days)


def is_required_of(principal: Principal) -> bool:
    """Whether a role of the person wants a second factor."""
    return principal.holds_any(_settings().second_factor_required)


def awaits_second_step(principal: Principal) -> bool:
    """Whether the person's device opens nothing before a second factor is shown or set up."""
    return principal.via is not None and principal.via.awaits_second_step(
        is_required=is_required_of(principal), now=utc_now()
    )


def keep_awaiting(principal: Principal) -> None:
    """Note who has shown no second factor yet, for the pages where they do."""
    g.awaiting_second_step = principal


def find_awaiting() -> Principal | None:
    """Who is to show a second factor before anything else."""
    found: Principal | None = g.get("awaiting_second_step")
    return found


def require_fresh_second_factor(principal: Principal) -> None:
    """Raise FreshStepNeeded unless a second factor was shown here within ten minutes.

    Of who has none nothing more is asked.
    """
    if principal.via is None or not has_second_factor(principal.account_id):
        return
    passed_at = principal.via.second_step_passed_at
    if passed_at is None or utc_now() - passed_at > FRESH:
        raise FreshStepNeeded


def _settings() -> Settings:
    found: Settings = current_app.config["SAKUHAM"]
    return found
