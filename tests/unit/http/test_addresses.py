"""A request may name one of our own pages to go on to, and no other."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.http.addresses import local_path


@pytest.mark.parametrize(
    "target", ["/", "/buku/nilai/2?cek=a&pilih=1", "/akun#perangkat", "/v/ABC"]
)
def test_a_path_of_ours_is_taken(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "akun",
        "//evil.example",
        "//evil.example/akun",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/akun\r\nSet-Cookie: masuk=x",
        "/\x00/evil.example",
        " //evil.example",
    ],
)
def test_what_leads_elsewhere_is_not(target: str | None) -> None:
    assert local_path(target) is None


@given(st.text(st.sampled_from("/\\.:@?#abhtps \t\n\r"), max_size=12))
def test_nothing_that_is_taken_leaves_the_house(target: str) -> None:
    taken = local_path(target)
    if taken is not None:
        as_a_browser_does = taken.replace("\\", "/")
        for stripped in "\t\n\r":
            as_a_browser_does = as_a_browser_does.replace(stripped, "")
        here = urlsplit(urljoin("https://sakuham.example/masuk", as_a_browser_does))
        assert (here.scheme, here.netloc) == ("https", "sakuham.example")
