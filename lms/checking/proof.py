"""The proof of a check, to be printed or filed: what was asked, what was answered, and when.

A proof says what the register said at its moment, and no more than anybody may know. It is a page
of A4, made from values alone; whoever doubts it checks again by its code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from lms.certificates.codes import show_code
from lms.certificates.numbers import group_number, is_contract_number
from lms.certificates.queries import RegisteredCertificate
from lms.certificates.theme import theme_of
from lms.certificates.wording import printable_text
from lms.checking.enums import Verdict
from lms.days import local_day, write_day
from lms.printing.jinja import jinja_environment
from lms.printing.qr import qr_png
from lms.printing.weasyprint import Renderer
from lms.rendering.motifs import motif_svg

TEMPLATES: Final = Path(__file__).with_name("templates")
BAND: Final = "proof:band"
QR: Final = "proof:qr"

WORDS: Final = {
    Verdict.VALID: ("Sah", "Sertifikat ini tercatat dan berlaku."),
    Verdict.REVOKED: ("Dicabut", "Sertifikat ini tidak berlaku lagi."),
    Verdict.REPLACED: ("Diganti", "Sertifikat ini tidak berlaku lagi; yang berlaku penggantinya."),
    Verdict.EXPIRED: ("Kedaluwarsa", "Masa berlaku sertifikat ini sudah lewat."),
}
_ZONES: Final = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


@dataclass(frozen=True, slots=True)
class CheckPrint:
    """What is printed beside the facts: who vouches, where to check again, and by whose clock.

    time_zone: a key of the zones of the country. place: where the certificate's issue stands in the
    public log, counted from 0, of how many entries, and the hash of them all in base 64; None while
    it waits to be logged.
    """

    issuer_name: str
    verify_url: str
    time_zone: str
    place: tuple[int, int, str] | None = None


def print_proof(
    certificate: RegisteredCertificate,
    verdict: Verdict,
    imprint: CheckPrint,
    *,
    fonts: Path,
    checked_at: datetime,
) -> bytes:
    """Set the page and return the PDF (PDF/UA-1, A4).

    Takes a certificate, the register's verdict on it, what is printed beside, the folder with the
    fonts, and the moment of the check. The same values give the same bytes. Raises
    FileNotFoundError for a font that is missing, and KeyError for a verdict that is about a file.
    """
    facts = certificate.facts
    word, sentence = WORDS[verdict]
    moment = write_moment(checked_at, imprint.time_zone)
    page = (
        jinja_environment(TEMPLATES)
        .get_template("proof.html")
        .render(
            kind=verdict.value,
            word=word,
            sentence=sentence,
            since=_since(certificate, imprint.time_zone),
            moment=moment,
            day=local_day(checked_at, imprint.time_zone).isoformat(),
            issuer=printable_text(imprint.issuer_name),
            code=show_code(facts.code),
            number=facts.number,
            verify_url=imprint.verify_url,
            facts=[pair for pair in _facts(certificate) if pair[1]],
            objectives=[printable_text(each) for each in certificate.objectives],
            log_lines=_log_lines(imprint.place),
            sha256=facts.release_sha256,
        )
    )
    colour = theme_of(facts.theme).colour
    band = motif_svg(facts.theme, use="band")
    known = {BAND: band.encode(), QR: qr_png(imprint.verify_url)}
    identifier = f"bukti-{facts.code}-{checked_at:%Y%m%d%H%M%S}"
    return _renderer(fonts, colour).print(page, known, identifier=identifier)


def write_moment(moment: datetime, time_zone: str) -> str:
    """A moment to the second, since a proof is about one: ``15 Mei 2025 pukul 13.30.05 WIB``."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{write_day(local_day(moment, time_zone))} pukul {local:%H.%M.%S} {_ZONES[time_zone]}"


def _since(certificate: RegisteredCertificate, time_zone: str) -> str:
    """When a certificate went out of force."""
    if certificate.state.ended_at is not None:
        return f"Sejak {write_moment(certificate.state.ended_at, time_zone)}."
    until = certificate.facts.valid_until
    return f"Berlaku sampai {write_day(until)}." if until else ""


def _facts(certificate: RegisteredCertificate) -> Sequence[tuple[str, str]]:
    facts = certificate.facts
    masked = facts.masked_number or ""
    kind = "NI PPPK" if is_contract_number(facts.employee_number or "") else "NIP"
    mark = certificate.pass_mark
    period = write_day(facts.completed_on)
    if facts.started_on and facts.started_on != facts.completed_on:
        period = f"{write_day(facts.started_on)} – {period}"
    confirmed = certificate.state.is_confirmed
    return (
        ("Pemilik", printable_text(facts.holder_name)),
        (kind, group_number(masked)),
        ("Instansi", printable_text(facts.institution_name or "")),
        (
            "Status kepegawaian",
            "ASN terkonfirmasi oleh instansinya"
            if confirmed
            else "Belum dikonfirmasi instansi; tidak dihitung dalam capaian nasional",
        ),
        ("Modul" if facts.release_name else "Kegiatan", printable_text(facts.title)),
        ("Waktu", period),
        ("Jam pelajaran", f"{facts.credit_hours} JP"),
        ("Syarat lulus", f"kuis akhir, nilai paling sedikit {mark} dari 100" if mark else ""),
        ("Diterbitkan pada", write_day(facts.issued_on)),
        ("Nomor sertifikat", facts.number),
        ("Edisi", facts.release_name or ""),
    )


def _log_lines(place: tuple[int, int, str] | None) -> tuple[tuple[str, str], ...]:
    if place is None:
        return (("Log publik", "menunggu dicatat"),)
    position, size, root = place
    numbers = f"entri ke-{position + 1:,} dari {size:,}".replace(",", ".")
    return (("Log publik", numbers), ("Sidik seluruh log", root))


@cache
def _renderer(fonts: Path, colour: str) -> Renderer:
    style = (TEMPLATES / "proof.css").read_text(encoding="utf-8").replace("#1f3b63", colour)
    return Renderer.prepare(fonts, style, [BAND])
