"""Accounts: found by number, address or name, looked at, signed out, and mailed a link."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.accounts.queries import list_devices
from lms.addresses import link_address
from lms.administration.accounts import (
    MOST_FOUND,
    end_device,
    end_devices,
    find_accounts,
    get_full_account,
    send_link,
)
from lms.administration.audit_log import WantedEntries, list_entries
from lms.clock import utc_now
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.granting.queries import list_own_grants
from lms.institutions.queries import find_workplace
from lms.web.account.personal_data import WORDS
from lms.web.administration.words import ACTIONS

LINES = 20

bp = Blueprint("accounts", __name__, url_prefix="/admin/akun")
open_to(bp, Permission.MANAGE_ACCOUNTS)


@bp.get("", endpoint="list")
def search() -> ResponseReturnValue:
    """Find accounts."""
    text = request.args.get("cari", "")[:254]
    found = find_accounts(text)
    return render_template(
        "administration/accounts.html",
        text=text,
        rows=found[:MOST_FOUND],
        is_more=len(found) > MOST_FOUND,
    )


@bp.get("/<int:account_id>")
def show(account_id: int) -> ResponseReturnValue:
    """One account: who it is, roles, devices, what was merged, and the log about it."""
    now = utc_now()
    full = get_full_account(account_id)
    return render_template(
        "administration/account.html",
        full=full,
        workplace=find_workplace(account_id),
        grants=list_own_grants(account_id, now=now),
        devices=list_devices(account_id, None, now=now),
        entries=list_entries(WantedEntries(subject=f"account:{account_id}"), LINES),
        words={**WORDS, **ACTIONS},
    )


@bp.post("/<int:account_id>/perangkat/<int:device_id>/akhiri")
def end_one(account_id: int, device_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    end_device(current_account().account_id, account_id, device_id, now=utc_now())
    flash(gettext("Perangkat itu sudah dikeluarkan."), "valid")
    return redirect(url_for(".show", account_id=account_id))


@bp.post("/<int:account_id>/perangkat/akhiri-semua")
def end_all(account_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    end_devices(current_account().account_id, account_id, now=utc_now())
    flash(gettext("Semua perangkat sudah dikeluarkan."), "valid")
    return redirect(url_for(".show", account_id=account_id))


@bp.post("/<int:account_id>/tautan")
@at_most("60 per hour")
def mail_link(account_id: int) -> ResponseReturnValue:
    """Mail somebody a link to choose a password by."""
    send_link(current_account().account_id, account_id, link_address, now=utc_now())
    flash(gettext("Tautan dikirim ke surel yang tercatat."), "valid")
    return redirect(url_for(".show", account_id=account_id))
