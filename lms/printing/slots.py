"""What a page has beside its text: places for a file and for a seal, and what comes into them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AttachmentSlot:
    """A place for a file inside the PDF, which supplements the page and differs by copy."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for such a place. modified_at: from when it is."""

    name: str
    description: str
    media_type: str
    content: bytes
    modified_at: datetime

    @property
    def slot(self) -> AttachmentSlot:
        """What place it takes."""
        return AttachmentSlot(self.name, self.description)


@dataclass(frozen=True, slots=True)
class SealField:
    """A field for a seal, seen on the page and read aloud.

    name: of the field. description: what a screen reader says of it. box: left, top, width and
    height on the page, in millimetres. drawing: what is seen of it, as PDF operators in points,
    from the lower left corner of the box, without text.
    """

    name: str
    description: str
    box: tuple[float, float, float, float]
    drawing: bytes


@dataclass(frozen=True, slots=True)
class Slots:
    """What a page has beside its text: nothing, a file, a seal, or both."""

    attachment: AttachmentSlot | None = None
    seal: SealField | None = None


@dataclass(frozen=True, slots=True)
class SlotNumbers:
    """The numbers of the objects that each copy has of its own; None for what there is not."""

    attachment: int | None
    signature: int | None
