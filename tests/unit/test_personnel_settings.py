"""The state's personnel service is named with all that it needs, and nothing goes in the clear."""

from dataclasses import replace

import pytest

from config import BadSetting, Settings
from tests.conftest import SETTINGS


def test_without_an_address_nothing_else_is_needed() -> None:
    assert Settings().personnel_service_url == ""


@pytest.mark.parametrize(
    "name",
    [
        "personnel_service_name",
        "personnel_token_url",
        "personnel_client_id",
        "personnel_client_secret",
        "personnel_sign_on_url",
        "personnel_sign_on_client",
        "personnel_sign_on_user",
        "personnel_sign_on_password",
        "personnel_document_kind",
    ],
)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadSetting, match=name.upper()):
        replace(SETTINGS, **{name: ""})  # type: ignore[arg-type]  # each is a text


@pytest.mark.parametrize(
    "name", ["personnel_service_url", "personnel_token_url", "personnel_sign_on_url"]
)
@pytest.mark.parametrize(
    "address",
    [
        "http://layanan.example/api",
        "https://user:sandi@layanan.example/api",
        "https://layanan.example/api?kunci=rahasia",
        "layanan.example",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_safe_is_refused_without_being_repeated(
    name: str, address: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        replace(SETTINGS, **{name: address})  # type: ignore[arg-type]  # as above
    assert name.upper() in str(refused.value)
    assert address not in str(refused.value)


def test_https_and_this_machine_will_do() -> None:
    for address in ("https://layanan.example/api/1.0/", "http://127.0.0.1:9/api"):
        replace(SETTINGS, personnel_service_url=address)
