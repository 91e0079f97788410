"""To a provider and back, and the identities of one's own account.

Both ways are links and no forms: the content policy keeps forms from leading elsewhere.
"""

import logging
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.errors import NumberTaken, TooManyGuesses, WrongPassword
from lms.accounts.present_password import has_password, require_present_password
from lms.accounts.queries import get_principal
from lms.accounts.rules import TARGET_LENGTH
from lms.accounts.second_factor import has_second_factor
from lms.accounts.service import NewDevice, open_device
from lms.addresses import link_address
from lms.clock import utc_now
from lms.errors import Refusal
from lms.http.addresses import local_path, public_url
from lms.http.doors import open_to, open_to_all
from lms.http.errors import status_of
from lms.http.i18n import translate
from lms.http.principal import current_account, find_visitor, log_in
from lms.http.rate_limits import SIGN_INS, at_most
from lms.http.second_step import (
    awaits_second_step,
    is_required_of,
    remembered,
    require_fresh_second_factor,
)
from lms.http.unit_of_work import let_others_write, store_at_once
from lms.signon.claims import Told, read_claims
from lms.signon.client import Journey, read_error_code
from lms.signon.errors import (
    Cancelled,
    JourneyLost,
    ProviderAway,
    ProviderRefused,
    TokenRefused,
)
from lms.signon.links import link_own, list_identities_of
from lms.signon.links import unlink as unlink_identity
from lms.signon.service import Arrival, Trouble
from lms.signon.service import arrive as arrive_by
from lms.web.account.arriving import arrive, keep_what_was_read, landing
from lms.web.account.forms import PresentPasswordForm
from lms.web.fields import blame, typed
from lms.web.signon.journeys import Way, find_way, forget_way, remember_way
from lms.web.signon.providers import Provider, get_provider, label_of

bp = Blueprint("signon", __name__)
open_to_all(bp)
own = Blueprint("own_signon", __name__, url_prefix="/akun/tautan")
open_to(own)

log = logging.getLogger("sakuham.signon")


@bp.get("/masuk/lewat/<name>")
@at_most(SIGN_INS)
def begin(name: str) -> ResponseReturnValue:
    """Go to a provider, and be signed in on coming back."""
    provider = get_provider(name)
    target = local_path(request.args.get("lanjut")) or ""
    way = Way(name, Journey.begin(), target if len(target) <= TARGET_LENGTH else "")
    try:
        address = _address(provider, way)
    except ProviderAway as refusal:
        return _refused(refusal)
    return remember_way(redirect(address), way)


@bp.get("/masuk/lewat/<name>/kembali")
@at_most(SIGN_INS)
def come_back(name: str) -> ResponseReturnValue:
    """Be signed in by a provider's word, or read why not."""
    provider = get_provider(name)
    try:
        way = _own_way(provider)
        told = _ask(provider, way)
        if way.linking_id is not None:
            return forget_way(_link(provider, way, told))
        return forget_way(_sign_in(provider, way, told))
    except Refusal as refusal:
        return forget_way(make_response(_refused(refusal)))


@bp.get("/masuk/lewat/<name>/selesai")
@at_most(SIGN_INS)
def leave(name: str) -> ResponseReturnValue:
    """After signing out here: where to sign out at the provider too."""
    provider = get_provider(name)
    let_others_write()
    try:
        address = provider.client.address_to_leave(public_url("site.home"))
    except ProviderAway:
        address = None
    return render_template("signon/left.html", label=provider.label, address=address)


@own.route("/<name>", methods=["GET", "POST"])
@at_most(SIGN_INS, methods={"POST"})
def link(name: str) -> ResponseReturnValue:
    """Show the way to a provider whose identity is to be linked with my account.

    It opens the account for good, so an open session is not enough: the second factor has to be
    fresh, and whoever has a password types it.
    """
    provider = get_provider(name)
    person = current_account()
    require_fresh_second_factor(person)
    if has_password(person.account_id):
        refused = _ask_for_password(provider, person.account_id)
        if refused is not None:
            return refused
    elif request.method == "GET":
        return redirect(url_for("profile.show"))
    way = Way(name, Journey.begin(), linking_id=person.account_id)
    try:
        address = _address(provider, way)
    except ProviderAway as refusal:
        return _refused(refusal)
    page = render_template("signon/link.html", label=provider.label, address=address)
    return remember_way(make_response(page), way)


@own.post("/<int:identity_id>/putus")
def unlink(identity_id: int) -> ResponseReturnValue:
    """End one of my identities."""
    person = current_account()
    issuers = {each.id: each.issuer for each in list_identities_of(person.account_id)}
    label = label_of(issuers.get(identity_id, ""))
    device_id = person.via.device_id if person.via else None
    unlink_identity(person.account_id, identity_id, label, device_id, now=utc_now())
    flash(gettext("Tautan dengan %(provider)s diputuskan.", provider=label), "valid")
    return redirect(url_for("profile.show"))


def _ask_for_password(provider: Provider, account_id: int) -> ResponseReturnValue | None:
    """The page that asks for the password; None once the right one was typed."""
    form = PresentPasswordForm()
    status, headers = HTTPStatus.OK, {}
    if form.validate_on_submit():
        let_others_write()
        try:
            require_present_password(account_id, typed(form.present), now=utc_now())
        except WrongPassword as refusal:
            blame(form, refusal)
        except TooManyGuesses as refusal:
            blame(form, refusal)
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers = {"Retry-After": str(refusal.seconds)}
        else:
            return None
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template("signon/ask.html", label=provider.label, form=form), status, headers


def _address(provider: Provider, way: Way) -> str:
    """Where to go; whoever writes meanwhile does not wait for the provider."""
    let_others_write()
    try:
        return provider.client.address_to_go_to(way.journey, _return_address(provider))
    except ProviderAway as away:
        log.warning("%s is away: %s", provider.name, away.__cause__ or "it rests, or is busy")
        raise


def _own_way(provider: Provider) -> Way:
    """The way that this browser is on, if it leads back from this provider with this state."""
    error = request.args.get("error")
    if error == "access_denied":
        raise Cancelled(provider.label)
    if error is not None:
        raise ProviderRefused(provider.label, read_error_code(error))
    way = find_way()
    state = request.args.get("state", "").encode()
    if way is None or way.provider != provider.name:
        raise JourneyLost
    if not compare_digest(way.journey.state.encode(), state):
        raise JourneyLost
    return way


def _ask(provider: Provider, way: Way) -> Told:
    """What the provider says of who has come back."""
    let_others_write()
    now = utc_now()
    try:
        claims = provider.client.claims_of(
            way.journey,
            request.args.get("code", ""),
            request.args.get("iss"),
            _return_address(provider),
            now=now,
        )
    except ProviderAway as away:
        log.warning("%s is away: %s", provider.name, away.__cause__ or "it rests, or is busy")
        raise
    except TokenRefused as refusal:
        log.warning("the word of %s is refused: %s", provider.name, refusal.reason)
        raise
    return read_claims(provider.settings.issuer, claims, provider.wanted)


def _sign_in(provider: Provider, way: Way, told: Told) -> Response:
    now = utc_now()
    done: list[tuple[Arrival, NewDevice] | Trouble] = []

    def store() -> None:
        arrival = arrive_by(told, provider.voucher, link_address, now=now)
        if isinstance(arrival, Trouble):
            done.append(arrival)
            return
        until = _second_step_until(provider, arrival.account_id, now=now)
        device = open_device(
            arrival.account_id,
            request.user_agent.string,
            now=now,
            identity_id=arrival.identity_id,
            second_step_until=until,
            second_step_passed_at=now if until is not None else None,
        )
        keep_what_was_read(arrival.account_id)
        done.append((arrival, device))

    try:
        store_at_once(store)
    except NumberTaken:
        # Somebody came between our looking and our storing, perhaps by a second click.
        done.clear()
        store_at_once(store)
    if isinstance(done[0], Trouble):
        raise done[0].refusal
    arrival, device = done[0]
    person = log_in(device.token)
    if arrival.is_new:
        flash(gettext("Akun Anda dibuat dari data %(provider)s.", provider=provider.label), "valid")
    if awaits_second_step(person):
        return make_response(redirect(url_for("second_step.show", lanjut=way.target or None)))
    return arrive(redirect(way.target or landing(person)), person)


def _second_step_until(provider: Provider, account_id: int, *, now: datetime) -> datetime | None:
    """Until when a second factor that the provider has asked for will do, of who needs one here."""
    if not provider.settings.has_second_factor:
        return None
    is_needed = is_required_of(get_principal(account_id)) or has_second_factor(account_id)
    return now + remembered() if is_needed else None


def _link(provider: Provider, way: Way, told: Told) -> Response:
    """Link the identity, if whoever set out is still the one who is signed in."""
    visitor = find_visitor()
    if visitor is None or visitor.account_id != way.linking_id:
        raise JourneyLost
    store_at_once(
        lambda: _discard(link_own(visitor.account_id, told, provider.label, now=utc_now()))
    )
    flash(gettext("Akun %(provider)s ditautkan.", provider=provider.label), "valid")
    return redirect(url_for("profile.show"))


def _discard(_arrival: Arrival) -> None:
    """What was stored is seen on the page."""


def _return_address(provider: Provider) -> str:
    return public_url("signon.come_back", name=provider.name)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    status = (
        HTTPStatus.SERVICE_UNAVAILABLE if isinstance(refusal, ProviderAway) else status_of(refusal)
    )
    page = render_template(
        "signon/refused.html",
        sentence=translate(refusal.sentence),
        is_cancelled=isinstance(refusal, Cancelled),
    )
    return page, status
