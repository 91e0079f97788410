"""What takes longer than a page may: sheets of codes, and the search for second accounts."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

from flask_babel import force_locale, gettext

from lms.accounts.activation import VALID_FOR, show_code
from lms.clock import utc_now
from lms.days import local_day, write_day
from lms.http.addresses import public_url
from lms.institutions.people.codes import Chosen, make_codes_of
from lms.institutions.people.duplicates import list_duplicates_of
from lms.jobs.kind import File, Output, Run
from lms.printing.jinja import jinja_environment
from lms.printing.qr import qr_svg

CODES = "activation_codes"
DUPLICATES = "duplicates"
_TEMPLATES = Path(__file__).parent / "printed"


def make_code_sheet(run: Run) -> Output:
    """Give people codes, and make the sheet of them: one file for the browser, to be printed.

    The codes stand in this file and nowhere else. A sheet that is made twice voids the first one's.
    Raises NoInstitution or NotInScope where the asker does not answer any more for all whom they
    asked about, and NobodyChosen.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for sheets
    now = utc_now()
    chosen = Chosen(tuple(run.arguments["posting_ids"]), run.arguments["unit_id"])
    lines = make_codes_of(run.asker_id, run.scope, chosen, now=now)
    address = public_url("account.activate")
    slips = [{**asdict(line), "code": show_code(line.code)} for line in lines]
    with force_locale(run.arguments["language"]):
        page = (
            jinja_environment(_TEMPLATES)
            .get_template("codes.html")
            .render(
                slips=slips,
                address=address,
                qr=qr_svg(address, title=address),
                until=write_day(local_day(now + VALID_FOR)),
                words=_words(),
                language=run.arguments["language"],
            )
        )
    name = f"kode-aktivasi-{_day(local_day(now))}.html"
    return Output({"codes": len(lines)}, File(name, "text/html; charset=utf-8", page.encode()))


def _day(day: date) -> str:
    return day.isoformat()


def _words() -> dict[str, str]:
    return {
        "title": gettext("Lembar kode aktivasi SakuHAM"),
        "cut": gettext("Potong menurut garis, lalu berikan setiap lembar kepada orangnya sendiri."),
        "number": gettext("NIP"),
        "code": gettext("Kode"),
        "how": gettext(
            "Buka alamat ini atau pindai kodenya, ketik NIP dan kode di atas, lalu pilih kata "
            "sandi Anda sendiri. Jangan berikan kode ini kepada siapa pun."
        ),
        "until": gettext("Berlaku sekali, sampai"),
    }


def search_duplicates(run: Run) -> Output:
    """Find pairs of accounts among the asker's people; the result names where they stand only."""
    assert run.asker_id is not None  # noqa: S101 - only people ask for it
    pairs = list_duplicates_of(run.asker_id, run.scope)
    return Output({"pairs": [[each.kept.posting_id, each.other.posting_id] for each in pairs]})
