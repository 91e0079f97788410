"""The audit log: searched, read page by page, and taken away as a file by a job."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from json import dumps
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from lms.accounts.permissions import Permission
from lms.administration.audit_log import (
    LOG_KEY,
    PAGE_SIZE,
    LogLine,
    WantedEntries,
    list_entries,
    note_export,
    read_all,
)
from lms.clock import utc_now
from lms.days import local_day
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.jobs.kind import File, Output, Run
from lms.jobs.service import enqueue
from lms.tables.workbooks import Column, Sheet, write_workbook
from lms.tables.writer import write_csv
from lms.web.account.personal_data import WORDS
from lms.web.fields import key_of

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
    given = _given(request.args)
    wanted = replace(_wanted(given), before=_before(request.args.get("sebelum", "")))
    rows = list_entries(wanted)
    shown = rows[:PAGE_SIZE]
    return render_template(
        "administration/log.html",
        rows=[(line, WORDS.get(line.action)) for line in shown],
        next=_after(shown[-1]) if len(rows) > PAGE_SIZE else "",
        is_first=wanted.before is None,
        given=given,
        arguments={name: value for name, value in given.items() if value},
    )


@bp.post("")
@at_most("20 per hour")
def export() -> ResponseReturnValue:
    """Ask for what was searched as a file."""
    given, now, asker = _given(request.form), utc_now(), current_account().account_id
    file_format = "csv" if request.form.get("format") == "csv" else "xlsx"
    arguments = {"given": given, "format": file_format}
    enqueue(EXPORT, arguments, asker_id=asker, scope=(LOG_KEY,), now=now)
    note_export(asker, _wanted(given), file_format, now=now)
    flash(gettext("Ekspor sedang disiapkan."), "neutral")
    return redirect(url_for("jobs.list"))


def export_log(run: Run) -> Output:
    """Write the entries that were asked for; raises NoLogForYou."""
    assert run.asker_id is not None  # noqa: S101 - only people ask for it
    wanted, file_format = _wanted(run.arguments["given"]), run.arguments["format"]
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


def _given(fields: MultiDict[str, str]) -> dict[str, str]:
    """What was searched, as it was typed; what can be none is left out."""
    actor = key_of(fields, "pelaku")
    return {
        "pelaku": str(actor or ""),
        "atas": fields.get("atas", "").strip()[:80],
        "tindakan": fields.get("tindakan", "").strip()[:60],
        "dari": _day_text(fields.get("dari", "")),
        "sampai": _day_text(fields.get("sampai", "")),
    }


def _wanted(given: dict[str, Any]) -> WantedEntries:
    return WantedEntries(
        int(given["pelaku"]) if given["pelaku"] else None,
        given["atas"],
        given["tindakan"],
        _day(given["dari"]),
        _day(given["sampai"]),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in range(2000, 3000) else None


def _day_text(text: str) -> str:
    day = _day(text)
    return day.isoformat() if day else ""


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
