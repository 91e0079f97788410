"""The page that checks QR codes without a network, its service worker, and keys and list for it.

All of it is the same for everybody: what a device keeps of it says nothing of whoever holds it.
"""

import base64
import json
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates.out_of_force import OutOfForce, find_last_id, find_out_of_force
from lms.certificates.qr_codes import site_of
from lms.clock import utc_now
from lms.http.addresses import public_url
from lms.http.doors import open_to_all
from lms.http.headers import headers
from lms.http.rate_limits import at_most
from lms.keys.enums import Purpose
from lms.keys.queries import PublicKey, list_public_keys
from lms.pocketbooks.queries import list_books
from lms.version import VERSION
from lms.web.assets import BUILD, PREFIX, asset_url
from lms.web.formatting import Appearance, appearance, chosen_appearance

bp = Blueprint("offline", __name__, url_prefix="/verifikasi")
open_to_all(bp)
headers(bp, may_scan=True)

# An office of hundreds behind one address, each of whom scans some in a minute.
LISTS = "600 per minute"
FILES: Final = (
    "css/app.css",
    "woff2/plus-jakarta-sans-latin-wght-normal.woff2",
    "js/scanner.js",
    "js/offline.js",
    "js/modules/camera.js",
    "js/modules/ed25519.js",
    "js/qr_decoder.js",
    "pictures/icon-180.png",
)
"""What the page loads, also later on."""
_TEMPLATES: Final = ("base.html", "offline/shell.html", "components/scanner.html")
_WORKER: Final = "js/workers/verification.js"


@bp.get("/luring")
def shell() -> ResponseReturnValue:
    """The page that a device keeps: then its address tells how it looks, since no cookie does."""
    if "bahasa" in request.args:
        g.appearance = chosen_appearance(request.args)
    page = render_template(
        "offline/shell.html",
        worker=url_for(".worker", **_wishes(appearance())),
        scopes=[url_for("verification.form"), _checks()],
        checks=_checks(),
    )
    return page, {"Cache-Control": "no-cache"}


@bp.get("/luring.json")
@at_most(LISTS)
def offline_list() -> ResponseReturnValue:
    """Our keys for QR codes, and which certificates are out of force: by number, without a name.

    Each number is told as the distance from the one before. The moment is cut to the minute, so
    that who asks again within it is told that nothing changed.
    """
    content = {
        "as_of": utc_now().replace(second=0, microsecond=0).isoformat(),
        "site": site_of(public_url("verification.show", code="0")),
        "keys": [_as_json(key) for key in list_public_keys(Purpose.QR)],
        "modules": {book.code: book.title for book in list_books()},
        "last": find_last_id() or 0,
    }
    answer = Response(
        f'{_packed(content)[:-1]},"out_of_force":{_distances(find_out_of_force())}}}',
        mimetype="application/json",
        headers={"Cache-Control": "public, max-age=60"},
    )
    answer.add_etag()
    return answer.make_conditional(request)


@lru_cache(maxsize=2)
def _distances(ended: OutOfForce) -> str:
    """Each number as its distance from the one before, written down once for all who ask."""
    return _packed([after - before for before, after in pairwise([0, *ended.certificate_ids])])


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@bp.get("/pekerja.js")
def worker() -> ResponseReturnValue:
    """The service worker: the same script for all, after what it keeps in this release.

    It may look after checks beside its own folder, whose addresses QR codes hold.
    """
    wishes = _wishes(chosen_appearance(request.args))
    files = [asset_url(name) for name in FILES]
    setup = {
        "version": _version_of(files),
        "shell": url_for(".shell", **wishes),
        "files": files,
        "page": url_for("verification.form"),
        "checks": _checks(),
        "assets": PREFIX,
        "list": url_for(".offline_list"),
    }
    script = (BUILD / asset_url(_WORKER).removeprefix(PREFIX)).read_text(encoding="utf-8")
    headers = {
        "Content-Type": "text/javascript; charset=utf-8",
        "Cache-Control": "no-cache",
        "Service-Worker-Allowed": "/",
    }
    return f"self.SETUP={json.dumps(setup)};\n{script}", headers


@bp.get("/aplikasi.webmanifest")
def manifest() -> ResponseReturnValue:
    """How checking looks among a phone's applications."""
    icons = (("icon-192.png", "192x192"), ("icon-512.png", "512x512"))
    content = {
        "id": url_for("verification.form"),
        "name": "Verifikasi sertifikat SakuHAM",
        "short_name": "Verifikasi",
        "lang": "id",
        "start_url": url_for(".shell", **_wishes(chosen_appearance(request.args))),
        "scope": url_for("verification.form"),
        "display": "standalone",
        "background_color": "#f8f5ee",
        "theme_color": "#1f3b63",
        "icons": [
            {"src": asset_url(f"pictures/{name}"), "sizes": size, "type": "image/png"}
            for name, size in icons
        ],
    }
    headers = {"Content-Type": "application/manifest+json", "Cache-Control": "public, max-age=3600"}
    return json.dumps(content), headers


def scanning_shell() -> str:
    """Where this reader's page for scanning is."""
    return url_for("offline.shell", **_wishes(appearance()))


def scanning_manifest() -> str:
    """Where this reader's application is described."""
    return url_for("offline.manifest", **_wishes(appearance()))


def _checks() -> str:
    """What the addresses in QR codes begin with, on this site."""
    return url_for("verification.show_scanned", code="0").removesuffix("0")


def _wishes(wanted: Appearance) -> dict[str, Any]:
    return {"bahasa": wanted.language, "tema": wanted.theme, "huruf": wanted.text_size}


def _version_of(files: list[str]) -> str:
    """What changes with everything that the worker keeps."""
    loader = current_app.jinja_env.loader
    if loader is None:
        raise LookupError("There are no templates.")
    sources = [loader.get_source(current_app.jinja_env, name)[0] for name in _TEMPLATES]
    return sha256("\0".join([VERSION, *files, *sources]).encode()).hexdigest()[:16]


def _as_json(key: PublicKey) -> dict[str, object]:
    return {
        "number": key.number,
        "key": base64.b64encode(key.public_bytes).decode(),
        "retired_at": key.retired_at.isoformat() if key.retired_at else None,
    }
