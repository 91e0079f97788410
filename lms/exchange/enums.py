"""What a key opens: a closed list."""

import enum


class TokenScope(enum.Enum):
    """A part of the API, as keys and documents name it."""

    CERTIFICATES = "certificates:read"
    CHECK = "check"
    PROGRESS = "progress:read"
    FIGURES = "figures:read"
    STAFF = "staff:write"
