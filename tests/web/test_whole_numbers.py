"""The sheet shows the last digits of the holder's number; the whole is for who may have it."""

import pypdfium2
import pytest
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.certificates.numbers import group_number, mask_grouped
from lms.db import db
from tests.browser import Browser
from tests.factories import Factory, Issued


@pytest.fixture
def issued(make: Factory) -> Issued:
    """A certificate of somebody with a number at an institution."""
    return make.certificate(make.learner("Ayu Lestari", at=make.institution()))


def words_of(pdf: bytes) -> str:
    """What stands on the sheet."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[0].get_textpage().get_text_range().split())


def notes(browser: Browser) -> list[tuple[str, int | None]]:
    """What the audit log says of sheets with the whole number."""
    with browser.app.app_context():
        rows = db.session.execute(
            select(AuditEntry.subject, AuditEntry.actor_id).where(
                AuditEntry.action == "certificate.whole_number"
            )
        )
        return [(row[0], row[1]) for row in rows]


def test_the_holder_has_it_masked_and_whole_where_they_ask(
    browser: Browser, issued: Issued
) -> None:
    number = issued.person.number
    browser.sign_in(issued.person)
    page = browser.get(f"/sertifikat/{issued.code}")
    (whole,) = [link for link in page.links if "nip=lengkap" in link]
    masked = words_of(browser.get(f"/sertifikat/{issued.code}.pdf").data)
    assert mask_grouped(number) in masked
    assert group_number(number) not in masked
    assert group_number(number) in words_of(browser.get(whole).data)
    assert notes(browser) == []


@pytest.mark.parametrize("role", ["officer", "coordinator"])
def test_who_takes_it_of_somebody_else_is_noted(
    browser: Browser, make: Factory, issued: Issued, role: str
) -> None:
    assert issued.person.institution is not None
    asker = make.officer(at=issued.person.institution) if role == "officer" else make.coordinator()
    browser.sign_in(asker)
    browser.get(f"/sertifikat/{issued.code}.pdf")
    assert notes(browser) == []
    whole = browser.get(f"/sertifikat/{issued.code}.pdf?nip=lengkap").data
    assert group_number(issued.person.number) in words_of(whole)
    assert notes(browser) == [(f"certificate:{issued.id}", asker.id)]


def test_who_may_not_have_the_sheet_has_no_number_of_it_either(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(make.officer(at=make.institution()))
    browser.get(f"/sertifikat/{issued.code}.pdf?nip=lengkap", expect=404)
    assert notes(browser) == []
