"""What takes longer than a page may: sheets of codes, and the search for second accounts."""

from flask_babel import force_locale, gettext

from lms.accounts.activation import VALID_FOR
from lms.clock import utc_now
from lms.days import local_day, write_day
from lms.http.addresses import public_url
from lms.institutions.people.codes import Chosen, make_codes_of
from lms.institutions.people.duplicates import list_duplicates_of
from lms.jobs.kind import File, Output, Run
from lms.web.people.slips import SlipWords, print_slips

CODES = "activation_codes"
DUPLICATES = "duplicates"


def make_code_sheet(run: Run) -> Output:
    """Give people codes, and print the sheets of them as a PDF, eight slips a page.

    The codes stand in this file and nowhere else. A sheet that is made twice voids the first one's.
    Raises NoInstitution or NotInScope where the asker does not answer any more for all whom they
    asked about, and NobodyChosen.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for sheets
    now = utc_now()
    chosen = Chosen(tuple(run.arguments["posting_ids"]), run.arguments["unit_id"])
    lines = make_codes_of(run.asker_id, run.scope, chosen, now=now)
    with force_locale(run.arguments["language"]):
        words = SlipWords(
            language=run.arguments["language"],
            address=public_url("account.activate"),
            title=gettext("Lembar kode aktivasi SakuHAM"),
            cut=gettext("Potong menurut garis, lalu berikan kepada orangnya sendiri."),
            number=gettext("NIP"),
            how=gettext(
                "Buka alamat ini atau pindai kode QR-nya, ketik NIP dan kode di atas, lalu pilih "
                "kata sandi Anda sendiri. Jangan berikan kode ini kepada siapa pun."
            ),
            until=gettext(
                "Berlaku sekali, sampai %(day)s.", day=write_day(local_day(now + VALID_FOR))
            ),
            part=gettext("Halaman"),
        )
    file = print_slips(lines, words, report=run.report)
    name = f"kode-aktivasi-{local_day(now).isoformat()}.pdf"
    return Output({"codes": len(lines)}, File(name, "application/pdf", file))


def search_duplicates(run: Run) -> Output:
    """Find pairs of accounts among the asker's people; the result names where they stand only."""
    assert run.asker_id is not None  # noqa: S101 - only people ask for it
    pairs = list_duplicates_of(run.asker_id, run.scope)
    return Output({"pairs": [[each.kept.posting_id, each.other.posting_id] for each in pairs]})
