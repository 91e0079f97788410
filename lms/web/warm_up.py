"""What a server's worker does beside its first requests, so that hardly anybody waits for it."""

import gc
from datetime import date

from flask import Flask

from lms.certificates.facts import Facts
from lms.certificates.printing import print_certificate
from lms.certificates.theme import theme_of
from lms.printing.fonts import BUILT_FONTS

SAMPLE = Facts(
    code="0" * 12,
    number="0",
    holder_name="Contoh",
    employee_number=None,
    institution_name=None,
    title="Contoh",
    pocketbook_code="0",
    theme="",
    edition_name="0",
    release_sha256="0" * 64,
    credit_hours=1,
    completed_on=date(2026, 1, 1),
    issued_on=date(2026, 1, 1),
    verify_url="http://127.0.0.1/v/0",
    issuer_name="Contoh",
    template_version=1,
)


def warm_up(app: Flask) -> None:
    """Compile the templates, open the fonts, and take what is there for good out of collections."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    print_certificate(SAMPLE, theme_of(SAMPLE.theme), fonts=BUILT_FONTS)
    gc.collect()
    gc.freeze()
