"""A certificate's place in the log, in the words that pages show."""

import base64

from lms.transparency.queries import find_inclusion
from lms.web.formatting import show_moment, show_number


def format_inclusion(certificate_id: int) -> dict[str, str]:
    """For the component `log_record`; nothing while the certificate waits to be logged."""
    inclusion = find_inclusion(certificate_id)
    if inclusion is None:
        return {}
    return {
        "log_entry": show_number(inclusion.position + 1),
        "log_size": show_number(inclusion.checkpoint.size),
        "log_at": show_moment(inclusion.checkpoint.logged_at),
        "log_root": base64.b64encode(inclusion.checkpoint.root).decode(),
    }
