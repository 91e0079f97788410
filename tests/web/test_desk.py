"""An officer's desk in the browser: many decided at once and undone, filters, lists by name."""

from tests.browser import Browser
from tests.factories import Factory, InstitutionRef, Person


def enter(browser: Browser, make: Factory, *institutions: InstitutionRef) -> Person:
    """Sign the officer of some institutions in."""
    officer = make.officer("Ratna", at=institutions[0])
    browser.sign_in(officer)
    return officer


def test_those_ticked_are_confirmed_and_undone_from_the_notice(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi, _eko = (make.learner(name, at=ours, confirmed=False) for name in ("Dewi", "Eko"))
    page = browser.get("/kepegawaian")
    assert "2 orang menunggu konfirmasi Anda" in page.words
    form = page.form("/tindakan")
    page = browser.submit(form, {"tindakan": "konfirmasi"})
    assert "Belum ada yang dipilih" in page.words
    page = browser.submit(form, {"tindakan": "konfirmasi", "pegawai": str(dewi.posting_id)})
    assert "1 orang terkonfirmasi." in page.words
    assert "1 orang menunggu konfirmasi Anda" in page.words
    page = browser.submit(page.form("/urungkan"))
    assert "Diurungkan: 1 orang kembali seperti semula." in page.words
    assert "2 orang menunggu konfirmasi Anda" in browser.get("/kepegawaian").words
    assert not [form for form in browser.get("/kepegawaian").forms if "urungkan" in form.action]


def test_all_that_a_filter_leaves_and_nobody_else(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    for name in ("Dewi Satu", "Dewi Dua", "Eko"):
        make.learner(name, at=ours, confirmed=False)
    page = browser.get("/kepegawaian?cari=dewi")
    fields = {"tindakan": "konfirmasi", "lingkup": "semua"}
    page = browser.submit(page.form("/tindakan"), fields)
    assert "2 orang terkonfirmasi." in page.words
    words = browser.get("/kepegawaian?konfirmasi=belum").words
    assert "Eko" in words
    assert "Dewi" not in words


def test_a_filter_is_a_chip_that_is_taken_off_and_a_list_by_name(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Ayu", at=ours)
    make.learner("Dewi", at=ours, confirmed=False)
    page = browser.get("/kepegawaian?konfirmasi=belum&jenis=pns")
    assert "Ayu" not in page.words
    assert "/kepegawaian?konfirmasi=belum" in page.links
    page = browser.submit(page.form("/daftar-tersimpan"), {"nama": "Yang menunggu"})
    assert "Daftar “Yang menunggu” tersimpan." in page.words
    page = browser.get("/kepegawaian/daftar-tersimpan")
    browser.submit(page.forms[-1], {"tindakan": "utama"})
    assert "Ayu" not in browser.get("/kepegawaian").words
    assert "Ayu" in browser.get("/kepegawaian?urut=nama").words


def test_the_figure_is_a_sentence_to_be_copied(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    make.certificate(make.learner("Ayu", at=ours))
    for url in ("/kepegawaian", "/kepegawaian/angka"):
        (sentence,) = [
            tag.text for tag in browser.get(url).document.all("textarea") if tag.get("id")
        ]
        assert sentence.startswith("Kota Contoh per ")
        assert "1 dari 2 pegawai terkonfirmasi (50%)" in sentence


def test_columns_are_chosen(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    page = browser.get("/kepegawaian")
    page = browser.submit(page.form("/kolom"), {"kolom": ["status", "surel"]})
    heads = {
        " ".join(tag.text.split()) for tag in page.document.all("th") if tag.get("scope") == "col"
    }
    assert heads == {"Nama dan NIP", "Surel", "Status", "Tindakan"}
