"""URLs of pages of `web` that mail, printed books and texts have to name."""

from functools import partial
from typing import Final

from flask import current_app

from lms.accounts.enums import Role
from lms.accounts.permissions import PERMISSIONS, Permission
from lms.assignments.reminders import Addresses
from lms.credentials.issuer import Issuer
from lms.http.addresses import public_url
from lms.http.stop_links import MailTopic, sign_stop
from lms.rendering.references import Reference

# Those to which authors may link, by the names that they have in stored texts.
PAGES: Final = {
    "": "site.home",
    "aktivasi": "account.activate",
    "bantuan": "site.help",
    "belajar": "learning.overview",
    "capaian": "programmes.figure",
    "daftar": "account.register",
    "masuk": "account.sign_in",
    "privasi": "site.privacy",
    "tentang": "site.about",
    "verifikasi": "verification.form",
}


def path_of(slug: str, reference: Reference) -> str:
    """Where on this site that is to which a pocketbook refers."""
    endpoint, values = _page_of(slug, reference)
    return current_app.url_map.bind("").build(endpoint, values)


def public_address_of(slug: str, reference: Reference) -> str:
    """Where people outside find that to which a pocketbook refers, for books on paper."""
    endpoint, values = _page_of(slug, reference)
    return public_url(endpoint, **values)


def _page_of(slug: str, reference: Reference) -> tuple[str, dict[str, object]]:
    match reference.kind:
        case "page":
            return PAGES[reference.name], {}
        case "picture":
            return "reading.picture", {"sha256": reference.name}
        case "pocketbook":
            return "reading.book", {"slug": reference.name}
        case "chapter":
            book = reference.name or slug
            return "reading.chapter", {"slug": book, "number": reference.number}


def link_address(token: str) -> str:
    """The address of a one-time link."""
    return public_url("account.choose_password", token=token)


def address_link(token: str) -> str:
    """The address of a link that proves a new mail address."""
    return public_url("account.new_address", token=token)


def certificate_address(code: str) -> str:
    """The address of a certificate, for who holds it."""
    return public_url("certificates.show", code=code)


def correction_address(code: str, *, is_holders: bool) -> str:
    """Where the correction of a certificate is asked for: by its holder, or by their officer."""
    endpoint = "corrections.ask" if is_holders else "staff_corrections.ask"
    return public_url(endpoint, code=code)


def requests_address(*, is_registrar: bool) -> str:
    """The address of the list of requests that wait for an officer or a registrar."""
    return public_url("register_corrections.list" if is_registrar else "staff_corrections.list")


def help_address() -> str:
    """The address of the help desk's page."""
    return public_url("site.help")


def log_address() -> str:
    """The address of the public log, below which its files are."""
    return public_url("log.show")


def waiting_address() -> str:
    """The address of the list of those who wait for an officer's confirmation."""
    return public_url("staff.list", status="waiting")


def doubts_address() -> str:
    """The address of the doubted confirmations that an officer is to answer."""
    return public_url("staff_doubts.list")


def samples_address() -> str:
    """The address of the confirmations that an officer is to look at."""
    return public_url("staff_samples.list")


def national_samples_address() -> str:
    """The address of those that are passed on to coordinators."""
    return public_url("samples.list")


def colleagues_address(role: Role) -> str:
    """Where who holds a role sees who else does; on their own page who has no such list."""
    permissions = PERMISSIONS[role]
    if Permission.MANAGE_STAFF in permissions:
        return public_url("staff_roles.list")
    if Permission.OVERSEE_ROLES in permissions:
        return public_url("national_roles.list", peran=role.value)
    return public_url("profile.show")


def reminder_addresses() -> Addresses:
    """Where mail about assignments leads."""
    return Addresses(
        learning=public_url("learning.overview"),
        activation=public_url("account.activate"),
        stop=partial(stop_address, MailTopic.REMINDERS),
    )


def digest_stop_address(account_id: int) -> str:
    """Where an officer ends mail about what waits for them, without signing in."""
    return stop_address(MailTopic.DIGEST, account_id)


def stop_address(topic: MailTopic, account_id: int) -> str:
    """Where a person ends a kind of mail, without signing in."""
    return public_url("stopping.show", token=sign_stop(topic, account_id))


def credential_issuer() -> Issuer:
    """Who issues credentials, with the addresses that these name."""
    settings = current_app.config["SAKUHAM"]
    return Issuer(
        name=settings.issuer_name,
        site=settings.public_url.rstrip("/"),
        check_root=public_url("verification.show", code="0").removesuffix("0"),
        status_root=public_url("credentials.status", number=0).removesuffix("0"),
        badge_root=public_url("credentials.medal", theme="0").removesuffix("0.png"),
    )
