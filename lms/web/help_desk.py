"""The help desk of the operator's settings, as pages name it."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app


@dataclass(frozen=True, slots=True)
class HelpDesk:
    """The ways to the help desk; without any, an institution's own officers are the way."""

    issuer: str
    email: str
    whatsapp: str
    hours: str
    reference: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether the operator has named a way."""
        return bool(self.email or self.whatsapp)

    @property
    def mail_url(self) -> str:
        """The address of a mail that carries the reference in its subject."""
        return f"mailto:{self.email}?subject={quote(self._words)}"

    @property
    def whatsapp_url(self) -> str:
        """A conversation that begins with the reference; empty without a number."""
        digits = "".join(character for character in self.whatsapp if character.isdigit())
        return f"https://wa.me/{digits}?text={quote(self._words)}" if digits else ""

    @property
    def _words(self) -> str:
        return f"SakuHAM {self.reference}".strip()


def help_desk(reference: str = "") -> HelpDesk:
    """As the settings name it; `reference` is the number of an error page."""
    settings = current_app.config["SAKUHAM"]
    return HelpDesk(
        settings.issuer_name,
        settings.help_email,
        settings.help_whatsapp,
        settings.help_hours,
        reference,
    )
