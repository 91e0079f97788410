"""Signing in and out, registering and activating."""

from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.accounts.activation import open_by_code
from lms.accounts.addresses import confirm_address, get_new_address
from lms.accounts.errors import (
    AlreadyRegistered,
    FormerAddressTaken,
    TooBusy,
    TooManyGuesses,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from lms.accounts.principal import Principal
from lms.accounts.queries import (
    get_open_link,
)
from lms.accounts.requests import ask_for_link
from lms.accounts.requests import register as register_person
from lms.accounts.rules import read_email
from lms.accounts.service import (
    choose_password,
    open_device,
    sign_in,
    sign_out_device,
)
from lms.clock import utc_now
from lms.http.addresses import local_path
from lms.http.doors import open_to_all
from lms.http.errors import (
    BUSY_SECONDS,
    carried_fields,
    error_for_a_program,
    status_of,
    wants_json,
)
from lms.http.i18n import translate
from lms.http.known_devices import find_known_device
from lms.http.principal import SignInNeeded, find_visitor, log_in, log_out
from lms.http.rate_limits import MAIL_REQUESTS, SIGN_INS, at_most
from lms.http.second_step import awaits_second_step, find_awaiting
from lms.http.unit_of_work import let_others_write
from lms.signon.links import find_issuer_of_device
from lms.web.account.arriving import arrive, keep_what_was_read, landing
from lms.web.account.forms import (
    CodeForm,
    LinkForm,
    PasswordForm,
    RegisterForm,
    SignInForm,
)
from lms.web.account.reasons import reason_for
from lms.web.account.turns import in_turn
from lms.web.fields import blame, typed
from lms.web.resubmission import offer_again
from lms.web.signon.providers import find_by_issuer, list_providers

bp = Blueprint("account", __name__)
open_to_all(bp)

_CARRIED = "isian:"


def ask_to_sign_in() -> ResponseReturnValue:
    """Show the sign-in form in place; what was typed is carried along, to be sent again."""
    sentence = translate(SignInNeeded().sentence)
    if wants_json():
        return error_for_a_program(HTTPStatus.UNAUTHORIZED, sentence)
    if request.method == "GET":
        target, carried = request.full_path.rstrip("?"), []
    else:  # a form of one button has no fields; it is to be sent again all the same
        target, carried = request.path, carried_fields() or [("lagi", "ya")]
    form = SignInForm(formdata=None, next=target)
    return _sign_in_page(form, carried, 401, reason=sentence)


def _sign_in_page(
    form: SignInForm, carried: list[tuple[str, str]], status: int, *, reason: str = ""
) -> ResponseReturnValue:
    """The form; `reason` says why it stands here, where its target does not say more."""
    page = render_template(
        "account/sign_in.html",
        form=form,
        carried=carried,
        reason=reason_for(form.target) or reason,
        providers=list_providers(),
    )
    return page, status


@bp.route("/masuk", methods=["GET", "POST"], endpoint="sign_in")
@at_most(SIGN_INS, methods={"POST"})
def sign_in_page() -> ResponseReturnValue:
    """Sign in, and go on where one was."""
    form = SignInForm(next=request.args.get("lanjut"))
    carried = _carried()
    if not form.validate_on_submit():
        return _sign_in_page(form, carried, 422 if form.errors else 200)
    try:
        device = sign_in(
            typed(form.identifier),
            typed(form.password),
            request.user_agent.string,
            now=utc_now(),
            known_device=find_known_device(),
        )
    except WrongCredentials as refusal:
        form.form_errors.append(translate(refusal.sentence))
        return _sign_in_page(form, carried, 403)
    except TooManyGuesses as refusal:
        form.form_errors.append(translate(refusal.sentence))
        answer = make_response(_sign_in_page(form, carried, HTTPStatus.TOO_MANY_REQUESTS))
        answer.headers["Retry-After"] = str(refusal.seconds)
        return answer
    person = log_in(device.token)
    if awaits_second_step(person):
        return redirect(url_for("second_step.show", lanjut=form.target or None))
    if carried and form.target:
        page = offer_again(form.target, carried, is_own=True)
        return _arrive(make_response(page), person)
    return _arrive(redirect(form.target or landing(person)), person)


def _arrive(response: Response, person: Principal) -> Response:
    """The same answer, when what was read here before is the person's, with their cookies."""
    keep_what_was_read(person.account_id)
    return arrive(response, person)


@bp.post("/keluar")
def sign_out() -> ResponseReturnValue:
    """Sign out on this device; who came by a provider may sign out there too."""
    visitor = find_visitor() or find_awaiting()
    issuer = None
    if visitor is not None and visitor.via is not None:
        issuer = find_issuer_of_device(visitor.via.device_id)
        sign_out_device(visitor.account_id, visitor.via.device_id, now=utc_now())
    log_out()
    provider = find_by_issuer(issuer)
    if provider is not None:
        return redirect(url_for("signon.leave", name=provider.name))
    return redirect(url_for("site.home"))


@bp.route("/daftar", methods=["GET", "POST"])
@in_turn
@at_most(MAIL_REQUESTS, methods={"POST"})
def register() -> ResponseReturnValue:
    """Register oneself; the mailed link goes on."""
    form = RegisterForm(next=request.args.get("lanjut"))
    if form.validate_on_submit():
        name, number = form.read()
        place = form.read_place()
        register_person(
            name,
            read_email(typed(form.email)),
            number,
            place.institution_id,
            now=utc_now(),
            target=form.target,
            unit_id=place.unit_id,
            institution_words=None if place.institution_id else place.words,
        )
        return mail_sent(
            gettext("Periksa surel Anda"),
            gettext(
                "Kami mengirim tautan untuk membuat kata sandi ke alamat yang Anda tulis. Bila NIP "
                "atau surel ini sudah terdaftar, tautan dikirim ke surel yang tercatat."
            ),
            form.target,
        )
    page = render_template("account/register.html", form=form, reason=reason_for(form.target))
    return page, 422 if form.errors else 200


@bp.route("/aktivasi", methods=["GET", "POST"])
@at_most(SIGN_INS, methods={"POST"})
def activate() -> ResponseReturnValue:
    """Open the page that chooses a password, by a number and a code on paper."""
    form = CodeForm(next=request.args.get("lanjut"))
    status, headers = HTTPStatus.OK, {}
    if form.validate_on_submit():
        let_others_write()
        try:
            token = open_by_code(
                typed(form.identifier), typed(form.code), now=utc_now(), target=form.target
            )
        except WrongCode as refusal:
            form.form_errors.append(translate(refusal.sentence))
            status = HTTPStatus.FORBIDDEN
        except TooManyGuesses as refusal:
            form.form_errors.append(translate(refusal.sentence))
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers = {"Retry-After": str(refusal.seconds)}
        else:
            return redirect(url_for(".choose_password", token=token))
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template("account/activate.html", form=form, reason=reason_for(form.target))
    return page, status, headers


@bp.route("/lupa-kata-sandi", methods=["GET", "POST"])
@at_most(MAIL_REQUESTS, methods={"POST"})
def forgot() -> ResponseReturnValue:
    """Ask for the link to choose a password: for the first time, or because it was forgotten."""
    form = LinkForm(next=request.args.get("lanjut"))
    if not form.validate_on_submit():
        page = render_template("account/forgot.html", form=form, reason=reason_for(form.target))
        return page, 422 if form.errors else 200
    ask_for_link(typed(form.identifier), now=utc_now(), target=form.target)
    return mail_sent(
        gettext("Periksa surel Anda"),
        gettext(
            "Bila NIP atau surel ini punya akun atau ada dalam daftar pegawai, kami mengirim "
            "tautan ke surel yang tercatat di sana."
        ),
        form.target,
    )


@bp.route("/tautan/<token>", methods=["GET", "POST"], endpoint="choose_password")
@at_most(SIGN_INS, methods={"POST"})
def choose_password_page(token: str) -> ResponseReturnValue:
    """Choose a password by a mailed link, and be signed in."""
    now = utc_now()
    form = PasswordForm()
    # First: what is refused once the link was spent is undone with the answer, not before.
    link = get_open_link(token, now=now)
    status, headers = HTTPStatus.OK, {"Referrer-Policy": "no-referrer"}
    if form.validate_on_submit():
        let_others_write()
        try:
            used = choose_password(token, typed(form.password), now=now)
        except (WeakPassword, AlreadyRegistered, FormerAddressTaken) as refusal:
            blame(form, refusal)
            status = status_of(refusal)
        except TooBusy as refusal:
            blame(form, refusal)
            status = status_of(refusal)
            headers["Retry-After"] = str(BUSY_SECONDS)
        else:
            flash(gettext("Kata sandi tersimpan dan Anda sudah masuk."), "valid")
            device = open_device(used.account_id, request.user_agent.string, now=now)
            person = log_in(device.token)
            if awaits_second_step(person):
                return redirect(url_for("second_step.show", lanjut=used.target or None))
            return _arrive(redirect(local_path(used.target) or url_for("site.home")), person)
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template(
        "account/choose_password.html",
        form=form,
        purpose=link.purpose.value,
        name=link.name,
        number=link.number,
        reason=reason_for(link.target),
    )
    return page, status, headers


@bp.route("/alamat-baru/<token>", methods=["GET", "POST"], endpoint="new_address")
@at_most(SIGN_INS, methods={"POST"})
def new_address_page(token: str) -> ResponseReturnValue:
    """Make the address to which a link went the account's."""
    now = utc_now()
    if request.method == "POST":
        email = confirm_address(token, now=now)
        flash(gettext("Surel akun Anda sekarang %(email)s.", email=email), "valid")
        return redirect(url_for("site.home"))
    page = render_template("account/confirm_address.html", email=get_new_address(token, now=now))
    return page, HTTPStatus.OK, {"Referrer-Policy": "no-referrer"}


def _carried() -> list[tuple[str, str]]:
    """Fields of another form that the sign-in form carries along."""
    return [
        (name.removeprefix(_CARRIED), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_CARRIED)
    ]


def mail_sent(title: str, sentence: str, target: str) -> ResponseReturnValue:
    """The page that says to look into one's mailbox."""
    return render_template("account/mail_sent.html", title=title, sentence=sentence, target=target)
