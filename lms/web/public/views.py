"""Home, the public figure, privacy, and the reader's preferences."""

import json
import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.clock import utc_now
from lms.http.addresses import local_path
from lms.http.identity import find_visitor, open_to_all
from lms.institutions.queries import Workplace, find_workplace
from lms.learning.queries import find_resume
from lms.library.queries import list_books
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.queries import NATIONAL, Figure, get_figure, list_by_day, list_by_institution
from lms.web.assets import asset_url
from lms.web.helping import help_desk
from lms.web.presentation import KEPT, LANGUAGES, TEXT_SIZES, THEMES

bp = Blueprint("public", __name__)
open_to_all(bp)
preferences = Blueprint("preferences", __name__)
open_to_all(preferences)

# As `lms.http.refusals.reference` makes them.
_REFERENCE = re.compile(r"[0-9A-F]{6}")

CHOICES = {"tema": THEMES, "huruf": TEXT_SIZES, "bahasa": LANGUAGES}


@bp.get("/")
def home() -> ResponseReturnValue:
    """The national figure, where I stopped, the covers, and a box to check a certificate."""
    visitor = find_visitor()
    return render_template(
        "public/home.html",
        figure=_national_figure(),
        resume=find_resume(visitor.account_id) if visitor else None,
        books=tuple(list_books()),
    )


def _national_figure() -> Figure | None:
    """None before an operator has opened the national programme."""
    try:
        return get_figure(NATIONAL, now=utc_now())
    except NoSuchProgramme:
        return None


@bp.get("/capaian")
def figure() -> ResponseReturnValue:
    """The national figure, by institution and by day."""
    return render_template(
        "public/figure.html",
        figure=get_figure(NATIONAL, now=utc_now()),
        by_institution=list_by_institution(NATIONAL),
        by_day=list_by_day(NATIONAL),
    )


@bp.get("/privasi")
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    return render_template("public/privacy.html", help=help_desk(), workplace=_workplace())


@bp.get("/bantuan", endpoint="help")
def help_page() -> ResponseReturnValue:
    """Ten questions, and whom to turn to; `?rujukan=` is the number of an error page."""
    reference = request.args.get("rujukan", "")
    if not _REFERENCE.fullmatch(reference):
        reference = ""
    return render_template(
        "public/help.html", help=help_desk(reference), workplace=_workplace(), reference=reference
    )


@bp.get("/tentang")
def about() -> ResponseReturnValue:
    """Who makes this, who vouches for it, and how it may be used."""
    return render_template("public/about.html", help=help_desk(), workplace=_workplace())


@bp.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """How the site looks among a phone's applications."""
    sizes = (("192x192", "png"), ("512x512", "png"), ("any", "svg+xml"))
    names = ("icon-192.png", "icon-512.png", "icon.svg")
    content = {
        "name": "SakuHAM – buku saku HAM untuk ASN",
        "short_name": "SakuHAM",
        "lang": "id",
        "start_url": "/",
        "display": "minimal-ui",
        "background_color": "#f8f5ee",
        "theme_color": "#1f3b63",
        "icons": [
            {"src": asset_url(f"pictures/{name}"), "sizes": size, "type": f"image/{kind}"}
            for name, (size, kind) in zip(names, sizes, strict=True)
        ],
    }
    headers = {"Content-Type": "application/manifest+json", "Cache-Control": "public, max-age=3600"}
    return json.dumps(content), headers


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Search engines may read everything but one-time links; checks ask them not to keep them."""
    lines = ("User-agent: *", "Disallow: /tautan/", "Disallow: /tampilan", "")
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "public, max-age=3600"}
    return "\n".join(lines), headers


def _workplace() -> Workplace | None:
    """Where the person signed in works, whose officers can help them."""
    visitor = find_visitor()
    return find_workplace(visitor.account_id) if visitor else None


@preferences.get("/tampilan", endpoint="set")
def choose() -> ResponseReturnValue:
    """Keep how the reader wants pages in a cookie, and go back."""
    response = redirect(local_path(request.args.get("kembali")) or url_for("public.home"))
    for name, known in CHOICES.items():
        wanted = request.args.get(name)
        if wanted in known:
            response.set_cookie(name, wanted, max_age=KEPT, samesite="Lax")
    return response
