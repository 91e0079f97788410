"""Which two accounts may be one person's, from names, numbers and addresses alone."""

import pytest

from lms.institutions.oneself import Identity
from lms.institutions.people.likeness import base_name, may_be_one

BIRTH, OTHER_BIRTH = "198504122010011001", "199001012015031002"


@pytest.mark.parametrize(
    "address",
    [
        "ayu.lestari@contoh.example",
        "ayulestari@contoh.example",
        "ayu.lestari+2@contoh.example",
        "Ayu.Lestari@lain.example",
    ],
)
def test_addresses_that_differ_only_by_dots_a_tag_or_size_are_shown(address: str) -> None:
    one = Identity("Ayu Lestari", BIRTH, "ayu.lestari@contoh.example")
    assert may_be_one(one, Identity("Ayu Lestari", OTHER_BIRTH, address))
    assert not may_be_one(one, Identity("Budi Santoso", OTHER_BIRTH, address))


@pytest.mark.parametrize("address", ["", "+2@contoh.example", "ayu.lestari2@contoh.example"])
def test_addresses_that_differ_otherwise_say_nothing(address: str) -> None:
    one = Identity("Ayu Lestari", BIRTH, "ayu.lestari@contoh.example")
    assert not may_be_one(one, Identity("Ayu Lestari", OTHER_BIRTH, address))
    assert not may_be_one(Identity("Ayu", "", ""), Identity("Ayu", "", address))


@pytest.mark.parametrize(
    "name",
    [
        "\u0410\u0441\u0435",  # wholly Cyrillic, as "Ace" looks
        "ACE, S.H.",
        "A\u0301ce",
        "\u0391ce",
    ],
)
def test_names_that_look_the_same_are_the_same_name(name: str) -> None:
    assert base_name(name) == base_name("Ace")
