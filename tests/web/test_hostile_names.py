"""Names as people have them, and as nobody should: on every page that shows one, and on paper."""

import json
import unicodedata

import pytest

from tests.browser import Browser
from tests.factories import Factory

NAMES = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% raw %} %s %(name)s",
    "محمد عبد الله",
    "Siti \u202emoc.live\u202c\u200f Aminah",
    "Ñ" * 200,
    "Drs. H. A'an O'Brien & Rekan, M.Si.",
    "=HYPERLINK(1)",
    "</title></script><svg onload=x>",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_and_nothing_of_it_runs(
    browser: Browser, make: Factory, name: str
) -> None:
    ours = make.institution("Dinas <b>Contoh</b> & Rekan")
    person = make.learner(name, at=ours)
    issued = make.certificate(person)
    waiting = make.learner(f"{name[:190]} 2", at=ours, confirmed=False)
    as_person = browser.another()
    as_person.sign_in(person)
    as_officer = browser.another()
    as_officer.sign_in(make.officer("Ratna", at=ours))
    as_registrar = browser.another()
    as_registrar.sign_in(make.coordinator("Baharuddin"))
    opened = [
        (browser, f"/v/{issued.code}"),
        (as_person, f"/sertifikat/{issued.code}"),
        (as_person, "/akun"),
        (as_officer, "/kepegawaian"),
        (as_officer, f"/kepegawaian/{person.posting_id}/ubah"),
        (as_registrar, "/koordinator/sertifikat"),
        (as_registrar, f"/koordinator/sertifikat/{issued.code}"),
    ]
    for visitor, url in opened:
        page = visitor.get(url)  # which checks that the page nests and holds no script of its own
        shown = [*page.document.words.split(), *" ".join(page.values("name")).split()]
        assert set(name.split()) <= set(shown) or "".join(name.split()) in "".join(shown), url
        assert not [tag for tag in page.document.all("img") if tag.get("src") == "x"], url
    data = json.loads(as_person.get("/akun/data.json").text)
    assert data["account"][0]["name"] == name
    form = as_officer.get("/kepegawaian?status=waiting").form(f"/{waiting.posting_id}/konfirmasi")
    assert "terkonfirmasi" in as_officer.submit(form).words


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_certificate_is_printed_for_any_name(browser: Browser, make: Factory, name: str) -> None:
    issued = make.certificate(make.learner(name, at=make.institution()))
    browser.sign_in(issued.person)
    page = browser.get(f"/sertifikat/{issued.code}.pdf")
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.data.startswith(b"%PDF-")


def test_marks_that_turn_text_round_do_not_get_into_a_name_by_a_form(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    browser.sign_in(make.officer(at=ours))
    number = make.employee_number()
    browser.get("/kepegawaian/tambah")
    page = browser.post(
        "/kepegawaian/tambah",
        {
            "name": "Siti\u202e \u200fAminah\u2066\u0007",
            "employee_number": number,
            "email": "siti@contoh.example",
            "institution": ours.name,
        },
    )
    assert "Siti Aminah" in page.words
    assert not [each for each in page.text if unicodedata.bidirectional(each) in {"RLO", "RLI"}]
