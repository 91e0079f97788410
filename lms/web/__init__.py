"""Pages: a folder and a blueprint a section, and what all pages have in common."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from lms.http.addresses import public_url
from lms.web.account.own import own as profile
from lms.web.account.views import bp as account
from lms.web.administration.accounts import bp as accounts
from lms.web.administration.log import bp as audit_log
from lms.web.administration.views import bp as administration
from lms.web.assets import init_assets
from lms.web.assignments.views import bp as assignments
from lms.web.bulk.views import bp as bulk
from lms.web.certificates.views import bp as certificates
from lms.web.coordination.views import bp as coordination
from lms.web.corrections.views import own as corrections
from lms.web.corrections.views import register as register_corrections
from lms.web.corrections.views import staff as staff_corrections
from lms.web.credentials.own import bp as badges
from lms.web.credentials.views import bp as credentials
from lms.web.development.views import bp as development_pages
from lms.web.editions.views import bp as editions
from lms.web.editions.views import picture_url
from lms.web.evidence.views import national as national_evidence
from lms.web.evidence.views import own as own_evidence
from lms.web.exchange.views import bp as api_tokens
from lms.web.exchange.views import every as all_api_tokens
from lms.web.exchange.webhooks import bp as webhooks
from lms.web.exports.views import bp as exports
from lms.web.formatting import init_presentation
from lms.web.institutions.sheets import bp as registry_sheets
from lms.web.institutions.units import bp as units
from lms.web.institutions.views import bp as institutions
from lms.web.jobs.views import bp as jobs
from lms.web.keys.views import bp as keys
from lms.web.learning.views import bp as learning
from lms.web.letterheads.views import bp as letterheads
from lms.web.mail.views import own as own_mail
from lms.web.mail.views import stopping
from lms.web.offline.views import bp as offline
from lms.web.offline.views import scanning_manifest, scanning_shell
from lms.web.oversight.doubts import national as doubts
from lms.web.oversight.doubts import staff as staff_doubts
from lms.web.oversight.samples import national as samples
from lms.web.oversight.samples import staff as staff_samples
from lms.web.oversight.views import bp as oversight
from lms.web.page_cache import csrf_token, messages, render_cached, visitor_name
from lms.web.people.views import bp as people
from lms.web.personnel.views import bp as staff_records
from lms.web.personnel.views import every as national_records
from lms.web.places.views import bp as places
from lms.web.preferences.views import bp as preferences
from lms.web.programme_versions.targets import bp as programme_targets
from lms.web.programme_versions.views import bp as programme_versions
from lms.web.programmes.views import bp as programmes
from lms.web.quiz.views import bp as quiz
from lms.web.reading.views import bp as reading
from lms.web.references import init_references
from lms.web.register.reports import bp as reports
from lms.web.register.views import bp as register
from lms.web.resubmission import init_resubmission
from lms.web.roles.views import national as national_roles
from lms.web.roles.views import staff as staff_roles
from lms.web.sealing.views import bp as sealing
from lms.web.search.views import bp as search
from lms.web.second_factor.views import bp as second_step
from lms.web.second_factor.views import init_second_step
from lms.web.second_factor.views import own as second_factor
from lms.web.sharing.views import bp as sharing
from lms.web.signon.providers import init_providers
from lms.web.signon.views import bp as signon
from lms.web.signon.views import own as own_signon
from lms.web.site.views import bp as site
from lms.web.staff.decisions import bp as staff_decisions
from lms.web.staff.desk import bp as desk
from lms.web.staff.views import bp as staff
from lms.web.staff_lists.views import bp as staff_lists
from lms.web.status.views import bp as status
from lms.web.transparency.views import bp as log
from lms.web.transparency.views import own as opening
from lms.web.verification.files import bp as check_files
from lms.web.verification.mismatches import bp as mismatches
from lms.web.verification.views import bp as verification
from lms.web.yearly_hours.views import bp as yearly_hours

BLUEPRINTS = (
    site,
    status,
    keys,
    programmes,
    preferences,
    reading,
    editions,
    search,
    verification,
    check_files,
    mismatches,
    sharing,
    bulk,
    offline,
    account,
    signon,
    second_step,
    second_factor,
    places,
    institutions,
    units,
    registry_sheets,
    profile,
    own_signon,
    own_mail,
    stopping,
    learning,
    quiz,
    certificates,
    corrections,
    badges,
    credentials,
    staff,
    staff_decisions,
    desk,
    staff_lists,
    staff_roles,
    national_roles,
    people,
    exports,
    api_tokens,
    all_api_tokens,
    staff_records,
    national_records,
    webhooks,
    own_evidence,
    national_evidence,
    staff_corrections,
    assignments,
    jobs,
    register,
    register_corrections,
    letterheads,
    yearly_hours,
    programme_versions,
    programme_targets,
    sealing,
    reports,
    coordination,
    oversight,
    doubts,
    staff_doubts,
    samples,
    staff_samples,
    log,
    opening,
    administration,
    audit_log,
    accounts,
)


class RowNumber(IntegerConverter):
    """A number in an address: no more digits than a row's key can have."""

    regex = r"\d{1,9}"


def init_web(app: Flask, *, development: bool) -> None:
    """Put every page in its place; the mail page exists in development only."""
    app.url_map.converters["int"] = RowNumber
    init_presentation(app)
    init_references(app)
    init_providers(app)
    init_second_step(app)
    # A cached template must not reach the request that it is made for, nor may a macro of its own.
    for name in ("request", "session", "g", "config", "get_flashed_messages"):
        del app.jinja_env.globals[name]
    app.jinja_env.globals |= {
        "include_cached": render_cached,
        "csrf_token": csrf_token,
        "page_messages": messages,
        "visitor_name": visitor_name,
        "public_url": public_url,
        "picture_url": picture_url,
        "scanning_manifest": scanning_manifest,
        "scanning_shell": scanning_shell,
    }
    init_resubmission(app)
    init_assets(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if development:
        app.register_blueprint(development_pages)
