"""Which facts the replacement of a certificate states, decided from values."""

from dataclasses import replace

from lms.certificates.facts import CertificateFacts, Holder


def correct(
    printed: CertificateFacts,
    holder: Holder,
    *,
    is_vouched: bool,
    place_name: str | None,
    title: str | None,
) -> tuple[CertificateFacts, bool]:
    """What a replacement of a certificate says, and whether its institution is the present one.

    Name and number are the present ones. The institution is where the person was certified, as it
    is called now (`place_name`), and stays, unless that does not vouch for them (`is_vouched`) and
    the present one does. `title` is what the edition is called by now; None where there is none.
    """
    moves = not is_vouched and holder.is_confirmed
    corrected = replace(
        printed,
        holder_name=holder.name,
        employee_number=holder.employee_number,
        institution_name=holder.institution_name if moves else place_name,
        title=title or printed.title,
        was_confirmed=is_vouched or moves,
    )
    return corrected, moves
