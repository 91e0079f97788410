"""Keys that a hardware module keeps, by PKCS #11 (OASIS, version 2.40): data in, a signature out.

A key is made in the module and never leaves it. python-pkcs11 speaks to whatever library the
module's maker gives; its sessions are not for threads, so that one signature is made at a time.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar, cast

import pkcs11
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn
from pkcs11.util.rsa import encode_rsa_public_key

from lms.keys.signers import CannotSign, LabelTaken, Token

RSA_BITS: Final = 3072

T = TypeVar("T")


class Module:
    """A hardware module: one session, opened when it is first wanted and anew after a fault."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self._lock = Lock()
        self._session: Any = None

    def make_key(self, label: str) -> RSAPublicKey:
        """Make a key of RSA, which the module keeps; returns its public half.

        Raises CannotSign where the module cannot be used, and LabelTaken where it has something of
        this label.
        """

        def make(session: Any) -> bytes:
            if list(session.get_objects({pkcs11.Attribute.LABEL: label})):
                raise LabelTaken(f"The module has something called {label!r} already.")
            public, _ = session.generate_keypair(
                pkcs11.KeyType.RSA, RSA_BITS, label=label, store=True
            )
            return encode_rsa_public_key(public)

        return cast(RSAPublicKey, load_der_public_key(self._with_session(make)))

    def sign(self, label: str, data: bytes) -> bytes:
        """A signature over data, RSA PKCS #1 v1.5 with SHA-256; raises CannotSign."""

        def sign(session: Any) -> bytes:
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))

        return self._with_session(sign)

    def _with_session(self, work: Callable[[Any], T]) -> T:
        with self._lock:
            try:
                if self._session is None:
                    library = pkcs11.lib(self._token.library)
                    token = library.get_token(token_label=self._token.name)
                    self._session = self._open(token)
                return work(self._session)
            except PKCS11Error as error:
                self._forget()
                raise CannotSign(f"hardware module: {type(error).__name__} {error}") from error

    def _open(self, token: Any) -> Any:
        try:
            return token.open(user_pin=self._token.pin, rw=True)
        except UserAlreadyLoggedIn:  # by another session of this process, and so for all of them
            return token.open(rw=True)

    def _forget(self) -> None:
        """Leave a session that may be broken, so that the next try begins anew."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(PKCS11Error):
                session.close()


@dataclass(frozen=True, slots=True)
class HardwareSigner:
    """Signs with a key that a module keeps under a label."""

    key_id: str
    label: str
    module: Module = field(repr=False)

    def sign(self, data: bytes, /) -> bytes:
        """See `Signer`; raises CannotSign."""
        return self.module.sign(self.label, data)
