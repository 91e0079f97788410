"""SakuHAM: pocketbook-style human-rights education for a country's civil servants."""

from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from lms import schema
from lms.accounts.passwords import set_hashing_slots
from lms.certificates.numbers import NumberPattern
from lms.cli import init_commands
from lms.db import db
from lms.http.identity import init_identity
from lms.http.refusals import init_refusals
from lms.http.unit_of_work import init_unit_of_work
from lms.jobs import init_jobs
from lms.web import init_web
from lms.wiring import wire


def create_app(settings: Settings) -> Flask:
    """Put the parts together; raises ValueError for a setting that cannot work."""
    app = Flask(__name__, template_folder="web/templates", static_folder=None)
    app.config.from_mapping(settings.for_flask())
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    db.init_app(app)
    Migrate(app, db, metadata=schema.metadata, render_as_batch=True)
    set_hashing_slots(settings.hashing_slots)
    wire(NumberPattern(settings.certificate_number_pattern))
    init_unit_of_work(app)
    init_identity(app)
    CSRFProtect(app)
    init_refusals(app)
    init_web(app, development=settings.development)
    init_commands(app)
    init_jobs(app)
    return app
