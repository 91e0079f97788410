"""The words of a sheet against the register: nothing true is doubted, nothing false believed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdfium2 import PdfDocument

from lms.certificates.enums import CauseKind
from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.letterheads import Letterhead
from lms.certificates.printing import print_certificate
from lms.certificates.theme import theme_of
from lms.checking.sheet_text import differences_of
from lms.printing.fonts import BUILT_FONTS

FACTS = CertificateFacts(
    code="MBT96K8JG5MG",
    number="HAM.01/000123/2026",
    holder_name="Siti Aminah, S.H.",
    employee_number="199001012015032001",
    institution_name="Pemerintah Kota Contoh",
    was_confirmed=True,
    cause_kind=CauseKind.PASSED_ATTEMPT,
    title="Hak atas Rasa Aman",
    theme="kawung",
    pocketbook_code="HAM-01",
    edition_name="2026.1",
    release_name="2026.1.1",
    release_sha256="ab" * 32,
    credit_hours=2,
    completed_on=date(2026, 5, 20),
    issued_at=datetime(2026, 5, 20, 3, tzinfo=UTC),
    template_version=3,
    saw_key=False,
    started_on=date(2026, 5, 18),
    pass_mark=80,
)
LETTERHEAD = Letterhead(
    unit_name="Pusat Pelatihan Contoh",
    signatory_name="Dr. Ratna Dewi",
    office="Kepala Pusat",
    place="Jakarta",
    employee_number="197001012000032009",
)
OTHERWISE = {
    "holder_name": "Siti Aminah, M.H.",
    "employee_number": "199001012015032002",
    "title": "Hak atas Rasa",
    "credit_hours": 20,
    "completed_on": date(2026, 5, 21),
    "institution_name": "Pemerintah Kota Lain",
    "pass_mark": 60,
    "valid_until": date(2030, 1, 1),
    "number": "HAM.01/000124/2026",
}


def text_of(facts: CertificateFacts) -> str:
    """The words of a sheet, as they are selected."""
    imprint = Imprint(
        "Kementerian Contoh",
        f"https://sakuham.example/v/{facts.code}",
        letterhead=LETTERHEAD,
        shows_whole_number=True,
    )
    sheet = print_certificate(
        facts, imprint, theme_of(facts.theme), fonts=BUILT_FONTS, objectives=("Menjelaskan 3 JP",)
    )
    with PdfDocument(sheet) as document:
        return str(document[0].get_textpage().get_text_range())


@pytest.mark.parametrize(
    "facts",
    [
        FACTS,
        replace(FACTS, employee_number=None),
        replace(FACTS, employee_number=None, institution_name=None),
        replace(FACTS, holder_name="Muhammad Rizky Ramadhan Putra Wijaya Kusuma Nugroho " * 2),
        replace(FACTS, holder_name="محمد الفارسي"),
        replace(FACTS, holder_name="ꦗꦮ 李明, S.H."),
        replace(FACTS, holder_name="Nguyễn Thị Mỹ Linh fi ffi"),
        replace(
            FACTS, title="Kerja 8 JP pada 2026: hak atas rasa aman di tempat kerja dan di jalan"
        ),
        replace(FACTS, cause_kind=CauseKind.ATTENDANCE, title="Seminar", release_sha256=None),
        replace(FACTS, credit_hours=120),
        replace(FACTS, started_on=date(2025, 12, 30), valid_until=date(2029, 5, 20)),
        replace(FACTS, started_on=None, pass_mark=None),
    ],
)
def test_a_sheet_of_ours_says_what_the_register_says(facts: CertificateFacts) -> None:
    assert differences_of(facts, text_of(facts)) == ()


@pytest.mark.parametrize(("fact", "value"), OTHERWISE.items())
def test_each_fact_that_was_changed_stands_beside_the_true_one(fact: str, value: object) -> None:
    forged = replace(FACTS, **{fact: value})  # type: ignore[arg-type]
    (found,) = differences_of(FACTS, text_of(forged))
    assert found.fact == fact
    assert found.printed != found.registered
    assert "1990" not in found.registered


def test_a_name_beside_the_true_one_is_noticed() -> None:
    text = text_of(FACTS).replace("Siti Aminah, S.H.", "Budi\nSiti Aminah, S.H.")
    (found,) = differences_of(FACTS, text)
    assert (found.fact, found.printed) == ("holder_name", "Budi Siti Aminah, S.H.")


def test_a_sheet_on_a_second_page_has_to_say_the_same() -> None:
    forged = text_of(replace(FACTS, holder_name="Budi"))
    assert differences_of(FACTS, f"{text_of(FACTS)}\n{text_of(FACTS)}") == ()
    (found,) = differences_of(FACTS, f"{text_of(FACTS)}\n{forged}")
    assert (found.fact, found.printed) == ("holder_name", "Budi")


@pytest.mark.parametrize("masked", ["NIP •••••••••••••••001", "NIP 1990•••• •••••• • •01"])
def test_a_masked_number_is_the_holders_as_far_as_it_is_shown(masked: str) -> None:
    text = text_of(FACTS).replace("NIP 19900101 201503 2 001", masked)
    assert differences_of(FACTS, text) == ()
    (found,) = differences_of(FACTS, text.replace("01\r\n", "02\r\n", 1))
    assert found.fact == "employee_number"


def test_a_guess_at_the_digits_that_nobody_may_know_is_not_answered() -> None:
    guess = text_of(replace(FACTS, employee_number="198512242010011001"))
    assert differences_of(FACTS, guess) == ()
    (found,) = differences_of(FACTS, guess, knows_number=True)
    assert found.fact == "employee_number"
    assert "1990" not in found.registered


def test_a_page_of_other_words_has_none_of_the_facts() -> None:
    found = {difference.fact for difference in differences_of(FACTS, "Surat Tugas\nNomor 1/2026")}
    assert found == {
        "holder_name",
        "institution_name",
        "title",
        "credit_hours",
        "completed_on",
        "number",
    }
