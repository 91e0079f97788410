"""Pages: blueprints for each audience, and what all pages have in common."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from lms.http.addresses import public_url
from lms.web.account.views import bp as account
from lms.web.account.views import own as profile
from lms.web.admin.confirmations import bp as oversight
from lms.web.admin.views import bp as admin
from lms.web.assets import init_assets
from lms.web.headers import init_headers
from lms.web.learner.certificates import bp as certificates
from lms.web.learner.overview import bp as learner
from lms.web.learner.quiz import bp as quiz
from lms.web.limits import init_limits
from lms.web.officer.views import bp as officer
from lms.web.page_cache import csrf_token, kept, messages, visitor_name
from lms.web.presentation import init_presentation
from lms.web.public.books import bp as books
from lms.web.public.books import picture_url
from lms.web.public.devmail import bp as devmail
from lms.web.public.reading import bp as reading
from lms.web.public.verification import bp as verification
from lms.web.public.views import bp as public
from lms.web.public.views import preferences
from lms.web.resubmission import init_resubmission

BLUEPRINTS = (
    public,
    preferences,
    reading,
    books,
    verification,
    account,
    profile,
    learner,
    quiz,
    certificates,
    officer,
    admin,
    oversight,
)


class RowNumber(IntegerConverter):
    """A number in an address: no more digits than a row's key can have."""

    regex = r"\d{1,9}"


def init_web(app: Flask, *, development: bool) -> None:
    """Put every page in its place; the mail page exists in development only."""
    app.url_map.converters["int"] = RowNumber
    init_presentation(app)
    # A kept template must not reach the request that it is made for, nor may a macro of its own.
    for name in ("request", "session", "g", "config", "get_flashed_messages"):
        del app.jinja_env.globals[name]
    app.jinja_env.globals |= {
        "part": kept,
        "csrf_token": csrf_token,
        "page_messages": messages,
        "visitor_name": visitor_name,
        "public_url": public_url,
        "picture_url": picture_url,
    }
    init_headers(app)
    init_resubmission(app)
    init_assets(app)
    init_limits(app, app.config["SAKUHAM"].rate_limit_storage)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if development:
        app.register_blueprint(devmail)
