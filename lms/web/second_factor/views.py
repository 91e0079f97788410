"""Showing a second factor, and setting one up, with or without a script."""

from http import HTTPStatus

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import StringField
from wtforms.validators import InputRequired

from lms.accounts.errors import TooManyGuesses, WrongSecondCode
from lms.accounts.principal import Principal, Session
from lms.accounts.second_factor import (
    begin_setup,
    find_setup,
    finish_setup,
    has_second_factor,
    pass_second_step,
    read_state,
    remove_second_factor,
    renew_recovery_codes,
)
from lms.clock import utc_now
from lms.http.doors import open_to_all
from lms.http.errors import error_for_a_program, wants_json
from lms.http.headers import FOR_ONE, headers
from lms.http.i18n import translate
from lms.http.principal import SignInNeeded, current_account, find_visitor
from lms.http.rate_limits import SIGN_INS, at_most
from lms.http.second_step import (
    FreshStepNeeded,
    SecondStepNeeded,
    find_awaiting,
    is_required_of,
    remembered,
    require_fresh_second_factor,
)
from lms.http.unit_of_work import let_others_write
from lms.printing.qr import qr_svg
from lms.web.account.arriving import arrive, keep_what_was_read, landing
from lms.web.account.forms import TargetedForm
from lms.web.fields import at_most as at_most_signs
from lms.web.fields import blame, typed

# Whoever is half way in is nobody yet: the views look who it is themselves.
bp = Blueprint("second_step", __name__)
open_to_all(bp)
headers(bp, cache_control=FOR_ONE)
own = Blueprint("second_factor", __name__, url_prefix="/akun/verifikasi-dua-langkah")
open_to_all(own)
headers(own, cache_control=FOR_ONE)


class SecondStepForm(TargetedForm):
    """A code from the app, or one of those on paper."""

    code = StringField(
        _("Kode"),
        [InputRequired(_("Tulis kode dari aplikasi Anda.")), at_most_signs(40)],
        description=_("Enam angka dari aplikasi autentikator, atau satu kode pemulihan."),
    )


class SetupForm(FlaskForm):
    """The first code from an app that is being set up."""

    code = StringField(
        _("Kode"),
        [InputRequired(_("Tulis kode dari aplikasi Anda.")), at_most_signs(40)],
        description=_("Enam angka dari aplikasi autentikator."),
    )


def init_second_step(app: Flask) -> None:
    """Lead whoever is half way in to the page of the second step."""
    app.register_error_handler(SecondStepNeeded, _lead_there)


def _lead_there(refusal: SecondStepNeeded) -> ResponseReturnValue:
    if wants_json():
        return error_for_a_program(HTTPStatus.UNAUTHORIZED, translate(refusal.sentence))
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    if target is None and isinstance(refusal, FreshStepNeeded):
        target = url_for("second_factor.show")
    return redirect(url_for("second_step.show", lanjut=target))


@bp.route("/masuk/langkah-kedua", methods=["GET", "POST"])
@at_most(SIGN_INS, methods={"POST"})
def show() -> ResponseReturnValue:
    """Show the second factor; who has none and needs one is led to setting it up."""
    person, session = _half_way_or_in()
    if not has_second_factor(person.account_id):
        return redirect(url_for("second_factor.show"))
    form = SecondStepForm(next=request.args.get("lanjut"))
    status = HTTPStatus.OK
    answer_headers: dict[str, str] = {}
    if form.validate_on_submit():
        let_others_write()
        try:
            pass_second_step(
                person.account_id,
                session.device_id,
                typed(form.code),
                remembered=remembered(),
                now=utc_now(),
            )
        except WrongSecondCode as refusal:
            blame(form, refusal)
        except TooManyGuesses as refusal:
            status, answer_headers = _too_often(form, refusal)
        else:
            keep_what_was_read(person.account_id)
            return arrive(redirect(form.target or landing(person)), person)
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template("second_factor/step.html", form=form, days=remembered().days)
    return page, status, answer_headers


@own.get("", endpoint="show")
def show_state() -> ResponseReturnValue:
    """How my second factor stands, and how it is set up."""
    person, _session = _who()
    return _page(person, SetupForm(formdata=None), HTTPStatus.OK)


@own.post("/mulai")
def begin() -> ResponseReturnValue:
    """Draw a secret for my app."""
    person, _session = _who()
    begin_setup(person.account_id, now=utc_now())
    return redirect(url_for(".show"))


@own.post("/pasang")
@at_most(SIGN_INS)
def finish() -> ResponseReturnValue:
    """Put my app in use by a code from it, and show the recovery codes this once."""
    person, session = _who()
    form = SetupForm()
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    answer_headers: dict[str, str] = {}
    if form.validate_on_submit():
        let_others_write()
        try:
            codes = finish_setup(
                person.account_id,
                session.device_id,
                typed(form.code),
                remembered=remembered(),
                now=utc_now(),
            )
        except WrongSecondCode as refusal:
            blame(form, refusal)
        except TooManyGuesses as refusal:
            status, answer_headers = _too_often(form, refusal)
        else:
            return render_template("second_factor/codes.html", codes=codes, is_new=True)
    page, _status = _page(person, form, status)
    return page, status, answer_headers


@own.post("/kode-baru")
def renew() -> ResponseReturnValue:
    """Get other recovery codes."""
    person = current_account()
    require_fresh_second_factor(person)
    codes = renew_recovery_codes(person.account_id, now=utc_now())
    return render_template("second_factor/codes.html", codes=codes, is_new=False)


@own.post("/lepas")
def remove() -> ResponseReturnValue:
    """Take my second factor away."""
    person = current_account()
    require_fresh_second_factor(person)
    remove_second_factor(person.account_id, is_required=is_required_of(person), now=utc_now())
    flash(gettext("Verifikasi dua langkah dilepas."), "valid")
    return redirect(url_for("profile.show"))


def _page(person: Principal, form: SetupForm, status: int) -> tuple[str, int]:
    setup = find_setup(person.account_id)
    drawn = setup and Markup(qr_svg(setup.address, title=gettext("Kode QR untuk aplikasi Anda")))  # noqa: S704 - our own drawing
    page = render_template(
        "second_factor/show.html",
        form=form,
        state=read_state(person.account_id),
        setup=setup,
        drawn=drawn,
        is_required=is_required_of(person),
    )
    return page, status


def _half_way_or_in() -> tuple[Principal, Session]:
    """Who is half way in, or is to show the factor once more; raises SignInNeeded."""
    person = find_visitor() or find_awaiting()
    if person is None or person.via is None:
        raise SignInNeeded
    return person, person.via


def _who() -> tuple[Principal, Session]:
    """Who is in, or half way and has no factor yet.

    Raises SignInNeeded, and SecondStepNeeded where there is one to be shown first.
    """
    person, session = _half_way_or_in()
    if find_visitor() is None and has_second_factor(person.account_id):
        raise SecondStepNeeded
    return person, session


def _too_often(form: FlaskForm, refusal: TooManyGuesses) -> tuple[HTTPStatus, dict[str, str]]:
    form.form_errors.append(
        gettext(
            "Kode terlalu sering dicoba. Tunggu %(seconds)s detik, lalu coba lagi.",
            seconds=refusal.seconds,
        )
    )
    return HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(refusal.seconds)}
