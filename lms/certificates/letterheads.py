"""The letterhead of certificates as a value: emblem, unit and signatory."""

from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Emblem:
    """A picture that is safe to print: its file, of which kind it is, and its shape.

    ratio: its width by its height.
    """

    content: bytes = field(repr=False)
    media_type: str
    ratio: float

    @property
    def data_url(self) -> str:
        """The picture as an address that holds all of it."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands at the head of a sheet and below it; one that was used never changes.

    unit_name: the part of the issuer that gives the certificate. signatory_name, office: who signs,
    and as what; rank and employee_number where they are wanted. place: where it is signed.
    """

    unit_name: str
    signatory_name: str
    office: str
    place: str
    rank: str = ""
    employee_number: str = ""
    emblem: Emblem | None = None
