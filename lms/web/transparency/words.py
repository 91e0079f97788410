"""A certificate's place in the log, in the words that pages show."""

import base64

from lms.days import write_day
from lms.transparency.queries import find_place
from lms.web.formatting import ZONES, show_moment, show_number


def format_place(certificate_id: int) -> dict[str, str]:
    """For the component `log_record`; nothing while the certificate waits to be logged."""
    place = find_place(certificate_id)
    if place is None:
        return {}
    return {
        "log_entry": show_number(place.position + 1),
        "log_size": show_number(place.checkpoint.size),
        "log_at": show_moment(place.checkpoint.logged_at),
        "log_root": base64.b64encode(place.checkpoint.root).decode(),
    }


def list_log_lines(certificate_id: int) -> tuple[tuple[str, str], ...]:
    """The same for a page of paper, which is in Indonesian; nothing while it waits."""
    place = find_place(certificate_id)
    if place is None:
        return ()
    checkpoint, at = place.checkpoint, place.checkpoint.logged_at.astimezone(ZONES["WIB"])
    entry, size = (
        f"{count:,}".replace(",", ".") for count in (place.position + 1, checkpoint.size)
    )
    moment = f"{write_day(at.date())} pukul {at:%H.%M} WIB"
    return (
        ("Log publik", f"entri ke-{entry} dari {size}, per {moment}"),
        ("Akar log (SHA-256)", base64.b64encode(checkpoint.root).decode()),
    )
