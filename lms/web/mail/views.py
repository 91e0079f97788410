"""Which mail a person wants: on their own page, and by the link in a message, without signing in.

Programs that look into mail for viruses open every link; so opening one changes nothing, and only
its form does, which a mail program may send by itself (RFC 8058).
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # its types are of an older version
    BooleanField,
    RadioField,
    SelectChoice,
)

from lms.accounts.enums import Digest
from lms.accounts.mail_preferences import (
    MailWishes,
    get_mail_wishes,
    set_mail_wishes,
)
from lms.accounts.one_person import find_address, find_kept
from lms.accounts.permissions import Permission
from lms.assignments.roster import mask_address
from lms.clock import utc_now
from lms.http.csrf import proves_itself
from lms.http.doors import open_to, open_to_all
from lms.http.principal import current_account
from lms.http.stop_links import MailTopic, read_stop

stopping = Blueprint("stopping", __name__, url_prefix="/berhenti")
open_to_all(stopping)
own = Blueprint("own_mail", __name__, url_prefix="/akun/surel")
open_to(own)

DIGESTS = {
    Digest.DAILY: _("Segera bila ada yang pertama, lalu paling sering sekali sehari"),
    Digest.WEEKLY: _("Segera bila ada yang pertama, lalu paling sering sekali seminggu"),
    Digest.OFF: _("Tidak lewat surel; saya melihatnya di SakuHAM"),
}
_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class MailForm(FlaskForm):
    """What a person wants to be written."""

    reminders = BooleanField(_("Ingatkan saya akan penugasan lewat surel"))
    digest = RadioField(
        _("Yang menunggu saya sebagai pengelola"),
        choices=[SelectChoice(digest.value, words) for digest, words in DIGESTS.items()],
    )


@own.route("", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """My wishes, to be read and changed."""
    person = current_account()
    wishes = get_mail_wishes(person.account_id)
    form = MailForm(reminders=wishes.reminders, digest=wishes.digest.value)
    is_told = person.may(Permission.MANAGE_STAFF) or person.may(Permission.MANAGE_CERTIFICATES)
    if not is_told:
        del form.digest
    if form.validate_on_submit():
        digest = Digest(form.digest.data) if is_told else wishes.digest
        wished = MailWishes(reminders=bool(form.reminders.data), digest=digest)
        set_mail_wishes(person.account_id, wished, now=utc_now())
        flash(gettext("Pilihan surel Anda tersimpan."), "valid")
        return redirect(url_for("profile.show"))
    page = render_template("account/mail.html", form=form, is_told=is_told)
    return page, 422 if form.errors else 200


@stopping.get("/<token>", endpoint="show")
def ask(token: str) -> ResponseReturnValue:
    """Say what the button ends; opening this changes nothing."""
    topic, account_id = _read(token)
    return _page(token, topic, account_id)


@stopping.post("/<token>")
def stop(token: str) -> ResponseReturnValue:
    """End it, or begin it again with `lagi`; whoever has the message may do both."""
    topic, account_id = _read(token)
    wishes = get_mail_wishes(account_id)
    is_wanted = bool(request.form.get("lagi"))
    if topic is MailTopic.REMINDERS:
        wishes = MailWishes(reminders=is_wanted, digest=wishes.digest)
    else:
        digest = Digest.DAILY if is_wanted else Digest.OFF
        wishes = MailWishes(reminders=wishes.reminders, digest=digest)
    set_mail_wishes(account_id, wishes, now=utc_now())
    return _page(token, topic, account_id)


def _read(token: str) -> tuple[MailTopic, int]:
    """What a link ends, and for whom: a person whose accounts were merged is one."""
    topic, account_id = read_stop(token)
    return topic, find_kept(account_id)


def _page(token: str, topic: MailTopic, account_id: int) -> ResponseReturnValue:
    wishes, address = get_mail_wishes(account_id), find_address(account_id)
    is_wanted = (
        wishes.reminders if topic is MailTopic.REMINDERS else wishes.digest is not Digest.OFF
    )
    page = render_template(
        "account/stop.html",
        token=token,
        is_about_reminders=topic is MailTopic.REMINDERS,
        is_wanted=is_wanted,
        address=mask_address(address) if address else "",
    )
    return page, _PRIVATE


proves_itself(stopping, stop)
