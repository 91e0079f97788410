"""What waits for administrators, settings in force, mail that has not left, and jobs."""

import os
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from lms.accounts.permissions import Permission
from lms.administration.jobs import PAGE_SIZE as JOBS_SIZE
from lms.administration.jobs import count_states, list_jobs, restart_job, stop_job
from lms.administration.mail import PAGE_SIZE as MAIL_SIZE
from lms.administration.mail import MailState, count_unsent, give_up, list_unsent, try_again
from lms.administration.running import find_revision
from lms.clock import utc_now
from lms.exchange.queries import count_ending_tokens
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.institutions.granting.queries import count_ending_soon, count_without_officers
from lms.jobs.models import JobState
from lms.jobs.queries import find_heartbeat
from lms.mail import find_delay
from lms.version import VERSION
from lms.web.account.personal_data import WORDS
from lms.web.administration.kinds import KINDS
from lms.web.administration.settings import list_settings, list_warnings
from lms.web.fields import key_of

STATES: Final = {state.value: state for state in JobState}
MAIL_STATES: Final = {"tersendat": MailState.FAILED, "menyerah": MailState.GIVEN_UP}

bp = Blueprint("administration", __name__, url_prefix="/admin")
open_to(bp, Permission.WATCH_SERVICE)


@bp.get("")
def index() -> ResponseReturnValue:
    """What waits: mail, jobs, roles and keys that end, institutions without officers; warnings."""
    now = utc_now()
    states = count_states()
    return render_template(
        "administration/index.html",
        mail=count_unsent(),
        mail_delay=int(find_delay(now=now).total_seconds() // 60),
        now=now,
        jobs=[
            (is_round, state.value, states.get((is_round, state), 0))
            for is_round in (False, True)
            for state in (JobState.FAILED, JobState.WAITING, JobState.RUNNING)
        ],
        heartbeat=find_heartbeat(),
        ending=count_ending_soon(now=now),
        ending_keys=count_ending_tokens(now=now),
        without=count_without_officers(now=now),
        warnings=list_warnings(current_app.config["SAKUHAM"]),
    )


@bp.get("/pengaturan")
def settings() -> ResponseReturnValue:
    """Every setting, with its value where it is no secret."""
    held = current_app.config["SAKUHAM"]
    return render_template(
        "administration/settings.html",
        rows=list_settings(held, os.environ),
        warnings=list_warnings(held),
        version=VERSION,
        migration=find_revision(),
        database=held.database_url.partition(":")[0],
    )


@bp.get("/surel")
def mail() -> ResponseReturnValue:
    """Messages that wait, that failed and are tried again, or that were given up."""
    state = MAIL_STATES.get(request.args.get("keadaan", ""), MailState.WAITING)
    rows = list_unsent(state, before=key_of(request.args, "sebelum"))
    return render_template(
        "administration/mail.html",
        rows=rows[:MAIL_SIZE],
        next=rows[MAIL_SIZE - 1].id if len(rows) > MAIL_SIZE else None,
        state=state.name,
        counts=count_unsent(),
        now=utc_now(),
    )


@bp.post("/surel/<int:message_id>/kirim")
def retry_mail(message_id: int) -> ResponseReturnValue:
    """Have a message tried at once, or all that failed for the same reason."""
    actor, is_all = current_account().account_id, request.form.get("semua") == "ya"
    count = try_again(actor, message_id, is_all=is_all, now=utc_now())
    flash(ngettext("%(num)s surel dikirim lagi.", "%(num)s surel dikirim lagi.", count), "neutral")
    return redirect(url_for(".mail", keadaan="tersendat"))


@bp.post("/surel/<int:message_id>/hentikan")
def give_up_mail(message_id: int) -> ResponseReturnValue:
    """Give a message up, or all that failed for the same reason."""
    actor, is_all = current_account().account_id, request.form.get("semua") == "ya"
    count = give_up(actor, message_id, is_all=is_all, now=utc_now())
    flash(ngettext("%(num)s surel dihentikan.", "%(num)s surel dihentikan.", count), "neutral")
    return redirect(url_for(".mail", keadaan="tersendat"))


@bp.get("/pekerjaan")
def jobs() -> ResponseReturnValue:
    """Jobs that people asked for, or those that come round."""
    state, is_round = STATES.get(request.args.get("keadaan", "")), "rutin" in request.args
    before = key_of(request.args, "sebelum")
    rows = list_jobs(state=state, is_round=is_round, before=before)
    given = {"keadaan": state.value if state else "", "rutin": "ya" if is_round else ""}
    return render_template(
        "administration/jobs.html",
        rows=rows[:JOBS_SIZE],
        next=rows[JOBS_SIZE - 1].id if len(rows) > JOBS_SIZE else None,
        state=state,
        states=list(JobState),
        words=WORDS,
        kinds=KINDS,
        is_round=is_round,
        arguments={name: value for name, value in given.items() if value},
        now=utc_now(),
    )


@bp.post("/pekerjaan/<int:job_id>/ulang")
def restart(job_id: int) -> ResponseReturnValue:
    """Have a job done anew."""
    restart_job(current_account().account_id, job_id, now=utc_now())
    flash(gettext("Pekerjaan diulang."), "neutral")
    return redirect(url_for(".jobs"))


@bp.post("/pekerjaan/<int:job_id>/henti")
def stop(job_id: int) -> ResponseReturnValue:
    """Stop a job that somebody asked for."""
    stop_job(current_account().account_id, job_id, now=utc_now())
    flash(gettext("Pekerjaan dibatalkan."), "neutral")
    return redirect(url_for(".jobs"))
