"""Sealing elsewhere, for registrars: what waits, a code, and how the last round went."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from config import Settings
from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import N_, Conflict, Invalid, NotFound
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.sealing.client import HttpSealer
from lms.sealing.errors import SealingRefused, SealingUnavailable
from lms.sealing.queries import get_queue
from lms.sealing.service import begin_round
from lms.web.fields import blame, typed

bp = Blueprint("sealing", __name__, url_prefix="/koordinator/segel")
open_to(bp, Permission.MANAGE_CERTIFICATES)


class CodeForm(FlaskForm):
    """The one-time code that the signatory has got."""

    code = StringField(
        _("Kode sekali pakai"),
        [InputRequired(_("Tulis kode yang Anda terima dari layanan segel."))],
        description=_("Berlaku untuk satu kali penyegelan; dihapus begitu dipakai."),
    )


def sealer_of(settings: Settings) -> HttpSealer:
    """The service that the settings name."""
    return HttpSealer(
        settings.sealing_service_url,
        settings.sealing_service_user,
        settings.sealing_service_password,
        settings.sealing_signatory,
    )


@bp.get("")
def index() -> ResponseReturnValue:
    """What waits, and where to type the code."""
    return _page(CodeForm())


@bp.post("/kode")
@at_most("10 per hour")
def request_code() -> ResponseReturnValue:
    """Have the service send its signatory a code."""
    settings = _configured()
    try:
        sealer_of(settings).request_code()
    except SealingUnavailable as failure:
        current_app.logger.warning("The sealing service sent no code: %s", failure)
        flash(gettext("Layanan segel tidak menjawab. Coba lagi beberapa menit lagi."), "warning")
    except SealingRefused as refusal:
        flash(
            gettext("Layanan segel menolak mengirim kode: %(reason)s", reason=str(refusal) or "–"),
            "warning",
        )
    else:
        flash(gettext("Kode dikirim kepada penanda tangan. Tulis kodenya di bawah."), "valid")
    return redirect(url_for(".index"))


@bp.post("")
@at_most("30 per hour")
def begin() -> ResponseReturnValue:
    """Have what waits sealed by a code, beside the requests."""
    _configured()
    form = CodeForm()
    if not form.validate():
        return _page(form), 422
    try:
        begin_round(typed(form.code), current_account().account_id, now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(form), status_of(refusal)
    flash(gettext("Penyegelan dimulai. Hasilnya tampil di halaman ini."), "valid")
    return redirect(url_for(".index"))


def _configured() -> Settings:
    settings: Settings = current_app.config["SAKUHAM"]
    if not settings.sealing_service_url:
        raise NotFound(N_("Halaman ini tidak ada."))
    return settings


def _page(form: CodeForm) -> str:
    _configured()
    # A code that was typed is never shown again.
    form.code.data = ""
    return render_template("sealing/queue.html", form=form, queue=get_queue(now=utc_now()))
