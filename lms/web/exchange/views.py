"""Keys of other systems: an officer makes and revokes them, coordinators see and revoke all."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import Conflict, Invalid
from lms.exchange.enums import TokenScope
from lms.exchange.errors import NoWholeInstitution
from lms.exchange.queries import TokenPage, list_all_tokens, list_tokens
from lms.exchange.service import make_token, revoke_any_token, revoke_token
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.web.exchange.forms import SCOPES, STATES, Option, TokenForm
from lms.web.fields import blame, typed

bp = Blueprint("api_tokens", __name__, url_prefix="/kepegawaian/api")
open_to(bp, Permission.MANAGE_STAFF)

every = Blueprint("all_api_tokens", __name__, url_prefix="/koordinator/api")
open_to(every, Permission.MANAGE_INSTITUTIONS)

MADE_AT_MOST: Final = "20 per hour"


@bp.get("")
def index() -> ResponseReturnValue:
    """The keys of the officer's whole institutions, and a form for another one."""
    scope = whole_scope()
    return _page(scope, _form(scope))


@bp.post("")
@at_most(MADE_AT_MOST, methods=["POST"])
def make() -> ResponseReturnValue:
    """Make a key and show it, this once; a refusal stands at its field."""
    scope = whole_scope()
    form = _form(scope)
    if not form.validate():
        return _page(scope, form), HTTPStatus.UNPROCESSABLE_ENTITY
    scopes = [scope for scope in TokenScope if scope.value in (form.scopes.data or ())]
    name = " ".join(typed(form.name).split())
    try:
        token = make_token(
            scope, form.institution.data, name, scopes, form.days.data, now=utc_now()
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        is_typed = isinstance(refusal, Invalid)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_typed else HTTPStatus.CONFLICT
        return _page(scope, form), status
    return render_template("exchange/made.html", name=name, token=token)


@bp.post("/<int:token_id>/cabut")
def revoke(token_id: int) -> ResponseReturnValue:
    """Have a key open nothing from now on."""
    name = revoke_token(whole_scope(), token_id, now=utc_now())
    flash(gettext("Kunci %(name)s dicabut.", name=name), "valid")
    return redirect(url_for(".index"))


@every.get("", endpoint="list")
def show_all() -> ResponseReturnValue:
    """The keys of all institutions."""
    keys = list_all_tokens(_page_number(), now=utc_now())
    return render_template("exchange/all.html", keys=keys, states=STATES)


@every.post("/<int:token_id>/cabut")
def revoke_any(token_id: int) -> ResponseReturnValue:
    """Revoke anybody's key."""
    name = revoke_any_token(current_account().account_id, token_id, now=utc_now())
    flash(gettext("Kunci %(name)s dicabut.", name=name), "valid")
    return redirect(url_for(".list"))


def whole_scope() -> Scope:
    """For whom the officer answers; raises NoWholeInstitution of who does for branches alone."""
    scope = scope_of(current_account())
    if not scope.institution_ids:
        raise NoWholeInstitution
    return scope


def _form(scope: Scope) -> TokenForm:
    form = TokenForm()
    form.institution.choices = [Option(str(key), name) for key, name in places(scope)]
    form.scopes.choices = [Option(scope.value, gettext(words)) for scope, words in SCOPES.items()]
    return form


def places(scope: Scope) -> Sequence[tuple[int, str]]:
    """The institutions for all of which the officer answers, by name."""
    return [place for place in list_scope_institutions(scope) if scope.covers(place[0])]


def _page_number() -> int:
    return request.args.get("halaman", 1, type=int)


def _page(scope: Scope, form: TokenForm) -> str:
    keys: TokenPage = list_tokens(scope, _page_number(), now=utc_now())
    return render_template("exchange/keys.html", form=form, keys=keys, states=STATES)
