"""Template filters and globals: dates, times, numbers, and what every template may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_domain, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.accounts.enums import Role
from lms.accounts.permissions import Permission
from lms.certificates.codes import show_code
from lms.days import MONTHS as INDONESIAN_MONTHS
from lms.http.cookies import read_cookie, set_cookie
from lms.http.principal import find_visitor
from lms.http.problems import is_of_api, language_of_api
from lms.rendering.motifs import Use, motif_svg

MONTHS = {
    "id": INDONESIAN_MONTHS,
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
ZONES = {
    "WIB": ZoneInfo("Asia/Jakarta"),
    "WITA": ZoneInfo("Asia/Makassar"),
    "WIT": ZoneInfo("Asia/Jayapura"),
}
LANGUAGES = ("id", "en")
THEMES = ("auto", "light", "dark")
TEXT_SIZES = ("normal", "large")
COOKIE_LIFETIME = timedelta(days=365)
# Where "Keluar cepat" leads: the weather, which nobody is asked about.
SAFE_PAGE = "https://www.bmkg.go.id/"


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the reader wants pages: kept in plain cookies, so it works without an account."""

    theme: str
    text_size: str
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """What templates may know of the signed-in person: which sections there are for them."""

    may_manage_staff: bool
    may_manage_certificates: bool
    may_manage_institutions: bool
    may_see_nation: bool
    may_report_on_all: bool
    may_check_in_bulk: bool
    may_write: bool
    may_review: bool
    may_set_letterheads: bool
    may_set_yearly_hours: bool
    may_oversee_roles: bool
    may_watch_service: bool
    may_manage_programmes: bool
    is_admin: bool
    """Only for the name of the role."""


def appearance() -> Appearance:
    """The reader's wishes, from cookies; anything unknown is the default."""
    # Each date and each sentence asks: one look through the proxy, and not three.
    wishes: Appearance | None = g.get("appearance")
    if wishes is None:
        g.appearance = wishes = Appearance(
            _one_of(THEMES, "tema"),
            _one_of(TEXT_SIZES, "huruf"),
            _one_of(LANGUAGES, "bahasa"),
            _one_of(tuple(ZONES), "zona"),
        )
    return wishes


def chosen_appearance(wishes: Mapping[str, str]) -> Appearance:
    """The same from an address, for a page that is to be the same whoever asks for it."""
    return Appearance(
        _known(THEMES, wishes.get("tema")),
        _known(TEXT_SIZES, wishes.get("huruf")),
        _known(LANGUAGES, wishes.get("bahasa")),
        next(iter(ZONES)),
    )


def init_presentation(app: Flask) -> None:
    """Give templates their filters and what they all may use."""
    Babel(
        app,
        default_locale="id",
        default_translation_directories=str(app.root_path) + "/translations",
        locale_selector=lambda: _language() if has_request_context() else None,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by i18n
        _gettext, _ngettext, newstyle=True
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "tanggal": show_date,
        "bulan": show_month,
        "tanggal_pendek": show_short_date,
        "waktu": show_moment,
        "angka": show_number,
        "kode": show_code,
    }
    app.jinja_env.globals |= {
        "motif": _motif,
        "safe_page": SAFE_PAGE,
    }
    app.context_processor(_common)


def _language() -> str:
    """The reader's language; a program asks for its own, and has no cookie."""
    return language_of_api() if is_of_api() else appearance().language


def remember_zone(response: Response, time_zone: str) -> None:
    """Have moments shown by the clock of a time zone, such as `Asia/Makassar`, on this device."""
    for label, zone in ZONES.items():
        if zone.key == time_zone:
            set_cookie(response, "zona", label, max_age=COOKIE_LIFETIME, is_ours=False)


def show_date(day: date | datetime) -> str:
    """`15 Mei 2025`; a moment is shown as the day it was in the reader's zone."""
    if isinstance(day, datetime):
        day = day.astimezone(ZONES[appearance().zone]).date()
    return f"{day.day} {MONTHS[appearance().language][day.month - 1]} {day.year}"


def show_month(day: date) -> str:
    """`Mei 2025`, of any day of it."""
    return f"{MONTHS[appearance().language][day.month - 1]} {day.year}"


def show_short_date(day: date | datetime) -> str:
    """`15 Mei 2025` with three letters of the month, for cells of wide tables."""
    wishes = appearance()
    if isinstance(day, datetime):
        day = day.astimezone(ZONES[wishes.zone]).date()
    return f"{day.day} {MONTHS[wishes.language][day.month - 1][:3]} {day.year}"


def show_moment(moment: datetime) -> str:
    """`15 Mei 2025 pukul 13.30 WIB`, in the reader's zone."""
    zone = appearance().zone
    local = moment.astimezone(ZONES[zone])
    if appearance().language == "en":
        return f"{show_date(moment)}, {local:%H:%M} {zone}"
    return f"{show_date(moment)} pukul {local:%H.%M} {zone}"


def show_number(number: float) -> str:
    """`1.000.000` and `67,5` in Indonesian, `1,000,000` and `67.5` in English."""
    text = f"{number:,}" if isinstance(number, int) else f"{number:,.1f}"
    if appearance().language == "id":
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def _one_of(known: tuple[str, ...], name: str) -> str:
    return _known(known, read_cookie(name))


def _known(known: tuple[str, ...], wanted: str | None) -> str:
    return wanted if wanted in known else known[0]


@cache
def _motif(theme: str, use: Use = "cover", of: str = "") -> Markup:
    """A motif; `of` tells its pattern from others of that use and theme on the same page."""
    drawn = motif_svg(theme, use=use, pattern_id=f"motif-{use}-{of or theme}")
    return Markup(drawn)  # noqa: S704 - drawn by our own code from constants


def _gettext(sentence: str) -> str:
    """Sentences are written in Indonesian, so that most readers need no catalogue."""
    return sentence if appearance().language == "id" else str(gettext(sentence))


def _ngettext(one: str, many: str, count: int) -> str:
    """The same for counts: Indonesian has one form. Jinja fills the sentence in."""
    if appearance().language == "id":
        return one
    return str(get_domain().get_translations().ungettext(one, many, count))


def current_path() -> str:
    """The address of the page that is being made."""
    return request.full_path.rstrip("?")


def current_visitor() -> Visitor | None:
    """The person signed in, as templates may know them; nobody on an error page."""
    if "visitor" not in g:
        g.visitor = None if g.get("is_unexpected") else _visitor()
    visitor: Visitor | None = g.visitor
    return visitor


def _common() -> dict[str, object]:
    return {
        "visitor": current_visitor(),
        "appearance": appearance(),
        "current_path": current_path(),
        "privacy_contact": current_app.config["SAKUHAM"].privacy_contact,
        "issuer_name": current_app.config["SAKUHAM"].issuer_name,
        "development": current_app.config["SAKUHAM"].development,
    }


def _visitor() -> Visitor | None:
    person = find_visitor()
    if person is None:
        return None
    permissions = person.permissions
    return Visitor(
        may_manage_staff=Permission.MANAGE_STAFF in permissions,
        may_manage_certificates=Permission.MANAGE_CERTIFICATES in permissions,
        may_manage_institutions=Permission.MANAGE_INSTITUTIONS in permissions,
        may_see_nation=Permission.SEE_NATION in permissions,
        may_report_on_all=Permission.REPORT_ON_ALL in permissions,
        may_check_in_bulk=Permission.CHECK_IN_BULK in permissions,
        may_write=Permission.WRITE_POCKETBOOKS in permissions,
        may_review=Permission.REVIEW_POCKETBOOKS in permissions,
        may_set_letterheads=Permission.SET_LETTERHEADS in permissions,
        may_set_yearly_hours=Permission.SET_YEARLY_HOURS in permissions,
        may_oversee_roles=Permission.OVERSEE_ROLES in permissions,
        may_watch_service=Permission.WATCH_SERVICE in permissions,
        may_manage_programmes=Permission.MANAGE_PROGRAMMES in permissions,
        is_admin=any(role is Role.ADMIN for role, _ in person.grants),
    )
