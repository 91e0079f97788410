"""What a certificate says, and its canonical form: the bytes that others will rely on."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lms.certificates.enums import CauseKind
from lms.certificates.facts import FACT_NAMES, FORM_1, FORM_2, CertificateFacts
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


# Form 2, written down for good as well: what began when, and what the quiz asked for.
FACTS_2 = replace(
    FACTS,
    template_version=3,
    started_on=date(2026, 5, 2),
    pass_mark=70,
    valid_until=date(2028, 5, 15),
)
GOLDEN_2 = (
    b'{"cause_kind":"passed_attempt","code":"MBT96K8JG5MG","completed_on":"2026-05-15",'
    b'"credit_hours":1,"edition_name":"2026.1","employee_number":"190501172099031001",'
    b'"form":"sakuham.certificate.2","holder_name":"dr. Nur\'aini Siregar, S.Pd., M.Si.",'
    b'"institution_name":"Pemerintah Kabupaten Contoh Jaya",'
    b'"issued_at":"2026-05-15T17:00:00.000000Z","number":"HAM.01/000123/2026","pass_mark":70,'
    b'"pocketbook_code":"HAM-01","release_name":"2026.1",'
    b'"release_sha256":"a3f1c92e07b4d65819cc40d2e7a15b3fa3f1c92e07b4d65819cc40d2e7a15b3f",'
    b'"saw_key":false,"started_on":"2026-05-02","template_version":3,"theme":"nilai-dasar",'
    b'"title":"Nilai-Nilai Dasar HAM bagi ASN","valid_until":"2028-05-15","was_confirmed":true}'
)


@pytest.mark.parametrize(("facts", "form"), [(FACTS, GOLDEN), (FACTS_2, GOLDEN_2)])
def test_each_canonical_form_is_the_one_that_was_written_down(
    facts: CertificateFacts, form: bytes
) -> None:
    assert facts.canonical() == form


@pytest.mark.parametrize("version", [1, 2])
def test_designs_of_before_keep_the_form_of_before_whatever_is_known_by_now(version: int) -> None:
    said = json.loads(replace(FACTS_2, template_version=version).canonical())
    assert said == json.loads(GOLDEN) | {"template_version": version}


def test_what_nobody_noted_is_null_in_form_2() -> None:
    said = json.loads(replace(FACTS, template_version=3).canonical())
    assert (said["started_on"], said["pass_mark"], said["valid_until"]) == (None, None, None)


def test_in_whatever_order_facts_are_given_their_form_is_the_same() -> None:
    turned = dict(reversed(asdict(FACTS).items()))
    assert list(turned) != list(asdict(FACTS))
    assert CertificateFacts(**turned).canonical() == GOLDEN


def test_every_fact_is_in_it_by_its_name() -> None:
    assert json.loads(FACTS.canonical()).keys() == {*FORM_1[1], "form"}
    assert json.loads(FACTS_2.canonical()).keys() == {*FACT_NAMES, "form"}


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
    "template_version": 4,
    "saw_key": True,
    "started_on": None,
    "pass_mark": 80,
    "valid_until": None,
}


@pytest.mark.parametrize(
    ("facts", "name"),
    [*((FACTS, name) for name in FORM_1[1]), *((FACTS_2, name) for name in FORM_2[1])],
)
def test_whatever_fact_is_another_the_form_is_another(facts: CertificateFacts, name: str) -> None:
    changed = replace(facts, **{name: CHANGES[name]})  # type: ignore[arg-type]  # one of each type
    assert changed.canonical() != facts.canonical()


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
