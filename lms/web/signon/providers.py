"""The providers of the settings, each with its line, and how they stand on pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Flask, current_app

from config import OidcProvider, Settings
from lms.errors import N_, NotFound
from lms.signon.claims import Wanted
from lms.signon.client import ClientSettings, OpenIdClient
from lms.signon.links import Linked
from lms.signon.service import Voucher

EXTENSION: Final = "sign_on_providers"


class NoSuchProvider(NotFound):
    """The settings name no such provider."""

    def __init__(self) -> None:
        super().__init__(N_("Cara masuk ini tidak ada, atau sudah tidak dipakai."))


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, as the settings describe it."""

    settings: OidcProvider
    client: OpenIdClient
    wanted: Wanted
    voucher: Voucher

    @property
    def name(self) -> str:
        """As it stands in addresses."""
        return self.settings.name

    @property
    def label(self) -> str:
        """As it is called."""
        return self.settings.label


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """An identity as the page Akun has it; `id` is None for a provider that may be linked."""

    label: str
    name: str | None
    id: int | None = None
    linked_at: datetime | None = None
    last_used_at: datetime | None = None


def init_providers(app: Flask) -> None:
    """Have a line to each provider; nobody is called before somebody wants to sign on."""
    settings: Settings = app.config["SAKUHAM"]
    app.extensions[EXTENSION] = {each.name: make_provider(each) for each in settings.oidc_providers}


def list_providers() -> Sequence[Provider]:
    """All of them, in the order of the settings."""
    return list(_providers().values())


def get_provider(name: str) -> Provider:
    """The provider of a name; raises NoSuchProvider."""
    provider = _providers().get(name)
    if provider is None:
        raise NoSuchProvider
    return provider


def find_by_issuer(issuer: str | None) -> Provider | None:
    """The provider with this identifier, while the settings name it."""
    return next((each for each in list_providers() if each.settings.issuer == issuer), None)


def label_of(issuer: str) -> str:
    """What a provider is called; one that the settings name no longer by its identifier."""
    provider = find_by_issuer(issuer)
    return issuer if provider is None else provider.label


def show_identities(linked: Sequence[Linked]) -> list[ShownIdentity]:
    """Somebody's identities, and the providers with which they have none."""
    issuers = {each.issuer for each in linked}
    shown = [
        ShownIdentity(
            label=label_of(each.issuer),
            name=None,
            id=each.id,
            linked_at=each.linked_at,
            last_used_at=each.last_used_at,
        )
        for each in linked
    ]
    return shown + [
        ShownIdentity(label=each.label, name=each.name)
        for each in list_providers()
        if each.settings.issuer not in issuers
    ]


def _providers() -> Mapping[str, Provider]:
    found: Mapping[str, Provider] = current_app.extensions[EXTENSION]
    return found


def make_provider(settings: OidcProvider) -> Provider:
    """A provider with its line, as the settings describe it."""
    return Provider(
        settings,
        OpenIdClient(
            ClientSettings(
                label=settings.label,
                issuer=settings.issuer,
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                scopes=settings.scopes,
                nip_claim=settings.nip_claim,
            )
        ),
        Wanted(
            nip=settings.nip_claim,
            name=settings.name_claim,
            institution=settings.institution_claim,
            institution_codes=settings.institution_codes,
        ),
        Voucher(settings.label, settings.vouches_for_numbers),
    )
