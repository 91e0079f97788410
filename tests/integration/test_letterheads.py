"""Letterheads: versions that stay, and certificates that keep the one of their day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from lms.audit import AuditEntry
from lms.certificates.letterhead_versions import (
    add_letterhead,
    find_emblem,
    find_letterhead_on,
    keep_emblem,
    list_letterheads,
)
from lms.certificates.letterheads import Letterhead
from lms.certificates.queries import get_any_certificate
from lms.days import local_day
from lms.db import db
from lms.errors import Invalid
from tests.factories import Factory, later

LETTERHEAD = Letterhead(
    unit_name="Pusat Pengembangan Contoh",
    signatory_name="Dr. Ratna Rekaan, S.H.",
    office="Kepala Pusat",
    place="Kota Contoh",
)
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1z"/></svg>'

Setter = Callable[..., int]


@pytest.fixture
def set_letterhead(make: Factory) -> Setter:
    """Sets a letterhead with some things changed, from long ago and for good."""

    def set_one(
        *,
        emblem: str | None = None,
        valid_from: date = date(2020, 1, 1),
        valid_until: date | None = None,
        **changes: str,
    ) -> int:
        letterhead = replace(LETTERHEAD, **changes)  # type: ignore[arg-type]  # all are texts
        number = add_letterhead(
            letterhead,
            emblem,
            valid_from=valid_from,
            valid_until=valid_until,
            actor_id=make.admin().id,
            now=make.now,
        )
        db.session.commit()
        return number

    return set_one


def png(width: int, height: int) -> bytes:
    made = BytesIO()
    Image.new("RGBA", (width, height), (200, 0, 0, 128)).save(made, "PNG", pnginfo=None)
    return made.getvalue()


def test_a_certificate_keeps_the_letterhead_it_was_issued_with(
    make: Factory, set_letterhead: Setter
) -> None:
    before = make.certificate(make.learner("Ayu Lestri", at=make.institution()))
    set_letterhead()
    first = make.certificate()
    set_letterhead(signatory_name="Budi Rekaan, M.Si.")
    second = make.certificate()
    heads = [get_any_certificate(each.code).letterhead for each in (before, first, second)]
    assert heads == [None, LETTERHEAD, replace(LETTERHEAD, signatory_name="Budi Rekaan, M.Si.")]


def test_a_replacement_is_issued_with_the_letterhead_of_its_own_day(
    make: Factory, set_letterhead: Setter
) -> None:
    issued = make.certificate(make.learner("Ayu Lestri", at=make.institution()))
    set_letterhead()
    make.rename(issued.person, "Ayu Lestari")
    assert get_any_certificate(make.replace(issued)).letterhead == LETTERHEAD
    assert get_any_certificate(issued.code).letterhead is None


def test_of_those_whose_time_it_is_the_one_set_last_is_valid(
    set_letterhead: Setter, now: datetime
) -> None:
    today = local_day(now)
    always = set_letterhead()
    acting = set_letterhead(valid_from=today, valid_until=today + timedelta(days=30))
    next_year = set_letterhead(valid_from=today + timedelta(days=365))
    valid = [find_letterhead_on(today + timedelta(days=days)) for days in (-1, 0, 30, 31, 365)]
    assert valid == [always, acting, acting, always, next_year]
    assert [each.id for each in list_letterheads()] == [next_year, acting, always]


def test_before_the_first_there_is_none(set_letterhead: Setter) -> None:
    set_letterhead(valid_from=date(2026, 1, 1))
    assert find_letterhead_on(date(2025, 12, 31)) is None


@pytest.mark.parametrize("table", ["letterheads", "emblems"])
def test_nobody_changes_what_was_set(make: Factory, set_letterhead: Setter, table: str) -> None:
    set_letterhead(emblem=keep_emblem(DRAWING, now=make.now))
    column = {"letterheads": "office", "emblems": "media_type"}[table]
    for deed in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(deed))
        db.session.rollback()


def test_setting_one_is_in_the_audit_log(set_letterhead: Setter) -> None:
    number = set_letterhead(valid_from=date(2026, 3, 1))
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "letterhead.set")
    ).one()
    assert entry.subject == f"letterhead:{number}"
    assert entry.details == {"valid_from": "2026-03-01", "valid_until": None}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit_name": " "}, "unit_name"),
        ({"office": ""}, "office"),
        ({"place": "\u200b"}, "place"),
        ({"signatory_name": ""}, "signatory_name"),
        ({"signatory_name": "Ratna https://a.example"}, "signatory_name"),
        ({"rank": "x" * 101}, "rank"),
        ({"employee_number": "123"}, "employee_number"),
        ({"valid_until": date(2019, 12, 31)}, "valid_until"),
    ],
)
def test_what_cannot_be_printed_is_refused_at_its_field(
    set_letterhead: Setter, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_letterhead(**changes)
    assert refused.value.field == field
    db.session.rollback()
    assert list_letterheads() == []


def test_an_emblem_is_kept_once_and_comes_back_as_it_was_made_safe(make: Factory) -> None:
    name = keep_emblem(DRAWING, now=make.now)
    assert keep_emblem(DRAWING, now=later(make.now, days=1)) == name
    db.session.commit()
    emblem = find_emblem(name)
    assert emblem is not None
    assert (emblem.media_type, emblem.ratio) == ("image/svg+xml", 2)
    picture = find_emblem(keep_emblem(png(300, 200), now=make.now))
    assert picture is not None
    assert (picture.media_type, picture.ratio) == ("image/png", 1.5)
