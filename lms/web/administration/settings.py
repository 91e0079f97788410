"""Settings in force as a page shows them: what may be seen, where it comes from, and warnings.

A value is shown where its name stands in a list, and only there: a secret, or a setting that is
new, is never one mistake away from a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from flask_babel import gettext

from config import Settings

SHOWN: Final = frozenset(
    {
        "development",
        "public_url",
        "issuer_name",
        "certificate_number_pattern",
        "mail_sender",
        "invitations_per_minute",
        "confirmation_sample_percent",
        "replica_lag_seconds",
        "second_factor_required",
        "second_factor_days",
        "webhook_hosts",
        "help_email",
        "help_whatsapp",
        "help_hours",
        "privacy_contact",
        "jobs_lease_seconds",
        "database_connections",
        "trusted_proxies",
        "requests_at_once",
        "hashing_slots",
        "book_licence",
    }
)
KIND_SHOWN: Final = frozenset({"database_url", "jobs_queue", "rate_limit_storage"})
"""Addresses that may hold a password: of them what stands before the `:`."""


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting: its name as the environment has it, what may be shown, and where it is from.

    is_empty: it has no value, which may be known of a secret too.
    """

    name: str
    value: str
    is_hidden: bool
    is_empty: bool
    is_given: bool


def list_settings(settings: Settings, environment: Mapping[str, str]) -> list[SettingLine]:
    """Every setting, in the order in which they are written down."""
    return [
        SettingLine(
            field.name.upper(),
            _shown(field.name, getattr(settings, field.name)),
            field.name not in SHOWN | KIND_SHOWN,
            getattr(settings, field.name) in ("", (), None),
            field.name.upper() in environment,
        )
        for field in fields(settings)
    ]


def list_warnings(settings: Settings) -> list[str]:
    """What an operator should see to, as sentences."""
    found = []
    if settings.development:
        found.append(gettext("DEVELOPMENT menyala: surel dapat dibaca siapa pun di peramban."))
    if not settings.public_url.startswith("https:"):
        found.append(gettext("PUBLIC_URL tidak memakai https: kuki dan tautan tidak terlindung."))
    if not settings.mail_server:
        found.append(gettext("MAIL_SERVER kosong: surel menumpuk dan tidak dikirim."))
    if not (settings.help_email or settings.help_whatsapp):
        found.append(gettext("HELP_EMAIL dan HELP_WHATSAPP kosong: tidak ada layanan bantuan."))
    return found


def _shown(name: str, value: object) -> str:
    if name in SHOWN:
        return _in_words(value)
    return str(value).partition(":")[0] if name in KIND_SHOWN else ""


def _in_words(value: object) -> str:
    words: str
    match value:
        case bool():
            words = gettext("ya") if value else gettext("tidak")
        case ():
            words = gettext("tidak ada")
        case tuple():
            words = ", ".join(map(str, value))
        case _:
            words = str(value)
    return words
