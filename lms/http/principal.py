"""Who is asking, by Flask-Login.

A person is found anew in every request, by the first finder that knows whom it comes from. For a
browser that is the cookie of a device, which the person can end from elsewhere (ADR 8): nothing in
Flask's own session says who is signed in, and Flask-Login remembers nobody.
"""

from collections.abc import Callable, Sequence
from typing import Final

from flask import Flask, after_this_request, g, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_login.config import SESSION_KEYS
from werkzeug.wrappers import Response

from lms.accounts.principal import Principal
from lms.accounts.queries import find_signed_in
from lms.accounts.rules import SEEN_EVERY, SESSION_LENGTH
from lms.clock import utc_now
from lms.errors import N_, Refusal
from lms.http.cookies import PREFIX, drop_cookie, read_cookie, set_cookie
from lms.http.csrf import renew_token
from lms.http.second_step import (
    SecondStepNeeded,
    awaits_second_step,
    find_awaiting,
    keep_awaiting,
)

COOKIE: Final = "masuk"

Finder = Callable[[], Principal | None]


class SignInNeeded(Refusal):
    """Nobody is signed in, and the page is not for everybody."""

    def __init__(self) -> None:
        super().__init__(N_("Masuk dahulu untuk membuka halaman ini."))


class User(UserMixin):  # type: ignore[misc]  # the library has no types
    """A principal, as Flask-Login knows people."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    def get_id(self) -> str:
        """The account's key as text."""
        return str(self.principal.account_id)


def find_by_cookie() -> Principal | None:
    """The person whose device a browser's cookie names, unless it was signed out.

    Nobody where a second factor is still to be shown.
    """
    token = read_cookie(COOKIE)
    if not token:
        return None
    now = utc_now()
    principal = find_signed_in(token, now=now)
    if principal and principal.via and now - principal.via.last_seen_at > SEEN_EVERY:
        g.device_to_touch = principal.via.device_id
    if principal is not None and awaits_second_step(principal):
        keep_awaiting(principal)
        return None
    return principal


def init_principal(
    app: Flask,
    ask_to_sign_in: Callable[[], ResponseReturnValue],
    *,
    finders: Sequence[Finder] = (find_by_cookie,),
) -> None:
    """Have `current_user` be who a finder says it is; SignInNeeded is answered by a sign-in form.

    Finders are asked in their order, once a request.
    """
    # It would be asked before the finders. We never set it, and so named no neighbour can plant it.
    app.config["REMEMBER_COOKIE_NAME"] = f"{PREFIX}remember_token"
    login = LoginManager()
    login.session_protection = None
    # `init_app` would besides look after that cookie, and open the session of every answer for it:
    # files that are everybody's would vary by cookie.
    app.login_manager = login  # type: ignore[attr-defined]  # how the library finds it
    login.unauthorized_handler(ask_to_sign_in)
    app.register_error_handler(SignInNeeded, lambda _refusal: login.unauthorized())

    @login.request_loader  # type: ignore[untyped-decorator]
    def load_user(_request: object) -> User | None:
        for find in finders:
            principal = find()
            if principal is not None:
                return User(principal)
        return None


def find_visitor() -> Principal | None:
    """The person behind this request, if anybody is signed in; looked up once."""
    principal: Principal | None = getattr(current_user, "principal", None)
    return principal


def current_account() -> Principal:
    """The person behind this request; raises SignInNeeded, and SecondStepNeeded half way in."""
    principal = find_visitor()
    if principal is None:
        raise SignInNeeded if find_awaiting() is None else SecondStepNeeded
    return principal


def log_in(device_token: str) -> Principal:
    """Sign in the person whose device has just been opened, in this request and those to come.

    The answer brings the device's cookie, unless it is a refusal; forms get another secret. Raises
    SignInNeeded if the device was signed out meanwhile.
    """
    principal = find_signed_in(device_token, now=utc_now())
    if principal is None:
        raise SignInNeeded
    login_user(User(principal))
    for key in SESSION_KEYS:  # it would stay there when the device has been signed out
        session.pop(key, None)
    renew_token()

    @after_this_request
    def bring_cookie(response: Response) -> Response:
        if response.status_code < 400:
            set_cookie(response, COOKIE, device_token, max_age=SESSION_LENGTH)
        return response

    return principal


def log_out() -> None:
    """Have nobody be signed in here; the response deletes the cookie, forms get another secret."""
    logout_user()
    renew_token()

    @after_this_request
    def take_cookie_back(response: Response) -> Response:
        drop_cookie(response, COOKIE)
        return response
