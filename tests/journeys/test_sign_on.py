"""In a browser, with the policies that it keeps: to providers that we did not write, and back."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from bench.content import prepare_database
from tests.journeys.axe import violations
from tests.journeys.conftest import NewDatabase, make_site
from tests.journeys.people import settle
from tests.journeys.site import Site
from tests.journeys.walking import sign_in
from tests.journeys.windows import PHONE, OpenWindow
from tests.oidc_providers import People, Running, run_provider

pytestmark = [pytest.mark.browser, pytest.mark.server]

PEOPLE: People = {
    "wulan": {"name": "Wulandari, S.H.", "nip": "190501172099031998"},
    "sari": {"name": "Sari Dewi", "nip": "190501172099031997"},
}
LOGINS = dict(zip(Running.LABELS, PEOPLE, strict=True))


@pytest.fixture(scope="module")
def signing_site(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site with both providers."""
    site = make_site(new_database("sqlite"), tmp_path_factory)
    with ExitStack() as stack:
        running = [
            stack.enter_context(run_provider(name, PEOPLE, site.url)) for name in Running.LABELS
        ]
        site.further = {
            "PUBLIC_URL": site.url,
            "OIDC_PROVIDERS": " ".join(Running.LABELS),
            **{name: value for each in running for name, value in each.environment.items()},
        }
        prepare_database(site.app)
        site.start()
        yield site
        site.stop()
        site.close()


def sign_on(page: Page, name: str) -> None:
    """At the provider, whichever of the two it is: say who one is, and agree."""
    login = LOGINS[name]
    if name == "mock":
        page.locator(f"button[value={login}]").first.click()
        return
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill("apa saja")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize("name", Running.LABELS)
def test_to_a_provider_and_back_and_out_again(
    signing_site: Site, open_window: OpenWindow, name: str
) -> None:
    label = Running.LABELS[name]
    page = open_window(signing_site)
    page.goto("/masuk?lanjut=/akun")
    assert violations(page) == []
    page.get_by_role("link", name=f"Masuk dengan {label}").click()
    sign_on(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_text("Akun")
    expect(page.locator("main")).to_contain_text(str(PEOPLE[LOGINS[name]]["nip"]))
    expect(page.locator("main")).to_contain_text("Ditautkan")
    assert violations(page) == []
    page.goto("/akun")
    page.locator("form[action='/keluar'] button:visible").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda sudah keluar")
    assert violations(page) == []
    page.get_by_role("link", name=f"Keluar juga dari {label}").click()
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{signing_site.url}/**")
    page.goto("/akun")
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk")


def test_whoever_links_an_identity_types_the_password_first(
    signing_site: Site, open_window: OpenWindow
) -> None:
    person = settle(signing_site)
    page = open_window(signing_site, width=PHONE)
    sign_in(page, person)
    page.goto("/akun/tautan/mock")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tautkan Penyedia Satu")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    page.get_by_label("Kata sandi").fill("bukan-kata-sandinya")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("alert")).to_contain_text("Belum ditautkan")
    assert violations(page) == []
    page.get_by_label("Kata sandi").fill(person.password)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.locator("main a[href*='authorize'], main a[href*='auth?']")).to_be_visible()
    assert violations(page) == []


def test_who_cancels_there_reads_so_here(signing_site: Site, open_window: OpenWindow) -> None:
    page = open_window(signing_site)
    page.goto("/masuk")
    page.get_by_role("link", name="Masuk dengan Penyedia Satu").click()
    page.locator("button[value=deny]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk dibatalkan")
    assert violations(page) == []
