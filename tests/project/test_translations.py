"""The English texts: whole, sound, and all that a reader of English gets to see."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from lms.accounts.enums import Role
from tests.browser import VOID, Browser
from tests.factories import Factory, Issued, Person
from tests.pocketbooks import Source

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "lms" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None}
MARKS = {"N_", "_", "gettext", "lazy_gettext", "ngettext"}
SHOWN = ("alt", "aria-label", "content", "data-done", "data-label", "data-word", "placeholder")
PLACEHOLDERS = re.compile(r"%\(\w+\)\w|</?\w+>")
NO_WORDS = re.compile(r"\S+@\S+|https?://\S+|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
WORD = re.compile(r"\b[^\W\d_]{2,}\b")
OWN_NAME = {"saku", "ham"}


@cache
def read_catalogue() -> Catalog:
    """The English catalogue as it stands in the tree."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


@cache
def messages() -> list[Message]:
    """Its sentences, without the header."""
    return [message for message in read_catalogue() if message.id]


def forms(texts: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """A sentence, or the forms of one that counts something."""
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


@cache
def extracted() -> frozenset[tuple[str, ...]]:
    """What `bin/translate` finds in the source."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=KEYWORDS,
        directory_filter=lambda folder: (ROOT / "lms") in (Path(folder), *Path(folder).parents),
    )
    return frozenset(forms(text) for _file, _line, text, _comments, _context in found)


def test_the_catalogue_has_the_sentences_of_the_source_and_no_others() -> None:
    known = {forms(message.id) for message in messages()}
    advice = "run bin/translate, then translate what is new"
    assert extracted() == known, advice
    assert not read_catalogue().obsolete


def test_every_sentence_is_translated_and_none_is_a_guess() -> None:
    for message in messages():
        texts = forms(message.string)
        assert len(texts) == len(forms(message.id)), message.id
        assert all(text.strip() for text in texts), message.id
        assert not message.fuzzy, message.id
    assert read_catalogue().num_plurals == 2


def test_a_translation_keeps_the_places_and_the_tags_of_its_sentence() -> None:
    for message in messages():
        wanted = sorted(PLACEHOLDERS.findall(forms(message.id)[0]))
        for text in forms(message.string):
            assert sorted(PLACEHOLDERS.findall(text)) == wanted, message.id
            assert "%" not in PLACEHOLDERS.sub("", text), message.id


def test_no_marked_sentence_escapes_the_extraction() -> None:
    """A sentence inside another marked call does, and so does one that is put together."""
    known = {text for message in messages() for text in forms(message.id)}
    for file in sorted((ROOT / "lms").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) in MARKS:
                where = f"{file.relative_to(ROOT)}:{call.lineno}"
                for argument in call.args:
                    assert not isinstance(argument, ast.JoinedStr | ast.BinOp), where
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        assert argument.value in known, where


class EnglishTexts(HTMLParser):
    """The texts of a page that it gives out as English, names of people aside."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._languages = ["en"]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the language, and the attributes that a person gets to see or hear."""
        attributes = dict(attrs)
        inherited = "none" if tag in {"bdi", "script", "title"} else self._languages[-1]
        language = attributes.get("lang") or inherited
        if language == "en":
            self.texts += [attributes.get(name) or "" for name in SHOWN]
        if tag not in VOID:
            self._languages.append(language)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A part of a drawing says nothing."""

    def handle_endtag(self, tag: str) -> None:
        """Go back to the language around."""
        if tag not in VOID:
            self._languages.pop()

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if self._languages[-1] == "en":
            self.texts.append(data)


def words(texts: Iterator[str]) -> set[str]:
    """The words of some texts, in small letters."""
    return {word.lower() for text in texts for word in WORD.findall(_bare(text))}


def _bare(text: str) -> str:
    return PLACEHOLDERS.sub(" ", NO_WORDS.sub(" ", text))


@cache
def only_indonesian() -> frozenset[str]:
    """Words of the Indonesian interface that the English one does not have."""
    indonesian = words(text for message in messages() for text in forms(message.id))
    english = words(text for message in messages() for text in forms(message.string))
    return frozenset(indonesian - english - OWN_NAME)


def indonesian_on(page: str) -> set[str]:
    """Words of the Indonesian interface, in texts that pass for English."""
    return words(iter(EnglishTexts(page).texts)) & only_indonesian()


@pytest.fixture
def english(
    app: Flask, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Browser:
    """Somebody who has chosen English, and gets the catalogue as it stands in the tree."""
    compiled = tmp_path / "translations" / "en" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, read_catalogue())
    babel = app.extensions["babel"]
    with app.app_context():
        monkeypatch.setattr(babel.instance.domain_instance, "cache", {})
    monkeypatch.setattr(babel, "translation_directories", [str(compiled.parents[2])])
    browser.get("/tampilan?bahasa=en&kembali=/masuk")
    return browser


@pytest.fixture
def everybody(make: Factory) -> Person:
    """A person of all roles, who meets every page."""
    place = make.institution("Biro Uji")
    roles = ((Role.HR_OFFICER, place), (Role.COORDINATOR, None), (Role.ADMIN, None))
    return make.learner("Ayu", at=place, roles=roles)


@pytest.fixture
def issued(make: Factory, everybody: Person) -> Issued:
    """Their certificate."""
    return make.certificate(everybody)


def test_a_page_in_english_says_so_and_leaves_the_pocketbook_in_indonesian(
    english: Browser, make: Factory
) -> None:
    make.book()
    page = english.get("/buku/nilai-contoh/1")
    assert page.document.all("html")[0].get("lang") == "en"
    assert "Chapter 1 of 2" in page.words
    for address in ("/", "/buku/nilai-contoh", "/buku/nilai-contoh/1"):
        assert "The pocketbooks are in Indonesian." in english.get(address).words, address
    for name, text in (("h1", "Bab ke-1"), ("div", "Ini paragraf pertama"), ("div", "Cek bab 1")):
        tag = [tag for tag in page.document.all(name) if text in tag.text][-1]
        assert "id" in {each.get("lang") for each in (tag, *tag.parents[1:])}, text
    assert indonesian_on(page.text) == set()


def test_english_has_a_form_for_one_and_a_form_for_many(english: Browser, make: Factory) -> None:
    make.book(source=Source(chapters=1, bank=1, draw=1))
    assert {"1 chapter", "1 question"} <= set(_short_texts(english.get("/buku/nilai-contoh").text))
    make.book("nilai-dua", chapters=3)
    assert {"3 chapters", "4 questions"} <= set(_short_texts(english.get("/buku/nilai-dua").text))


def _short_texts(page: str) -> Iterator[str]:
    return (" ".join(text.split()) for text in EnglishTexts(page).texts)


def left_in_indonesian(
    browser: Browser, *paths: str, refused: tuple[str, ...] = ()
) -> dict[str, set[str]]:
    """The pages on which Indonesian words pass for English."""
    pages = {path: browser.client.get(path) for path in (*paths, *refused)}
    assert [path for path, page in pages.items() if page.status_code != 200] == list(refused)
    found = {path: indonesian_on(page.get_data(as_text=True)) for path, page in pages.items()}
    return {path: words for path, words in found.items() if words}


def test_no_indonesian_is_left_for_a_reader(
    english: Browser, make: Factory, everybody: Person, issued: Issued
) -> None:
    withdrawn, corrected = (
        make.certificate(make.learner(at=everybody.institution), issued.book) for _ in range(2)
    )
    make.revoke(withdrawn)
    make.rename(corrected.person, "Citra")
    make.replace(corrected)
    left = left_in_indonesian(
        english,
        *("/", "/buku/nilai-contoh", "/buku/nilai-contoh/2", "/capaian", "/privasi"),
        *(f"/buku/nilai-contoh/1?cek=uji01-c01&pilih={choice}" for choice in (0, 1)),
        *("/masuk", "/daftar", "/lupa-kata-sandi", "/verifikasi"),
        *(f"/v/{issue.code}" for issue in (issued, withdrawn, corrected)),
        refused=(
            *("/verifikasi?kode=MBT9", "/verifikasi?kode=MBT96K8JG5M0", "/v/MBT96K8JG5MG"),
            *("/buku/tidak-ada", "/tidak-ada", "/tautan/abc", "/belajar"),
        ),
    )
    assert left == {}


def test_no_indonesian_is_left_for_somebody_signed_in(
    english: Browser, make: Factory, everybody: Person, issued: Issued
) -> None:
    make.learner("Budi", at=everybody.institution, confirmed=False)
    waiting = make.not_passed(everybody, make.book("nilai-dua"))
    open_sitting = make.attempt(everybody, make.book("nilai-tiga"))
    make.book("nilai-empat")
    english.sign_in(everybody)
    left = left_in_indonesian(
        english,
        *("/", "/buku/nilai-contoh", "/buku/nilai-contoh/1", "/belajar", "/akun"),
        *(f"/modul/nilai-{name}/kuis" for name in ("contoh", "dua", "tiga", "empat")),
        *(f"/percobaan/{waiting.token}/hasil", f"/percobaan/{open_sitting.token}"),
        *("/kepegawaian", "/kepegawaian?cari=xyz", "/kepegawaian/tambah"),
        *(f"/kepegawaian/{everybody.posting_id}/ubah", f"/sertifikat/{issued.code}"),
        *("/koordinator/sertifikat", f"/koordinator/sertifikat/{issued.code}"),
    )
    assert left == {}


def test_no_indonesian_is_left_on_a_form_that_is_refused(
    english: Browser, everybody: Person, issued: Issued
) -> None:
    long = "x" * 300
    pages = [
        english.post("/masuk", {"identifier": long, "password": "x"}, expect=422),
        english.post("/masuk", {"identifier": "ayu@contoh-a.example", "password": "x"}, expect=403),
        english.post("/daftar", {"name": "", "employee_number": "1", "email": "a"}, expect=422),
    ]
    english.sign_in(everybody)
    staff = {"name": "Budi", "employee_number": "1" * 18, "institution": "Biro Lain"}
    pages += [
        english.post("/kepegawaian/tambah", staff, expect=422),
        english.post(f"/koordinator/sertifikat/{issued.code}/ganti", {"reason": "-"}, expect=422),
        english.post("/akun/perangkat/0/keluar", expect=404),
    ]
    assert [indonesian_on(page.text) for page in pages] == [set()] * len(pages)
