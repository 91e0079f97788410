"""Webhooks of an officer's institutions: added, told again from a position, removed."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import Conflict, Invalid
from lms.exchange.errors import BadPosition
from lms.exchange.receivers import LONGEST_ADDRESS
from lms.exchange.webhooks import (
    get_webhook,
    list_webhooks,
    log_size,
    make_webhook,
    remove_webhook,
    replay_webhook,
)
from lms.http.doors import open_to
from lms.http.rate_limits import at_most
from lms.institutions.scope import Scope
from lms.web.exchange.forms import Option
from lms.web.exchange.views import places, whole_scope
from lms.web.fields import blame, typed

bp = Blueprint("webhooks", __name__, url_prefix="/kepegawaian/api/webhook")
open_to(bp, Permission.MANAGE_STAFF)

MADE_AT_MOST: Final = "20 per hour"


class WebhookForm(FlaskForm):
    """Whose webhook, and where it leads."""

    institution = SelectField(_("Instansi"), coerce=int, choices=[])
    url = StringField(
        _("Alamat penerima"),
        [
            InputRequired(_("Tulis alamat penerimanya.")),
            Length(max=LONGEST_ADDRESS, message=_("Paling panjang %(max)d karakter.")),
        ],
        description=_("Dimulai dengan https://, misalnya https://simpeg.contoh.go.id/sakuham."),
    )


class ReplayForm(FlaskForm):
    """From which position of the log on."""

    position = StringField(_("Mulai dari posisi"), [InputRequired(_("Tulis posisinya."))])


@bp.get("")
def index() -> ResponseReturnValue:
    """The webhooks of the officer's whole institutions, and a form for another one."""
    scope = whole_scope()
    return _page(scope, _form(scope))


@bp.post("")
@at_most(MADE_AT_MOST, methods=["POST"])
def make() -> ResponseReturnValue:
    """Add one and show its secret, this once; a refusal stands at its field."""
    scope = whole_scope()
    form = _form(scope)
    if not form.validate():
        return _page(scope, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        secret = make_webhook(scope, form.institution.data, typed(form.url), now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        is_typed = isinstance(refusal, Invalid)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if is_typed else HTTPStatus.CONFLICT
        return _page(scope, form), status
    return render_template("exchange/webhook_made.html", url=typed(form.url), secret=secret)


@bp.route("/<int:webhook_id>/ulang", methods=["GET", "POST"])
def replay(webhook_id: int) -> ResponseReturnValue:
    """Begin anew from a position of the log, also where it was switched off."""
    scope = whole_scope()
    webhook = get_webhook(scope, webhook_id, now=utc_now())
    form = ReplayForm(position=str(webhook.position))
    if form.validate_on_submit():
        try:
            position = replay_webhook(
                scope, webhook_id, _read_position(typed(form.position)), now=utc_now()
            )
        except BadPosition as refusal:
            blame(form, refusal)
        else:
            flash(gettext("Dikirim mulai dari posisi %(position)s.", position=position), "valid")
            return redirect(url_for(".index"))
    page = render_template(
        "exchange/webhook_replay.html", form=form, webhook=webhook, size=log_size()
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@bp.post("/<int:webhook_id>/hapus")
def remove(webhook_id: int) -> ResponseReturnValue:
    """Tell nothing there any more."""
    remove_webhook(whole_scope(), webhook_id, now=utc_now())
    flash(gettext("Webhook dihapus."), "valid")
    return redirect(url_for(".index"))


def _read_position(text: str) -> int:
    """A position that was typed; what is none is one that no log has."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else -1


def _form(scope: Scope) -> WebhookForm:
    form = WebhookForm()
    form.institution.choices = [Option(str(key), name) for key, name in places(scope)]
    return form


def _page(scope: Scope, form: WebhookForm) -> str:
    webhooks = list_webhooks(scope, now=utc_now())
    return render_template("exchange/webhooks.html", form=form, webhooks=webhooks)
