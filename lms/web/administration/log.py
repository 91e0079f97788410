"""The audit log: searched, read page by page, and taken away as a file by a job."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from json import dumps
from operator import itemgetter
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.administration.audit_log import (
    LOG_KEY,
    PAGE_SIZE,
    LogLine,
    list_entries,
    note_export,
    read_all,
)
from lms.clock import utc_now
from lms.days import local_day
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.jobs.kind import File, Output, Run
from lms.jobs.service import enqueue
from lms.tables.workbooks import Column, Sheet, write_workbook
from lms.tables.writer import write_csv
from lms.web.administration.log_search import Search, pack, read_search, unpack
from lms.web.administration.words import ACTIONS

EXPORT: Final = "audit_export"
HEADINGS: Final = (
    "waktu (UTC)", "tindakan", "atas", "nama", "akun pelaku", "nama pelaku", "rincian"
)  # fmt: skip
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

bp = Blueprint("audit_log", __name__, url_prefix="/admin/log-audit")
open_to(bp, Permission.READ_AUDIT_LOG)


@bp.get("")
def show() -> ResponseReturnValue:
    """Entries from the newest on, of an actor, a subject, an action, between two days."""
    return _page(read_search(request.args), request.args.get("sebelum", ""))


@bp.post("")
@at_most("20 per hour")
def export() -> ResponseReturnValue:
    """Ask for what was searched as a file; nothing is made of a search that cannot be read."""
    search, now, asker = read_search(request.form), utc_now(), current_account().account_id
    if search.faults:
        return _page(search, "")
    file_format = "csv" if request.form.get("format") == "csv" else "xlsx"
    arguments = {"given": pack(search.wanted), "format": file_format}
    enqueue(EXPORT, arguments, asker_id=asker, scope=(LOG_KEY,), now=now)
    note_export(asker, search.wanted, file_format, now=now)
    flash(gettext("Ekspor sedang disiapkan."), "neutral")
    return redirect(url_for("jobs.list"))


def _page(search: Search, before: str) -> ResponseReturnValue:
    """What was found, or beside each field what is wrong with it."""
    wanted = replace(search.wanted, before=_before(before))
    rows = [] if search.faults else list_entries(wanted)
    shown = rows[:PAGE_SIZE]
    page = render_template(
        "administration/log.html",
        rows=[(line, ACTIONS.get(line.action)) for line in shown],
        next=_after(shown[-1]) if len(rows) > PAGE_SIZE else "",
        is_first=wanted.before is None,
        search=search,
        faults={name: translate(sentence) for name, sentence in search.faults.items()},
        actions=_options(search.typed["tindakan"]),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if search.faults else HTTPStatus.OK


def _options(chosen: str) -> list[tuple[str, str]]:
    """All actions in the order of their words, and what was asked for beside them as it is."""
    options = sorted(((name, gettext(words)) for name, words in ACTIONS.items()), key=itemgetter(1))
    return options if not chosen or chosen in ACTIONS else [(chosen, chosen), *options]


def export_log(run: Run) -> Output:
    """Write the entries that were asked for; raises NoLogForYou."""
    assert run.asker_id is not None  # noqa: S101 - only people ask for it
    wanted, file_format = unpack(run.arguments["given"]), run.arguments["format"]
    now, count = utc_now(), 0

    def rows() -> Iterator[tuple[str, ...]]:
        nonlocal count
        for lines in read_all(cast(int, run.asker_id), wanted):
            yield from map(_row, lines)
            count += len(lines)
            run.report(count, count)

    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    try:
        if file_format == "csv":
            for part in write_csv(HEADINGS, rows()):
                file.write(part.encode())
        else:
            columns = [Column(heading, width=24) for heading in HEADINGS]
            sheet = Sheet("Log audit", columns, rows())
            write_workbook(file, "Log audit", [sheet], made_at=now)
    except BaseException:
        file.close()
        raise
    name = f"log-audit-{local_day(now).isoformat()}.{file_format}"
    return Output({"rows": count}, File(name, MEDIA_TYPES[file_format], file))


def _row(line: LogLine) -> tuple[str, ...]:
    return (
        line.entered_at.isoformat(),
        line.action,
        line.subject,
        line.person or "",
        str(line.actor_id or ""),
        line.actor or "",
        dumps(line.details, ensure_ascii=False, sort_keys=True),
    )


def _after(line: LogLine) -> str:
    """Where the next page begins: the moment in microseconds, and the key."""
    moment = line.entered_at
    return f"{int(moment.timestamp())}{moment.microsecond:06d}-{line.id}"


def _before(text: str) -> tuple[datetime, int] | None:
    micro, _, key = text.partition("-")
    is_place = all(part.isascii() and part.isdigit() for part in (micro, key))
    if not is_place or not 7 <= len(micro) <= 17 or len(key) > 18:
        return None
    seconds, rest = int(micro[:-6]), int(micro[-6:])
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), int(key)
