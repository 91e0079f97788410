"""The log in the words that pages show: a certificate's place in it, and its state now."""

import base64
from dataclasses import dataclass

from flask import url_for

from lms.transparency.queries import Checkpoint, find_checkpoint, find_place
from lms.web.formatting import show_moment, show_number
from lms.web.transparency.archive import count_parts


@dataclass(frozen=True, slots=True)
class LogState:
    """The newest checkpoint, and where the log is downloaded: a file, or a list of some."""

    checkpoint: Checkpoint
    download_url: str


def find_log_state() -> LogState | None:
    """The log's state now; None before its first checkpoint."""
    checkpoint = find_checkpoint()
    if checkpoint is None:
        return None
    if count_parts(checkpoint.size) == 1:
        return LogState(checkpoint, url_for("log.download"))
    return LogState(checkpoint, url_for("log.show", _anchor="unduh"))


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
