"""Keys and signatures as the W3C's documents write them: multibase base58btc, multicodec.

Sources: W3C, Controlled Identifiers v1.0, 2.4 (Multibase) and 2.2.2 (Multikey).
"""

from typing import Final

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC: Final = b"\xed\x01"  # 0xed as a varint


def multibase(content: bytes) -> str:
    """Bytes in base 58, with the "z" that says so; a leading zero is a leading "1"."""
    number, digits = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def multikey(public_bytes: bytes) -> str:
    """The 32 bytes of a public Ed25519 key as a Multikey, "z6Mk…"."""
    return multibase(_ED25519_PUBLIC + public_bytes)
