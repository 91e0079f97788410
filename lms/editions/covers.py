"""The texts and theme of a pocketbook's cover."""

from hashlib import sha256
from typing import Final, NamedTuple

# Another one gives every picture another address.
VERSION: Final = 2


class Cover(NamedTuple):
    """What is to be seen: the theme decides the motif, the rest is printed as it stands."""

    theme: str
    code: str
    title: str
    facts: str

    @property
    def digest(self) -> str:
        """Stands in the picture's address, so that another picture has another one."""
        return sha256(repr((VERSION, *self)).encode()).hexdigest()[:16]
