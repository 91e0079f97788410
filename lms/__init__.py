"""SakuHAM: pocketbook-style human-rights education for a country's civil servants."""

from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from lms.accounts.passwords import set_hashing_slots
from lms.accounts.permissions import Permission
from lms.api import init_api
from lms.certificates.numbers import NumberPattern
from lms.db import init_database
from lms.http.csrf import init_csrf
from lms.http.doors import find_objection
from lms.http.errors import init_errors
from lms.http.headers import init_headers
from lms.http.health import init_health
from lms.http.load import init_load
from lms.http.metrics import init_metrics, serve_metrics
from lms.http.principal import init_principal
from lms.http.rate_limits import init_rate_limits
from lms.http.replica import init_replica
from lms.http.request_bodies import (
    OF_ONE,
    WAITING_ROOM,
    Batches,
    RequestBuffering,
    init_request_bodies,
)
from lms.http.unit_of_work import end_before_all_else, init_unit_of_work
from lms.job_kinds import job_kinds
from lms.keys.signers import Token
from lms.keys.vault import init_keys
from lms.web import init_web
from lms.web.account.views import ask_to_sign_in
from lms.web.bulk.views import PLACE as BATCHES
from lms.web.error_pages import render_error
from lms.web.exchange.reference import render_reference
from lms.web.staff_lists.views import PLACE as STAFF_LISTS
from lms.web.templating import init_templating
from lms.wiring import wire


def create_app(settings: Settings, *, with_commands: bool = True) -> Flask:
    """Put the parts together; raises ValueError for a setting that cannot work.

    A server's worker needs no commands, whose parts take as long to load as half of the rest.
    """
    app = Flask(__name__, template_folder="web/templates", static_folder=None)
    app.config.from_mapping(settings.for_flask())
    init_templating(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    init_database(app)
    set_hashing_slots(settings.hashing_slots)
    init_keys(app, settings.keys_secret(), _hardware_token(settings))
    wire(
        app,
        NumberPattern(settings.certificate_number_pattern),
        seals_elsewhere=bool(settings.sealing_service_url),
    )
    init_replica(app, settings.replica_lag_seconds)
    init_unit_of_work(app)
    init_request_bodies(app)
    init_principal(app, ask_to_sign_in)
    init_csrf(app)
    init_errors(app, render_error)
    init_rate_limits(app, settings.rate_limit_storage)
    init_headers(app)
    init_web(app, development=settings.development)
    init_api(app, render_reference)
    end_before_all_else(app)
    # Around everything, files included.
    init_metrics(app)
    buffering = RequestBuffering(
        app.wsgi_app,
        at_once=settings.requests_at_once,
        of_one=WAITING_ROOM if settings.trusted_proxies else OF_ONE,
        batches=(
            Batches(BATCHES, partial(find_objection, app, Permission.CHECK_IN_BULK)),
            Batches(STAFF_LISTS, partial(find_objection, app, Permission.MANAGE_STAFF)),
        ),
    )
    init_load(app, buffering.permits)
    app.wsgi_app = buffering  # type: ignore[method-assign]
    serve_metrics(app, settings.metrics_token)
    init_health(app)
    if with_commands:
        _add_commands(app, settings)
    return app


def _hardware_token(settings: Settings) -> Token | None:
    if not settings.pkcs11_module:
        return None
    return Token(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin)


def _add_commands(app: Flask, settings: Settings) -> None:
    from flask_migrate import Migrate

    from lms import schema
    from lms.cli import init_commands
    from lms.db import db
    from lms.worker import init_jobs

    Migrate(app, db, metadata=schema.metadata, render_as_batch=True)
    init_commands(app)
    init_jobs(app, job_kinds(settings))
