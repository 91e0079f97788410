"""Keys that sign for the issuer: the seal, QR codes, credentials, the log; and their signers.

Each purpose has a key of its own, so that one that leaks speaks for nothing else. Private keys are
encrypted where they lie, and used through a `Signer` alone.
"""
