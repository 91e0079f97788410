"""Where a process keeps what opens the keys, and those that it has opened."""

from flask import Flask, current_app

from lms.keys.signers import LocalSigner, open_private_key

_EXTENSION = "keys"


class Vault:
    """Opens private keys by the passphrase of the settings, each once: that takes milliseconds."""

    def __init__(self, passphrase: bytes) -> None:
        self._passphrase = passphrase
        self._opened: dict[bytes, LocalSigner] = {}

    @property
    def passphrase(self) -> bytes:
        """What new keys are encrypted with."""
        return self._passphrase

    def signer(self, key_id: str, encrypted: bytes) -> LocalSigner:
        """Who signs with this key; raises ValueError where the passphrase is another."""
        if encrypted not in self._opened:
            self._opened[encrypted] = LocalSigner(
                key_id, open_private_key(encrypted, self._passphrase)
            )
        return self._opened[encrypted]


def init_keys(app: Flask, passphrase: str) -> None:
    """Give an application its vault."""
    app.extensions[_EXTENSION] = Vault(passphrase.encode())


def vault() -> Vault:
    """The application's."""
    kept: Vault = current_app.extensions[_EXTENSION]
    return kept
