"""What keys are for, and how they sign: closed lists."""

import enum


class Algorithm(enum.Enum):
    """How a key signs.

    RSA_3072: PKCS #1 v1.5 with SHA-256 (RFC 8017), which every reader of PDF judges, and which
    gives the same signature each time. ED25519: RFC 8032, as it is short and quick.
    """

    RSA_3072 = "rsa-3072"
    ED25519 = "ed25519"


class Purpose(enum.Enum):
    """What a key signs, and nothing else.

    ROOT: the certificates of the seal's keys; what verifiers add to those that they trust.
    SEAL: the PDF. QR: what stands in a QR code. CREDENTIAL: Open Badges and status lists.
    LOG: the checkpoints of the transparency log.
    """

    ROOT = "root"
    SEAL = "seal"
    QR = "qr"
    CREDENTIAL = "credential"
    LOG = "log"

    @property
    def algorithm(self) -> Algorithm:
        """How new keys of this purpose sign (ADR 37)."""
        return Algorithm.RSA_3072 if self in {Purpose.ROOT, Purpose.SEAL} else Algorithm.ED25519
