"""Where a process keeps what opens the keys, and those that it has opened."""

from typing import TYPE_CHECKING

from flask import Flask, current_app

from lms.keys.signers import CannotSign, LocalSigner, Signer, Token, open_private_key

if TYPE_CHECKING:
    from lms.keys.hardware import Module

_EXTENSION = "keys"


class Vault:
    """Opens private keys by the passphrase of the settings, each once: that takes milliseconds."""

    def __init__(self, passphrase: bytes, token: Token | None) -> None:
        self._passphrase = passphrase
        self._token = token
        self._module: Module | None = None
        self._opened: dict[bytes, LocalSigner] = {}

    @property
    def passphrase(self) -> bytes:
        """What new keys are encrypted with."""
        return self._passphrase

    @property
    def module(self) -> "Module":
        """The hardware module; raises CannotSign where the settings name none."""
        # Most have none, and need not wait for what speaks to it.
        from lms.keys.hardware import Module

        if self._token is None:
            raise CannotSign("no hardware module: PKCS11_MODULE is empty")
        if self._module is None:
            self._module = Module(self._token)
        return self._module

    def hardware_signer(self, key_id: str, label: str) -> Signer:
        """Who signs with a key of the hardware module; raises CannotSign without one."""
        from lms.keys.hardware import HardwareSigner

        return HardwareSigner(key_id, label, self.module)

    def signer(self, key_id: str, encrypted: bytes) -> Signer:
        """Who signs with this key; raises ValueError where the passphrase is another."""
        if encrypted not in self._opened:
            self._opened[encrypted] = LocalSigner(
                key_id, open_private_key(encrypted, self._passphrase)
            )
        return self._opened[encrypted]


def init_keys(app: Flask, passphrase: str, token: Token | None = None) -> None:
    """Give an application its vault, and the hardware module that it may have."""
    app.extensions[_EXTENSION] = Vault(passphrase.encode(), token)


def vault() -> Vault:
    """The application's."""
    kept: Vault = current_app.extensions[_EXTENSION]
    return kept
