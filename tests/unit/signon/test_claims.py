"""What a provider says about a person, read with no more trust than anybody's form."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.enums import EmployeeKind
from lms.signon.claims import Told, Wanted, read_claims
from lms.signon.client import read_error_code

ISSUER = "https://masuk.contoh.example"
NUMBER = "190501172099031001"
WANTED = Wanted("nip", "name", "satker", {"7300": "KEMENHAM"})


def told(**claims: Any) -> Told:
    return read_claims(ISSUER, {"sub": "a", **claims}, WANTED)


@pytest.mark.parametrize(
    "nip",
    [NUMBER, int(NUMBER), f" {NUMBER} ", [NUMBER], "19050117 209903 1 001"],
    ids=["text", "a whole number", "with spaces", "a list", "in groups"],
)
def test_a_number_is_read_however_a_directory_writes_it(nip: object) -> None:
    found = told(nip=nip).number
    assert found is not None
    assert (found.number, found.kind) == (NUMBER, EmployeeKind.PNS)


@pytest.mark.parametrize("proof", [None, False, "true", 1, ["yes"]])
def test_an_address_counts_only_where_it_is_proved(proof: object) -> None:
    assert told(email="a@contoh.example", email_verified=proof).email is None
    assert told(email="A@contoh.example", email_verified=True).email == "a@contoh.example"


def test_an_institution_is_told_by_our_code_or_by_theirs() -> None:
    assert told(satker="7300").institution_code == "KEMENHAM"
    assert told(satker=7300).institution_code == "KEMENHAM"
    assert told(satker="LAN").institution_code == "LAN"
    assert told().institution_code is None
    unasked = Wanted("nip", "name", "", {})
    assert read_claims(ISSUER, {"sub": "a", "": "LAN"}, unasked).institution_code is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(nip=JSON, name=JSON, email=JSON, satker=JSON)
def test_whatever_is_said_is_read_or_left(**claims: Any) -> None:
    found = told(email_verified=True, **claims)
    assert found.subject == "a"
    assert found.name is None or "\n" not in found.name


@given(st.text())
def test_an_error_is_shown_only_if_it_is_a_name(text: str) -> None:
    shown = read_error_code(text)
    assert shown == "unknown" or shown.replace("_", "").isalnum()
    assert len(shown) <= 40
