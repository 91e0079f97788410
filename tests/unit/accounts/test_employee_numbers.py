"""A NIP or an NI PPPK is read for its structure, and the refusal names the part that is wrong."""

import pytest

from lms.accounts.enums import EmployeeKind
from lms.accounts.errors import InvalidEmployeeNumber
from lms.accounts.rules import read_employee_number

PNS = "190501172099031001"
PPPK = "191108302098212004"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        (PNS, EmployeeKind.PNS),
        (PPPK, EmployeeKind.PPPK),
        ("190501172099121001", EmployeeKind.PNS),
        ("190501172099011001", EmployeeKind.PNS),
        ("190501172099221001", EmployeeKind.PPPK),
        ("190501172099991001", EmployeeKind.PPPK),
        ("190402292099032001", EmployeeKind.PNS),
    ],
)
def test_the_thirteenth_digit_tells_the_two_kinds_apart(typed: str, kind: EmployeeKind) -> None:
    assert read_employee_number(typed).kind is kind


@pytest.mark.parametrize(
    "typed",
    [
        "19050117 209903 1 001",
        " 19050117209903 1001 ",
        "19050117.209903.1.001",
        "19050117-209903-1-001",
        "19050117\u00a0209903\u20111\u2013001",
        "".join(chr(0xFF10 + int(digit)) for digit in "190501172099031001"),
    ],
)
def test_spaces_dots_and_dashes_between_the_parts_do_not_matter(typed: str) -> None:
    assert read_employee_number(typed).number == PNS


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "0 angka"),
        (PNS[:-1], "17 angka"),
        (PNS + "0", "19 angka"),
        ("19050117209903100A", "hanya boleh berisi angka"),
        ("190501172099031OO1", "hanya boleh berisi angka"),
        ("١٩٠٥٠١١٧٢٠٩٩٠٣١٠٠١", "hanya boleh berisi angka"),
        ("<script>alert(1)</script>", "hanya boleh berisi angka"),
        ("190513172099031001", "ke-1 sampai ke-8 (19051317)"),
        ("190502302099031001", "ke-1 sampai ke-8 (19050230)"),
        ("190502292099031001", "ke-1 sampai ke-8 (19050229)"),
        ("000001012099031001", "ke-1 sampai ke-8 (00000101)"),
        ("190501171905031001", "ke-9 sampai ke-12 (1905)"),
        ("190501171804031001", "ke-9 sampai ke-12 (1804)"),
        ("190501172099001001", "ke-13 dan ke-14 (00)"),
        ("190501172099131001", "ke-13 dan ke-14 (13)"),
        ("190501172099201001", "ke-13 dan ke-14 (20)"),
        ("190501172099030001", "ke-15 (0)"),
        ("190501172099033001", "ke-15 (3)"),
        ("190501172099219001", "ke-15 (9)"),
        ("190501172099032000", "dibulatkan lembar kerja (000)"),
        ("190501172099033000", "dibulatkan lembar kerja (000)"),
        ("1,90501172099032E+17", "dibulatkan lembar kerja (1,90501172099032E+17)"),
        ("1.99E+17", "dibulatkan lembar kerja"),
        ("2e17", "dibulatkan lembar kerja"),
    ],
)
def test_the_refusal_says_which_part_is_wrong(typed: str, part: str) -> None:
    with pytest.raises(InvalidEmployeeNumber) as refused:
        read_employee_number(typed)
    assert part in str(refused.value)
    assert refused.value.field == "employee_number"
