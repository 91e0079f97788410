"""Sign-ons elsewhere, as the environment describes them; what cannot work stops the start."""

from pathlib import Path

import pytest

from config import BadSetting, OidcProvider, Settings

ASN = {
    "OIDC_PROVIDERS": "asn",
    "OIDC_ASN_LABEL": "ASN Contoh",
    "OIDC_ASN_ISSUER": "https://masuk.contoh.example/realms/asn",
    "OIDC_ASN_CLIENT_ID": "sakuham",
}


def read(monkeypatch: pytest.MonkeyPatch, **changes: str) -> tuple[OidcProvider, ...]:
    for name, value in (ASN | changes).items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment().oidc_providers


def test_without_providers_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, OIDC_PROVIDERS="") == ()


def test_a_provider_is_trusted_with_nothing_that_is_not_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (found,) = read(monkeypatch)
    assert found == OidcProvider(
        name="asn",
        label="ASN Contoh",
        issuer="https://masuk.contoh.example/realms/asn",
        client_id="sakuham",
    )
    assert not found.vouches_for_numbers
    assert not found.has_second_factor


def test_all_of_a_provider_can_be_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("kata rahasia\n")
    (found,) = read(
        monkeypatch,
        OIDC_ASN_CLIENT_SECRET_FILE=str(secret),
        OIDC_ASN_NIP_CLAIM="nomor_induk",
        OIDC_ASN_VOUCHES_FOR_NUMBERS="yes",
        OIDC_ASN_INSTITUTION_CLAIM="satker",
        OIDC_ASN_INSTITUTION_CODES="7300=KEMENHAM, 1=LAN",
        OIDC_ASN_HAS_SECOND_FACTOR="1",
    )
    assert found.client_secret == "kata rahasia"
    assert found.institution_codes == {"7300": "KEMENHAM", "1": "LAN"}
    assert (found.vouches_for_numbers, found.has_second_factor) == (True, True)
    assert "kata rahasia" not in repr(found)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"OIDC_PROVIDERS": "asn asn"}, "names one twice"),
        ({"OIDC_PROVIDERS": "ASN/x"}, "is no short name"),
        ({"OIDC_ASN_ISSUER": ""}, "OIDC_ASN_ISSUER is missing"),
        ({"OIDC_ASN_CLIENT_ID": " "}, "OIDC_ASN_CLIENT_ID is missing"),
        ({"OIDC_ASN_ISSUER": "http://masuk.contoh.example"}, "begins with https://"),
        ({"OIDC_ASN_ISSUER": "https://a:b@masuk.contoh.example"}, "begins with https://"),
        ({"OIDC_ASN_ISSUER": "https://masuk.contoh.example/"}, "ends without"),
        ({"OIDC_ASN_ISSUER": "masuk.contoh.example"}, "begins with https://"),
        ({"OIDC_ASN_ISUER": "x"}, "OIDC_ASN_ISUER means nothing; there are OIDC_ASN_CLIENT_ID"),
        ({"OIDC_ASN_VOUCHES_FOR_NUMBERS": "maybe"}, "OIDC_ASN_VOUCHES_FOR_NUMBERS cannot be read"),
        ({"OIDC_ASN_CLIENT_SECRET_FILE": "/tidak/ada"}, "CLIENT_SECRET_FILE cannot be read"),
        ({"OIDC_ASN_INSTITUTION_CODES": "7300"}, "theirs=ours"),
    ],
)
def test_what_cannot_work_is_named(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(BadSetting, match=words):
        read(monkeypatch, **changes)


def test_a_provider_on_this_machine_may_be_spoken_to_without_tls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (found,) = read(monkeypatch, OIDC_ASN_ISSUER="http://127.0.0.1:8080/realms/asn")
    assert found.issuer.startswith("http://")
