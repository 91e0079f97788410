"""Who is asking: the one place that knows Flask-Login and the cookie."""

from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from lms.accounts.enums import Role
from lms.accounts.queries import SignedIn, find_signed_in
from lms.accounts.rules import SEEN_EVERY, SESSION_LENGTH
from lms.clock import utc_now
from lms.errors import N_, NotAllowed, Refusal
from lms.http.cookies import drop_cookie, read_cookie, set_cookie
from lms.http.csrf import renew_token

COOKIE = "masuk"


class SignInNeeded(Refusal):
    """Nobody is signed in, and the page is not for everybody."""

    def __init__(self) -> None:
        super().__init__(N_("Masuk dahulu untuk membuka halaman ini."))


@dataclass(frozen=True, slots=True)
class _User:
    """What Flask-Login wants to be told about a person."""

    signed_in: SignedIn
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """The account's key as text."""
        return str(self.signed_in.account_id)


class _Login(LoginManager):  # type: ignore[misc]  # the library has no types
    """Flask-Login, which finds people by our cookie and by nothing that it would keep itself."""

    def _load_user(self) -> None:
        self._update_request_context_with_user(_load())


def init_identity(app: Flask) -> None:
    """Have `current_user` be whom a request's cookie belongs to."""
    _Login(app, add_context_processor=False)


def _load() -> _User | None:
    """The person whom a request's cookie belongs to; Flask-Login asks once a request."""
    token = read_cookie(COOKIE)
    if not token:
        return None
    now = utc_now()
    signed_in = find_signed_in(token, now=now)
    if signed_in is None:
        return None
    if now - signed_in.last_seen_at > SEEN_EVERY:
        g.device_to_touch = signed_in.device_id
    return _User(signed_in)


def find_visitor() -> SignedIn | None:
    """The person behind this request, if anybody is signed in; looked up once."""
    signed_in: SignedIn | None = getattr(current_user, "signed_in", None)
    return signed_in


def current_account() -> SignedIn:
    """The person behind this request; raises SignInNeeded."""
    visitor = find_visitor()
    if visitor is None:
        raise SignInNeeded
    return visitor


def open_to(blueprint: Blueprint, *roles: Role) -> None:
    """Guard a blueprint as a whole: for these roles, or for everybody who is signed in."""

    def guard() -> None:
        visitor = current_account()
        if roles and not visitor.holds(*roles):
            raise NotAllowed(N_("Halaman ini tidak termasuk dalam peran Anda."))

    blueprint.before_request(guard)
    _declare(blueprint, frozenset(roles))


def open_to_all(blueprint: Blueprint) -> None:
    """Say that a blueprint is for everybody, signed in or not."""
    _declare(blueprint, None)


def is_guarded(blueprint: str | None) -> bool:
    """Whether the pages of a blueprint are for people who are signed in."""
    return current_app.extensions["guards"].get(blueprint) is not None


def _declare(blueprint: Blueprint, roles: frozenset[Role] | None) -> None:
    blueprint.record(
        lambda state: state.app.extensions.setdefault("guards", {}).__setitem__(
            blueprint.name, roles
        )
    )


def remember(response: Response, token: str) -> Response:
    """The same answer, with the cookie of a device that was signed in."""
    set_cookie(response, COOKIE, token, max_age=SESSION_LENGTH)
    return response


def forget(response: Response) -> Response:
    """The same answer, taking the cookie back; forms get another secret."""
    renew_token()
    drop_cookie(response, COOKIE)
    return response
