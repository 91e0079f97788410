"""Who issues credentials, and the addresses that credentials name."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues credentials, as the whole world may know.

    name: as printed on certificates. site: where people reach us, "https://host". check_root,
    status_root, badge_root: what stands before a certificate's code, a status list's number, and
    the name of a theme whose medal is shown.
    """

    name: str
    site: str
    check_root: str
    status_root: str
    badge_root: str

    @property
    def did(self) -> str:
        """The issuer's decentralized identifier: did:web of the host (did:web, 3.2).

        Whoever has it finds our keys in `/.well-known/did.json` of the host. The colon of a port
        is written as %3A.
        """
        return f"did:web:{quote(urlsplit(self.site).netloc, safe='.-')}"

    def method(self, key_id: str) -> str:
        """The name of one of our keys for others, for example did:web:host#credential-1."""
        return f"{self.did}#{key_id}"

    def check_address(self, code: str) -> str:
        """Where anybody checks the certificate of a code."""
        return self.check_root + code

    def status_address(self, number: int) -> str:
        """Where a status list is."""
        return f"{self.status_root}{number}"

    def badge_address(self, theme: str) -> str:
        """Where the medal of a theme is, as a picture."""
        return f"{self.badge_root}{theme}.png"
