"""Keys for tests: made once a session, since a key of RSA takes a second."""

from datetime import UTC, datetime
from functools import cache

from lms.keys.enums import Purpose
from lms.keys.material import KeyMaterial, make_plain, make_root, make_seal

ISSUER = "Kementerian Contoh"
MADE_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@cache
def key_material() -> tuple[KeyMaterial, ...]:
    """A key of every purpose, in the order of purposes; the seal is certified by the root."""
    root = make_root(ISSUER, now=MADE_AT)
    seal = make_seal(ISSUER, root, now=MADE_AT)
    plain = (make_plain(of) for of in (Purpose.QR, Purpose.CREDENTIAL, Purpose.LOG))
    return (root, seal, *plain)
