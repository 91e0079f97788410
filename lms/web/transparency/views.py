"""The public log: a page for people, files for programs, and a certificate's proof and opening."""

import base64
import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from config import ROOT
from lms.certificates.codes import parse_code
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.queries import get_own_certificate
from lms.http.addresses import public_url
from lms.http.doors import open_to, open_to_all
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.http.replica import may_lag
from lms.http.streaming import VISITORS, stream_answer
from lms.transparency.errors import NoSuchTile, NotLogged
from lms.transparency.paths import parse_path
from lms.transparency.queries import (
    find_checkpoint,
    find_inclusion,
    find_salt,
    get_checkpoint,
    get_tile,
    list_verifier_keys,
)
from lms.web.transparency.archive import ENTRIES_OF_PART, count_parts, make_archive
from lms.web.transparency.ledger import make_ledger
from lms.web.verification.braking import get_checked

bp = Blueprint("log", __name__)
open_to_all(bp)

own = Blueprint("opening", __name__, url_prefix="/sertifikat")
open_to(own)

# A reader of tiles takes two for each 256 entries: all of a million in three minutes.
TILES: Final = "3000 per minute"
ARCHIVES: Final = "120 per hour"
# As for looking at a certificate: who has the code may, and codes are not to be walked.
PROOFS: Final = "60 per minute"

_TEXT: Final = "text/plain; charset=utf-8"
_JSON: Final = "application/json"
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_FOR_SECONDS: Final = "public, max-age=5"
_PRIVATE: Final = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
_AUDIT: Final = ROOT / "tools" / "audit.py"


@bp.get("/log")
@may_lag
def show() -> ResponseReturnValue:
    """What the log is, how long, and how anybody checks it."""
    checkpoint = find_checkpoint()
    return render_template(
        "transparency/log.html",
        checkpoint=checkpoint,
        root="" if checkpoint is None else base64.b64encode(checkpoint.root).decode(),
        keys=[] if checkpoint is None else list_verifier_keys(checkpoint.origin),
        part_count=0 if checkpoint is None else count_parts(checkpoint.size),
        address=public_url("log.show"),
    )


@bp.get("/log/checkpoint")
@at_most(TILES)
@may_lag
def checkpoint() -> ResponseReturnValue:
    """The newest checkpoint."""
    headers = {"Content-Type": _TEXT, "Cache-Control": _FOR_SECONDS}
    return get_checkpoint().note, headers


@bp.get("/log/checkpoint/<int:size>")
@at_most(TILES)
@may_lag
def earlier_checkpoint(size: int) -> ResponseReturnValue:
    """The checkpoint that was signed at a size."""
    return get_checkpoint(size).note, {"Content-Type": _TEXT, "Cache-Control": _FOR_GOOD}


@bp.get("/log/kunci")
@at_most(TILES)
def keys() -> ResponseReturnValue:
    """The keys that have signed checkpoints, a line each."""
    lines = list_verifier_keys(get_checkpoint().origin)
    headers = {"Content-Type": _TEXT, "Cache-Control": _FOR_SECONDS}
    return "".join(f"{line}\n" for line in lines), headers


@bp.get("/log/tile/<path:path>")
@at_most(TILES)
@may_lag
def tile(path: str) -> ResponseReturnValue:
    """A tile of hashes, or a bundle of entries, which never changes."""
    named = parse_path(path)
    if named is None:
        raise NoSuchTile
    headers = {"Content-Type": "application/octet-stream", "Cache-Control": _FOR_GOOD}
    return get_tile(*named), headers


@bp.get("/log/unduh")
@bp.get("/log/unduh/<int:part>", endpoint="download_part")
@at_most(ARCHIVES)
@may_lag
def download(part: int = 1) -> ResponseReturnValue:
    """The log as one file, or a part of it where it is long."""
    checkpoint = get_checkpoint()
    count = count_parts(checkpoint.size)
    if not 1 <= part <= count:
        raise NoSuchTile
    ending = f"-{part}" if count > 1 else ""
    name = f"sakuham-log-{checkpoint.size}{ending}.tar"
    headers = {
        "Content-Type": "application/x-tar",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return make_archive(checkpoint, part), headers


@bp.get("/log/buku-besar.csv")
@at_most(ARCHIVES)
def ledger() -> ResponseReturnValue:
    """The whole log as one table; a long one leaves piece by piece."""
    size = get_checkpoint().size
    if size > ENTRIES_OF_PART:
        stream_answer(VISITORS)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask says so
    headers = {
        "Content-Disposition": f'attachment; filename="sakuham-buku-besar-{size}.csv"',
        "Cache-Control": "private, no-store",
    }
    return Response(make_ledger(app, size), mimetype="text/csv", headers=headers)


@bp.get("/log/audit.py")
@at_most(TILES)
def audit_program() -> ResponseReturnValue:
    """The program with which anybody checks the log: one file."""
    headers = {
        "Content-Type": "text/x-python; charset=utf-8",
        "Content-Disposition": 'attachment; filename="audit.py"',
        "Cache-Control": "public, max-age=3600",
    }
    return _read(_AUDIT), headers


@bp.get("/v/<code>/bukti.json")
@at_most(PROOFS)
def proof(code: str) -> ResponseReturnValue:
    """Where a certificate stands in the log and what proves it, for whoever has its code."""
    inclusion = find_inclusion(get_checked(code).certificate_id)
    if inclusion is None:
        raise NotLogged
    content = {
        "form": "sakuham.log.proof.1",
        "position": inclusion.position,
        "entry": _encode(inclusion.entry),
        "hashes": [_encode(each) for each in inclusion.hashes],
        "checkpoint": inclusion.checkpoint.note,
    }
    return json.dumps(content, indent=2), {"Content-Type": _JSON, **_PRIVATE}


@own.get("/<code>/pembuka.json")
@at_most(PROOFS)
def opening(code: str) -> ResponseReturnValue:
    """What opens a certificate's commitment, for its holder: they may show it to whom they like."""
    parsed = parse_code(code)
    if not parsed.is_valid:
        raise NoSuchCertificate
    found = get_own_certificate(current_account().account_id, parsed.normalised)
    salt = find_salt(found.certificate_id)
    if salt is None:
        raise NotLogged
    content = {
        "form": "sakuham.log.opening.1",
        "salt": _encode(salt),
        "facts": found.facts.canonical().decode(),
    }
    headers = {
        "Content-Type": _JSON,
        "Content-Disposition": f'attachment; filename="pembuka-{parsed.normalised}.json"',
        **_PRIVATE,
    }
    return json.dumps(content, indent=2, ensure_ascii=False), headers


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


@lru_cache(maxsize=1)
def _read(file: Path) -> bytes:
    return file.read_bytes()
