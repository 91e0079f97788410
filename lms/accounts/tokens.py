"""Random tokens for cookies and mailed links, and the hashes of them that are stored."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """A secret of 256 random bits, fit for a cookie or a URL."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored of a token: its SHA-256 (a random secret needs no salt)."""
    return sha256(token.encode()).digest()
