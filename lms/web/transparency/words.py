"""A certificate's place in the log, in the words that pages show."""

import base64

from lms.transparency.queries import find_place
from lms.web.formatting import show_moment, show_number


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
