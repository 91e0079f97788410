"""One's own account: what is held, password, address and devices."""

from http import HTTPStatus

from flask import (
    Blueprint,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.addresses import ask_for_address
from lms.accounts.errors import (
    TooManyGuesses,
    WeakPassword,
    WrongPassword,
)
from lms.accounts.queries import (
    find_number,
    get_account,
    list_devices,
)
from lms.accounts.rules import read_email
from lms.accounts.second_factor import has_second_factor
from lms.accounts.service import (
    change_password,
    open_device,
    sign_out_device,
    sign_out_everywhere,
)
from lms.addresses import address_link
from lms.clock import utc_now
from lms.http.doors import open_to
from lms.http.principal import current_account, log_in, log_out
from lms.http.rate_limits import SIGN_INS, at_most
from lms.http.unit_of_work import let_others_write
from lms.institutions.granting.queries import list_own_grants
from lms.institutions.queries import (
    find_declined,
    find_workplace,
)
from lms.institutions.registry.requests import find_open_request
from lms.jobs.queries import has_jobs
from lms.reporting.personal_data import gather_personal_data, list_own_rows
from lms.signon.links import list_identities_of
from lms.web.account.forms import (
    ChangeAddressForm,
    ChangePasswordForm,
)
from lms.web.account.personal_data import WORDS, in_words
from lms.web.account.views import mail_sent
from lms.web.fields import blame, typed
from lms.web.signon.providers import show_identities

own = Blueprint("profile", __name__, url_prefix="/akun")
open_to(own)


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
        has_password=account.password_hash is not None,
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
                second_step_passed_at=person.via.second_step_passed_at if person.via else None,
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
            return mail_sent(
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
