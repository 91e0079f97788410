"""Warms a server process up beside its first requests: templates, fonts, garbage collection."""

import gc
from datetime import UTC, date, datetime

from flask import Flask

from lms.certificates.enums import CauseKind
from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.printing import print_certificate
from lms.certificates.theme import theme_of
from lms.printing.fonts import BUILT_FONTS

SAMPLE = CertificateFacts(
    code="0" * 12,
    number="0",
    holder_name="Contoh",
    employee_number=None,
    institution_name=None,
    was_confirmed=False,
    cause_kind=CauseKind.PASSED_ATTEMPT,
    title="Contoh",
    theme="",
    pocketbook_code="0",
    edition_name="0",
    release_name="0",
    release_sha256="0" * 64,
    credit_hours=1,
    completed_on=date(2026, 1, 1),
    issued_at=datetime(2026, 1, 1, tzinfo=UTC),
    template_version=1,
    saw_key=False,
)


def warm_up(app: Flask) -> None:
    """Compile the templates, open the fonts, and take what is there for good out of collections."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    imprint = Imprint("Contoh", "http://127.0.0.1/v/0")
    print_certificate(SAMPLE, imprint, theme_of(SAMPLE.theme), fonts=BUILT_FONTS)
    gc.collect()
    gc.freeze()
