"""Signing in and out, registering, activating, and one's own account."""

from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    jsonify,
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
from lms.accounts.addresses import ask_for_address, confirm_address, get_new_address
from lms.accounts.errors import (
    AlreadyRegistered,
    FormerAddressTaken,
    TooBusy,
    TooManyGuesses,
    WeakPassword,
    WrongCode,
    WrongCredentials,
    WrongPassword,
)
from lms.accounts.principal import Principal
from lms.accounts.queries import (
    find_number,
    get_account,
    get_open_link,
    list_devices,
)
from lms.accounts.requests import ask_for_link
from lms.accounts.requests import register as register_person
from lms.accounts.rules import read_email
from lms.accounts.second_factor import has_second_factor
from lms.accounts.service import (
    change_password,
    choose_password,
    open_device,
    sign_in,
    sign_out_device,
    sign_out_everywhere,
)
from lms.addresses import address_link
from lms.clock import utc_now
from lms.http.addresses import local_path
from lms.http.doors import open_to, open_to_all
from lms.http.errors import (
    BUSY_SECONDS,
    carried_fields,
    error_for_a_program,
    status_of,
    wants_json,
)
from lms.http.i18n import translate
from lms.http.known_devices import find_known_device
from lms.http.principal import SignInNeeded, current_account, find_visitor, log_in, log_out
from lms.http.rate_limits import MAIL_REQUESTS, SIGN_INS, at_most
from lms.http.second_step import awaits_second_step, find_awaiting
from lms.http.unit_of_work import let_others_write
from lms.institutions.granting.queries import list_own_grants
from lms.institutions.queries import (
    find_declined,
    find_workplace,
)
from lms.institutions.registry.requests import find_open_request
from lms.jobs.queries import has_jobs
from lms.reporting.personal_data import gather_personal_data, list_own_rows
from lms.signon.links import find_issuer_of_device, list_identities_of
from lms.web.account.arriving import arrive, keep_what_was_read, landing
from lms.web.account.forms import (
    ChangeAddressForm,
    ChangePasswordForm,
    CodeForm,
    LinkForm,
    PasswordForm,
    RegisterForm,
    SignInForm,
)
from lms.web.account.personal_data import WORDS, in_words
from lms.web.account.reasons import reason_for
from lms.web.account.turns import in_turn
from lms.web.fields import blame, typed
from lms.web.resubmission import offer_again
from lms.web.signon.providers import find_by_issuer, list_providers, show_identities

bp = Blueprint("account", __name__)
open_to_all(bp)
own = Blueprint("profile", __name__, url_prefix="/akun")
open_to(own)

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
        return _mail_sent(
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
    return _mail_sent(
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


@own.get("")
def show() -> ResponseReturnValue:
    """My data as held here, and the devices on which I am signed in."""
    person = current_account()
    account = get_account(person.account_id)
    device_id = person.via.device_id if person.via else None
    return render_template(
        "account/profile.html",
        account=account,
        employee_number=find_number(account.id),
        workplace=find_workplace(account.id),
        declined_by=find_declined(account.id),
        looked_for=find_open_request(account.id),
        devices=list_devices(account.id, device_id, now=utc_now()),
        has_jobs=has_jobs(account.id),
        has_second_factor=has_second_factor(account.id),
        identities=show_identities(list_identities_of(account.id)),
        grants=list_own_grants(account.id, now=utc_now()),
        role_words=WORDS,
    )


@own.get("/data")
def personal_data() -> ResponseReturnValue:
    """All that is held about me, to be read."""
    rows = list_own_rows(current_account().account_id)
    return render_template("account/personal_data.html", held=in_words(rows))


@own.get("/data.json")
def personal_data_file() -> ResponseReturnValue:
    """All that is held about me, as a file that another system can read."""
    answer = jsonify(gather_personal_data(current_account().account_id))
    answer.headers["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@own.route("/kata-sandi", methods=["GET", "POST"], endpoint="change_password")
@at_most(SIGN_INS, methods={"POST"})
def change_password_page() -> ResponseReturnValue:
    """Change my password; this device stays signed in, all others do not."""
    person, now = current_account(), utc_now()
    form = ChangePasswordForm()
    headers: dict[str, str] = {}
    status = HTTPStatus.OK
    if form.validate_on_submit():
        let_others_write()
        try:
            change_password(person.account_id, typed(form.present), typed(form.password), now=now)
        except (WeakPassword, WrongPassword) as refusal:
            blame(form, refusal)
        except TooManyGuesses as refusal:
            blame(form, refusal)
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers = {"Retry-After": str(refusal.seconds)}
        else:
            flash(gettext("Kata sandi Anda diganti dan perangkat lain dikeluarkan."), "valid")
            device = open_device(
                person.account_id,
                request.user_agent.string,
                now=now,
                second_step_until=person.via.second_step_due_at if person.via else None,
            )
            log_in(device.token)
            return redirect(url_for(".show"))
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template("account/change_password.html", form=form), status, headers


@own.route("/ganti-surel", methods=["GET", "POST"], endpoint="change_address")
@at_most(SIGN_INS, methods={"POST"})
def change_address_page() -> ResponseReturnValue:
    """Ask for another address; a link to it goes on."""
    form = ChangeAddressForm()
    status, headers = HTTPStatus.OK, {}
    if form.validate_on_submit():
        let_others_write()
        account_id, email = current_account().account_id, read_email(typed(form.email))
        try:
            ask_for_address(account_id, typed(form.present), email, address_link, now=utc_now())
        except WrongPassword as refusal:
            blame(form, refusal)
        except TooManyGuesses as refusal:
            blame(form, refusal)
            status = HTTPStatus.TOO_MANY_REQUESTS
            headers = {"Retry-After": str(refusal.seconds)}
        else:
            return _mail_sent(
                gettext("Periksa surel baru Anda"),
                gettext(
                    "Bila alamat itu belum dipakai akun lain, tautannya sudah dikirim ke sana dan "
                    "berlaku 24 jam."
                ),
                "",
            )
    if form.errors and status == HTTPStatus.OK:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render_template("account/change_address.html", form=form), status, headers


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


@own.post("/perangkat/<int:device_id>/keluar")
def sign_out_one(device_id: int) -> ResponseReturnValue:
    """Sign one of my devices out."""
    person = current_account()
    sign_out_device(person.account_id, device_id, now=utc_now())
    flash(gettext("Perangkat itu sudah dikeluarkan."), "valid")
    if person.via and device_id == person.via.device_id:
        log_out()
        return redirect(url_for("site.home"))
    return redirect(url_for(".show"))


@own.post("/perangkat/keluar-semua")
def sign_out_all() -> ResponseReturnValue:
    """Sign all my devices out, this one too."""
    sign_out_everywhere(current_account().account_id, now=utc_now())
    flash(gettext("Semua perangkat sudah dikeluarkan."), "valid")
    log_out()
    return redirect(url_for("account.sign_in"))


def _carried() -> list[tuple[str, str]]:
    """Fields of another form that the sign-in form carries along."""
    return [
        (name.removeprefix(_CARRIED), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_CARRIED)
    ]


def _mail_sent(title: str, sentence: str, target: str) -> ResponseReturnValue:
    return render_template("account/mail_sent.html", title=title, sentence=sentence, target=target)
