"""What is out of the ordinary, and whose word confirmed people, in words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _

from lms.institutions.postings import BY_SIGN_ON
from lms.reporting.rules import SignalKind

SIGNALS: Final[Mapping[SignalKind, object]] = {
    SignalKind.ONE_MAILBOX: _("alamat yang mirip satu kotak surel"),
    SignalKind.AT_ONCE: _("dikonfirmasi dalam semenit sejak mendaftar"),
    SignalKind.ONE_DOMAIN: _("dengan satu domain surel yang tidak lazim"),
    SignalKind.UNUSUAL_DOMAIN: _("dengan domain surel yang tidak lazim"),
    SignalKind.NIGHT: _("dikonfirmasi pada malam hari"),
    SignalKind.MANY: _("jauh lebih banyak dari biasanya"),
}
SOURCES: Final[Mapping[str, object]] = {
    "": _("Perintah operator"),
    BY_SIGN_ON: _("Sistem masuk tunggal"),
}
"""Where it was no officer."""
