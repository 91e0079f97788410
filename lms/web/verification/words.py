"""What a finding is called on pages, and how its parts are put."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext

from lms.certificates.codes import ParsedCode, mask_name
from lms.certificates.queries import RegisteredCertificate
from lms.checking.enums import Seal
from lms.checking.verdicts import Finding, Verdict
from lms.errors import N_, Sentence
from lms.http.i18n import translate
from lms.web.formatting import show_date, show_moment

_PROBLEMS: Final[Mapping[str, str]] = {
    "length": N_(
        "Kode verifikasi terdiri atas 12 huruf dan angka. Periksa yang kurang atau lebih."
    ),
    "character": N_("Ada tanda yang tidak dipakai dalam kode. Periksa karakter ke-%(number)s."),
    "checksum": N_("Kode ini tidak cocok dengan angka periksanya. Cocokkan lagi satu per satu."),
    "suspicious": N_("Kode ini hampir benar. Periksa karakter ke-%(number)s, mungkin salah ketik."),
}
FACTS: Final[Mapping[str, str]] = {
    "holder_name": N_("Pemilik"),
    "employee_number": N_("NIP"),
    "institution_name": N_("Instansi"),
    "title": N_("Modul atau kegiatan"),
    "credit_hours": N_("Jam pelajaran"),
    "completed_on": N_("Waktu"),
    "pass_mark": N_("Nilai minimal"),
    "valid_until": N_("Berlaku sampai"),
    "number": N_("Nomor sertifikat"),
}
SEALS: Final[Mapping[Seal, str]] = {
    Seal.NONE: N_("Berkas ini tidak bersegel; yang dibandingkan adalah tulisannya."),
    Seal.WHOLE: N_("Segel penerbit utuh: tidak satu bita pun berubah sejak berkas ini dibuat."),
    Seal.BROKEN: N_("Segelnya rusak: isi berkas ini diubah sesudah disegel."),
    Seal.STRANGE: N_("Berkas ini disegel oleh pihak lain, bukan oleh penerbit sertifikat."),
    Seal.MISSING: N_(
        "Menurut tulisannya berkas ini bersegel, tetapi segelnya tidak ada lagi: dicetak ulang "
        "menjadi PDF lain, atau diubah."
    ),
}
AS_MADE: Final = N_("Berkas ini sama bita demi bita dengan yang kami terbitkan.")
PICTURE: Final = N_(
    "Berkas ini berupa gambar, misalnya hasil pindai. Bandingkan sendiri tulisannya dengan data di "
    "bawah."
)
PROGRAM: Final = N_(
    "Berkas ini memuat perintah yang berjalan saat dibuka. Sertifikat kami tidak pernah memuatnya; "
    "jangan buka berkas ini dengan aplikasi lain."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One of several references that were checked, as a list shows it."""

    asked: str
    verdict: str
    holder_name: str
    title: str
    hint: str
    code: str


def line_of(finding: Finding) -> Line:
    """What a list says of a finding; of one by number the name in its beginnings, and no code."""
    certificate = finding.certificate
    if certificate is None:
        return Line(finding.asked, finding.verdict.value, "", "", hint_of(finding.parsed), "")
    name = certificate.facts.holder_name
    return Line(
        finding.asked,
        finding.verdict.value,
        mask_name(name) if finding.is_by_number else name,
        certificate.facts.title,
        _since(finding),
        "" if finding.is_by_number else certificate.facts.code,
    )


def hint_of(parsed: ParsedCode | None) -> str:
    """What is wrong with what was typed as a code; nothing about a true one."""
    if parsed is None or parsed.problem is None:
        return ""
    position = parsed.suspicious[0] if parsed.suspicious else None
    problem: str = parsed.problem
    if problem == "checksum" and position is not None:
        problem = "suspicious"
    values = {} if position is None else {"number": position + 1}
    return translate(Sentence(_PROBLEMS[problem], values))


def seen_of(finding: Finding) -> list[str]:
    """What is to be said of a file beside its verdict, in sentences."""
    document = finding.document
    if document is None or finding.verdict is Verdict.FOREIGN:
        return []
    if document.is_as_made:
        sentences = [gettext(AS_MADE)]
    elif document.is_picture and document.seal is Seal.NONE:
        sentences = [gettext(PICTURE)]  # nothing was compared
    else:
        sentences = [gettext(SEALS[document.seal])]
        # Of a damaged file no words could be read either; it is not a scan for that.
        if document.is_picture and document.seal is not Seal.BROKEN:
            sentences.append(gettext(PICTURE))
    if document.has_program:
        sentences.append(gettext(PROGRAM))
    return sentences


def compared(finding: Finding) -> list[tuple[str, str, str]]:
    """What a file says otherwise: the fact's name, what is printed, what is registered."""
    return [(gettext(FACTS[it.fact]), it.printed, it.registered) for it in finding.differences]


def emblem_of(certificate: RegisteredCertificate) -> str:
    """The emblem on its letterhead as an address that holds the picture; empty without one."""
    letterhead = certificate.letterhead
    return letterhead.emblem.data_url if letterhead and letterhead.emblem else ""


def _since(finding: Finding) -> str:
    """When a certificate went out of force."""
    certificate = finding.certificate
    if certificate is None or finding.verdict is Verdict.VALID:
        return ""
    if certificate.state.ended_at is not None:
        return str(gettext("sejak %(moment)s", moment=show_moment(certificate.state.ended_at)))
    until = certificate.facts.valid_until
    return str(gettext("berlaku sampai %(day)s", day=show_date(until))) if until else ""
