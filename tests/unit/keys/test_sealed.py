"""What is sealed for a row opens for that row, and by no other passphrase."""

import pytest

from lms.keys.sealed import CannotUnseal, seal, unseal

SECRET, PASSPHRASE = b"rahasia", b"a passphrase for tests"


def sealed() -> bytes:
    return seal(SECRET, PASSPHRASE, purpose="second factor", row="account:1")


def test_it_opens_as_it_was_sealed_and_never_looks_the_same() -> None:
    assert unseal(sealed(), PASSPHRASE, purpose="second factor", row="account:1") == SECRET
    assert sealed() != sealed()
    assert SECRET not in sealed()


@pytest.mark.parametrize(
    ("passphrase", "purpose", "row"),
    [
        (b"another", "second factor", "account:1"),
        (PASSPHRASE, "something else", "account:1"),
        (PASSPHRASE, "second factor", "account:2"),
    ],
)
def test_it_opens_for_nothing_else(passphrase: bytes, purpose: str, row: str) -> None:
    with pytest.raises(CannotUnseal):
        unseal(sealed(), passphrase, purpose=purpose, row=row)


@pytest.mark.parametrize(
    "changed",
    [b"", b"x" * 12, sealed()[:-1], sealed() + b"x"],
    ids=["nothing", "too little", "cut off", "longer"],
)
def test_what_was_changed_does_not_open(changed: bytes) -> None:
    with pytest.raises(CannotUnseal):
        unseal(changed, PASSPHRASE, purpose="second factor", row="account:1")
