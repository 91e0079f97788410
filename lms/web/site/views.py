"""Home, help, privacy, and who makes this."""

import json
import re
from datetime import timedelta

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.assignments.queries import list_own_duties
from lms.certificates.correction_requests import count_to_decide
from lms.certificates.own_certificates import list_own_certificates
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import N_, NotFound
from lms.http.addresses import public_url
from lms.http.doors import open_to_all
from lms.http.headers import FOR_ONE
from lms.http.load import older_at_a_rush
from lms.http.principal import find_visitor
from lms.http.replica import may_lag
from lms.institutions.queries import (
    Workplace,
    count_waiting,
    find_declined,
    find_workplace,
)
from lms.institutions.reach import scope_of
from lms.learning.queries import list_own_books
from lms.personnel.queries import find_passing_on
from lms.pocketbooks.queries import list_books
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.queries import NATIONAL, Figure, get_figure
from lms.version import VERSION
from lms.web.assets import asset_url
from lms.web.certificates.hours import hours_of_year
from lms.web.help_desk import help_desk
from lms.web.personnel.words import service_name
from lms.web.reading.next_actions import (
    cover_states,
    next_actions,
    visitors_states,
    with_actions,
    without_assigned,
)
from lms.web.reading.visitor_progress import finished_here
from lms.web.transparency.words import find_log_state

bp = Blueprint("site", __name__)
open_to_all(bp)

# As `lms.http.errors.request_reference` makes them.
_REFERENCE = re.compile(r"[0-9A-F]{6}")

# It is made anew at each request; RFC 9116 asks for less than a year.
_SECURITY_CONTACT_HOLDS = timedelta(days=90)


@bp.get("/")
@may_lag
def home() -> ResponseReturnValue:
    """What this is, or what comes next for me; the covers; a box to check a certificate."""
    visitor = find_visitor()
    books = list_books()
    if visitor is None:
        return render_template(
            "site/home.html",
            books=tuple(books),
            states=visitors_states(books, finished_here()),
            longest=max((book.minutes for book in books), default=0),
            issuer=current_app.config["SAKUHAM"].issuer_name,
            figure=_national_figure(),
            log=find_log_state(),
        )
    now = utc_now()
    own = list_own_books(visitor.account_id, now=now)
    certificates = list_own_certificates(visitor.account_id, today=local_day(now))
    actions = next_actions(books, own, certificates)
    duties = with_actions(list_own_duties(visitor.account_id, now=now), actions)
    actions = without_assigned(actions, duties)
    page = render_template(
        "site/home_signed_in.html",
        name=visitor.name,
        duties=duties,
        action=actions[0] if actions else None,
        earned=next((action for action in actions[1:] if action.kind == "certificate"), None),
        revoked=next((action for action in actions[1:] if action.revoked_at), None),
        expired=next((action for action in actions[1:] if action.expired_since), None),
        hours=hours_of_year(visitor.account_id, certificates, now=now),
        declined_by=find_declined(visitor.account_id),
        waiting_count=_count_waiting(visitor),
        staff_requests=_count_staff_requests(visitor),
        register_requests=_count_register_requests(visitor),
        books=tuple(books),
        states=cover_states(books, own, certificates),
        figure=_national_figure(),
        log=find_log_state(),
    )
    return page, {"Cache-Control": FOR_ONE}


def _count_waiting(visitor: Principal) -> int:
    """How many people wait for an HR officer; for others nobody does."""
    return count_waiting(scope_of(visitor)) if visitor.may(Permission.MANAGE_STAFF) else 0


def _count_staff_requests(visitor: Principal) -> int:
    """How many requests for corrections wait for an HR officer."""
    return count_to_decide(scope_of(visitor)) if visitor.may(Permission.MANAGE_STAFF) else 0


def _count_register_requests(visitor: Principal) -> int:
    """How many wait for a registrar."""
    return count_to_decide(None) if visitor.may(Permission.MANAGE_CERTIFICATES) else 0


def _national_figure() -> Figure | None:
    """None before an operator has opened the national programme."""
    try:
        return older_at_a_rush("national figure", lambda: get_figure(NATIONAL, now=utc_now()))
    except NoSuchProgramme:
        return None


@bp.get("/privasi")
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    visitor = find_visitor()
    service = service_name()
    return render_template(
        "site/privacy.html",
        help=help_desk(),
        workplace=_workplace(),
        state_service=service,
        passing_on=find_passing_on(visitor.account_id) if visitor and service else None,
    )


@bp.get("/bantuan", endpoint="help")
def help_page() -> ResponseReturnValue:
    """Ten questions, and whom to turn to; `?rujukan=` is the number of an error page."""
    reference = request.args.get("rujukan", "")
    if not _REFERENCE.fullmatch(reference):
        reference = ""
    return render_template(
        "site/help.html", help=help_desk(reference), workplace=_workplace(), reference=reference
    )


@bp.get("/tentang")
def about() -> ResponseReturnValue:
    """Who makes this, who vouches for it, and how it may be used."""
    return render_template(
        "site/about.html",
        help=help_desk(),
        workplace=_workplace(),
        licence=current_app.config["SAKUHAM"].book_licence,
        version=VERSION,
    )


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
    """Search engines may read all but links, wishes and searches; checks ask not to be kept."""
    lines = (
        "User-agent: *",
        "Disallow: /tautan/",
        "Disallow: /tampilan",
        "Disallow: /berhenti/",
        "Disallow: /cari",
        "Disallow: /log/",
        "",
    )
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "public, max-age=3600"}
    return "\n".join(lines), headers


@bp.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Whom to tell of a hole (RFC 9116); raises NotFound where the operator has named nobody."""
    desk = help_desk()
    if not desk.email:
        raise NotFound(N_("Halaman ini tidak ada."))
    expires_on = local_day(utc_now()) + _SECURITY_CONTACT_HOLDS
    lines = (
        f"Contact: mailto:{desk.email}",
        f"Expires: {expires_on}T00:00:00Z",
        "Preferred-Languages: id, en",
        f"Canonical: {public_url('site.security')}",
        "",
    )
    return "\n".join(lines), {"Content-Type": "text/plain; charset=utf-8"}


def _workplace() -> Workplace | None:
    """Where the person signed in works, whose officers can help them."""
    visitor = find_visitor()
    return find_workplace(visitor.account_id) if visitor else None
