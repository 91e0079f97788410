"""What a certificate says, and its canonical form: the bytes that others will rely on."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lms.certificates.enums import CauseKind
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from tests.unit.certificates.conftest import FACTS

# Form 1, written down for good: what was hashed or sealed has to come out the same in any year.
GOLDEN = (
    b'{"cause_kind":"passed_attempt","code":"MBT96K8JG5MG","completed_on":"2026-05-15",'
    b'"credit_hours":1,"edition_name":"2026.1","employee_number":"190501172099031001",'
    b'"form":"sakuham.certificate.1","holder_name":"dr. Nur\'aini Siregar, S.Pd., M.Si.",'
    b'"institution_name":"Pemerintah Kabupaten Contoh Jaya",'
    b'"issued_at":"2026-05-15T17:00:00.000000Z","number":"HAM.01/000123/2026",'
    b'"pocketbook_code":"HAM-01","release_name":"2026.1",'
    b'"release_sha256":"a3f1c92e07b4d65819cc40d2e7a15b3fa3f1c92e07b4d65819cc40d2e7a15b3f",'
    b'"saw_key":false,"template_version":1,"theme":"nilai-dasar",'
    b'"title":"Nilai-Nilai Dasar HAM bagi ASN","was_confirmed":true}'
)


def test_the_canonical_form_is_the_one_that_was_written_down() -> None:
    assert FACTS.canonical() == GOLDEN


def test_in_whatever_order_facts_are_given_their_form_is_the_same() -> None:
    turned = dict(reversed(asdict(FACTS).items()))
    assert list(turned) != list(asdict(FACTS))
    assert CertificateFacts(**turned).canonical() == GOLDEN


def test_every_fact_is_in_it_by_its_name() -> None:
    assert json.loads(FACTS.canonical()).keys() == {*FACT_NAMES, "form"}


CHANGES: dict[str, object] = {
    "code": "7QZ2X9WTRKVB",
    "number": "HAM.01/000124/2026",
    "holder_name": "Siti",
    "employee_number": None,
    "institution_name": None,
    "was_confirmed": False,
    "cause_kind": CauseKind.ATTENDANCE,
    "title": "Lain",
    "theme": "lain",
    "pocketbook_code": None,
    "edition_name": None,
    "release_name": None,
    "release_sha256": None,
    "credit_hours": 2,
    "completed_on": date(2026, 5, 14),
    "issued_at": FACTS.issued_at + timedelta(microseconds=1),
    "template_version": 2,
    "saw_key": True,
}


@pytest.mark.parametrize("name", FACT_NAMES)
def test_whatever_fact_is_another_the_form_is_another(name: str) -> None:
    changed = replace(FACTS, **{name: CHANGES[name]})  # type: ignore[arg-type]  # one of each type
    assert changed.canonical() != GOLDEN


def test_one_moment_has_one_form_in_whatever_zone_it_is_written() -> None:
    east = timezone(timedelta(hours=9))
    there = replace(FACTS, issued_at=datetime(2026, 5, 16, 2, 0, tzinfo=east))
    assert there.canonical() == GOLDEN


def test_letters_have_one_form_however_they_are_put_together() -> None:
    apart, together = (
        replace(FACTS, holder_name=name) for name in ("S\u030ckvorecky\u0301", "Škvorecký")
    )
    assert apart.canonical() == together.canonical()
    assert "Škvorecký".encode() in together.canonical()


def test_half_a_character_has_no_form() -> None:
    with pytest.raises(UnicodeEncodeError):
        replace(FACTS, holder_name="\ud800").canonical()


def test_the_day_of_issue_is_the_registers_and_never_before_the_completion() -> None:
    late = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)  # in the east the next day has begun
    assert replace(FACTS, issued_at=late).issued_on == date(2026, 5, 20)
    eastern = replace(FACTS, issued_at=late, completed_on=date(2026, 5, 21))
    assert eastern.issued_on == date(2026, 5, 21)
