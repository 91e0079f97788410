"""Documents signed within themselves: Data Integrity, cryptosuite eddsa-rdfc-2022.

Source: W3C, Data Integrity EdDSA Cryptosuites v1.0, 3.2: what is signed is the SHA-256 of the
proof's options beside that of the document, each as canonical N-Quads (RDF Dataset
Canonicalization, RDFC-1.0, which pyld calls by its former name).
"""

from hashlib import sha256
from typing import Any

from lms.credentials.contexts import load_context
from lms.credentials.document import Document
from lms.credentials.issuer import Issuer
from lms.credentials.multibase import multibase
from lms.keys.signers import Signer


def sign_within(document: Document, signer: Signer, issuer: Issuer) -> Document:
    """The document with its proof; the same document and key give the same proof.

    `created` is the document's `validFrom`: when a copy was made says nothing.
    """
    options: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": document["validFrom"],
        "verificationMethod": issuer.method(signer.key_id),
        "proofPurpose": "assertionMethod",
    }
    signed = _hash({"@context": document["@context"], **options}) + _hash(document)
    return {**document, "proof": {**options, "proofValue": multibase(signer.sign(signed))}}


def _hash(document: Document) -> bytes:
    # Slow to import, and needed by whoever downloads such a document.
    from pyld import jsonld

    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": load_context,
    }
    canonical: str = jsonld.normalize(document, options)
    return sha256(canonical.encode()).digest()
