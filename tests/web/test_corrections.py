"""Corrections on pages: the holder asks, the officer sees both sheets and decides."""

import pytest

from tests.browser import Browser
from tests.factories import Factory, InstitutionRef, Issued, Person

WISH = {
    "fact": "name",
    "wanted": "Ayu Lestari, S.H.",
    "reason": "Gelar itu saya peroleh pada 2019.",
}
REASON = "Sesuai ijazah yang kami terima."


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """The institution that it is about."""
    return make.institution("Kota Contoh")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    """Who answers for its people."""
    return make.officer("Oktavia", at=ours)


@pytest.fixture
def issued(make: Factory, ours: InstitutionRef) -> Issued:
    """A certificate of one of its people."""
    return make.certificate(make.learner("Ayu Lestari", at=ours))


def ask(browser: Browser, issued: Issued, **changes: str) -> None:
    """The holder asks on their certificate's page."""
    browser.sign_in(issued.person)
    page = browser.get(f"/sertifikat/{issued.code}")
    assert f"/sertifikat/{issued.code}/perbaikan" in page.text
    page = browser.get(f"/sertifikat/{issued.code}/perbaikan")
    page = browser.submit(page.form("/perbaikan"), WISH | changes)
    assert "Menunggu keputusan" in page.words
    assert WISH["reason"] in page.words


def test_the_road_from_a_wrong_name_to_the_certificate_that_replaces_it(
    browser: Browser, make: Factory, officer: Person, issued: Issued
) -> None:
    ask(browser, issued)
    assert "Kota Contoh" in browser.get(f"/sertifikat/{issued.code}/perbaikan").words

    browser.sign_in(officer)
    assert "1 permintaan perbaikan sertifikat menunggu keputusan Anda" in browser.get("/").words
    assert "1 permintaan perbaikan sertifikat" in browser.get("/kepegawaian").words
    page = browser.get("/kepegawaian/perbaikan")
    assert "Ayu Lestari, S.H." in page.words
    page = browser.get("/kepegawaian/perbaikan/1")
    assert "pengganti akan sama" in page.words
    edit = f"/kepegawaian/{issued.person.posting_id}/ubah"
    assert edit in page.text
    browser.submit(browser.get(edit).form("/ubah"), {"name": "Ayu Lestari, S.H."})
    page = browser.get("/kepegawaian/perbaikan/1")
    assert "<mark><bdi>Ayu Lestari, S.H.</bdi></mark>" in page.text
    assert page.text.count('class="certificate-picture"') == 2
    page = browser.submit(page.form("/ganti"), {"reason": "ya"}, expect=422)
    assert page.form("/ganti").fields["reason"] == ["ya"]
    page = browser.submit(page.form("/ganti"), {"reason": REASON})
    assert "Sertifikat pengganti terbit" in page.words
    assert "Ayu Lestari" not in page.words

    browser.sign_in(issued.person)
    words = browser.get(f"/sertifikat/{issued.code}/perbaikan").words
    assert "Dikabulkan" in words
    assert "tidak berlaku lagi" in words
    assert (
        "Ayu Lestari, S.H." in browser.get("/belajar").text
        or "Buka sertifikat" in browser.get("/belajar").words
    )


def test_a_request_is_declined_with_an_answer_that_the_holder_reads(
    browser: Browser, officer: Person, issued: Issued
) -> None:
    ask(browser, issued)
    browser.sign_in(officer)
    page = browser.get("/kepegawaian/perbaikan/1")
    form = page.form("/tolak")
    page = browser.submit(form, {"reason": "tidak"}, expect=422)
    assert page.form("/tolak").fields["reason"] == ["tidak"]
    page = browser.submit(page.form("/tolak"), {"reason": "Ijazahnya belum kami terima."})
    assert "Permintaan ditolak" in page.words
    page = browser.submit(form, {"reason": "Ijazahnya belum kami terima."}, expect=409)
    assert "sudah diputuskan" in page.words
    browser.sign_in(issued.person)
    words = browser.get(f"/sertifikat/{issued.code}/perbaikan").words
    assert "Ijazahnya belum kami terima." in words
    assert "Kirim permintaan" in words


def test_a_refused_request_keeps_what_was_typed(browser: Browser, issued: Issued) -> None:
    browser.sign_in(issued.person)
    page = browser.get(f"/sertifikat/{issued.code}/perbaikan")
    page = browser.submit(page.form("/perbaikan"), {"wanted": "Ayu, S.H."}, expect=422)
    assert "Pilih apa yang salah." in page.words
    assert page.form("/perbaikan").fields["wanted"] == ["Ayu, S.H."]


def test_a_second_request_is_told_that_one_waits(browser: Browser, issued: Issued) -> None:
    browser.sign_in(issued.person)
    form = browser.get(f"/sertifikat/{issued.code}/perbaikan").form("/perbaikan")
    browser.submit(form, WISH)
    page = browser.submit(form, WISH, expect=409)
    assert "masih menunggu keputusan" in page.words
    page = browser.submit(page.form("/tarik"))
    assert "Permintaan Anda ditarik" in page.words
    assert "Ditarik" in page.words


def test_an_officer_asks_for_their_staff_and_decides_on_the_next_page(
    browser: Browser, make: Factory, officer: Person, issued: Issued
) -> None:
    make.rename(issued.person, "Ayu Lestari, S.H.")
    browser.sign_in(officer)
    page = browser.get(f"/kepegawaian/{issued.person.posting_id}/ubah")
    ask_page = f"/kepegawaian/perbaikan/sertifikat/{issued.code}"
    assert ask_page in page.text
    page = browser.get(ask_page)
    page = browser.submit(page.form(issued.code), {"fact": "name"}, expect=422)
    page = browser.submit(page.form(issued.code), WISH)
    assert "oleh Oktavia" in page.words
    assert "Benar, ganti sertifikat" in page.words
    browser.sign_in(issued.person)
    words = browser.get(f"/sertifikat/{issued.code}/perbaikan").words
    assert "Permintaan instansi Anda" in words
    assert "Tarik permintaan" not in words


def test_a_title_goes_to_the_registrars(
    browser: Browser, make: Factory, officer: Person, issued: Issued
) -> None:
    ask(browser, issued, fact="title", wanted="Nilai yang Benar")
    browser.sign_in(officer)
    page = browser.get("/kepegawaian/perbaikan")
    assert "Menunggu koordinator 1" in page.words
    page = browser.get("/kepegawaian/perbaikan/1")
    assert "diputuskan koordinator" in page.words
    assert "/tolak" not in page.text
    make.revise(issued.book, title="Nilai yang Benar")
    browser.sign_in(make.coordinator())
    assert "1 permintaan perbaikan" in browser.get("/").words
    assert "Permintaan perbaikan 1" in browser.get("/koordinator/sertifikat").words
    page = browser.get("/koordinator/permintaan/1")
    assert "<mark><bdi>Nilai yang Benar</bdi></mark>" in page.text
    page = browser.submit(page.form("/ganti"), {"reason": REASON})
    assert "Sertifikat pengganti terbit" in page.words


@pytest.mark.parametrize("deed", ["", "/ganti", "/tolak"])
def test_another_institutions_officer_finds_no_request(
    browser: Browser, make: Factory, issued: Issued, deed: str
) -> None:
    ask(browser, issued)
    browser.sign_in(make.officer(at=make.institution()))
    assert "Ayu Lestari" not in browser.get("/kepegawaian/perbaikan").words
    path = f"/kepegawaian/perbaikan/1{deed}"
    if deed:
        browser.post(path, {"reason": REASON, "seen": "x"}, expect=404)
    else:
        browser.get(path, expect=404)
    browser.get(f"/kepegawaian/perbaikan/sertifikat/{issued.code}", expect=404)


def test_nobody_asks_about_somebody_elses_certificate(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(make.learner())
    browser.get(f"/sertifikat/{issued.code}/perbaikan", expect=404)
    browser.get("/sertifikat/salah/perbaikan", expect=404)
