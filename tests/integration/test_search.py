"""Searching all pocketbooks: what is found, in which order, and what never is."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from lms.db import db, transaction
from lms.pocketbooks.models import Chapter, Passage
from lms.pocketbooks.queries import forget_releases
from lms.pocketbooks.search.indexing import index_release, list_unindexed
from lms.pocketbooks.search.queries import A_PAGE, LONGEST, Found, search
from lms.worker.handlers import find_unsearched
from tests.factories import Factory
from tests.pocketbooks import Source

GLOSSARY = (
    "# Daftar istilah\n\n- **saksi**: orang yang melihat perundungan.\n"
    "- **korban**: orang yang mengalami perundungan, dan bukan saksi.\n"
)
EXTRA = (
    "Perundungan melukai siapa pun.\n\n## Melindungi saksi\n\n"
    "Perlindungan saksi dimulai dari atasan. Pasal 15 memuatnya.\n\n"
    "Kekerasan di kantor bukan candaan."
)


def book(make: Factory, slug: str = "nilai-contoh", **changes: object) -> None:
    code = "UJI-01" if slug == "nilai-contoh" else "UJI-77"
    files = {"istilah.md": GLOSSARY, "fasilitator.md": "# Lembar\n\nRahasia pemandu.\n"}
    values = {"extra": EXTRA, "files": files} | changes
    make.book(source=Source(slug=slug, code=code, title=f"Buku {slug}", **values))  # type: ignore[arg-type]


def shown(found: Found) -> list[str]:
    return ["".join(piece.text for piece in hit.excerpt) for hit in found.hits]


def marked(found: Found) -> set[str]:
    return {piece.text for hit in found.hits for piece in hit.excerpt if piece.is_hit}


def test_the_sentence_is_found_in_any_form_of_its_words(make: Factory) -> None:
    book(make, chapters=1)
    for query in (
        "pelindungan saksi",
        "PERLINDUNGAN Saksi",
        "melindungi saksi",
        "saksi dilindungi",
    ):
        found = search(query)
        assert found.kind == "all"
        assert "Perlindungan saksi dimulai dari atasan." in shown(found)
        assert {"Perlindungan", "saksi"} <= marked(found)


def test_it_says_where_that_is(make: Factory) -> None:
    book(make, chapters=1)
    (hit,) = search("candaan").hits
    assert (hit.slug, hit.part, hit.number) == ("nilai-contoh", "bab", 1)
    assert hit.chapter_title == "Bab ke-1 dari Buku nilai-contoh"
    html = db.session.scalars(select(Chapter.html)).one()
    assert f'<p id="{hit.anchor}">Kekerasan di kantor' in html


def test_titles_and_terms_come_first_and_then_the_shorter(make: Factory) -> None:
    book(make, chapters=1)
    assert shown(search("saksi"))[0] == "saksi: orang yang melihat perundungan."
    assert search("melindungi saksi").hits[0].excerpt[0].text == "Melindungi"
    assert search("buku nilai contoh").hits[0].part == "buku"


def test_a_word_with_a_wrong_letter_is_searched_for_as_it_was_meant(make: Factory) -> None:
    book(make)
    for typed, meant in (
        ("perundugan", "perundungan"), ("ke kerasan", "kekerasan"), ("candan", "candaan"),
    ):  # fmt: skip
        found = search(typed)
        assert found.corrected == ((typed, meant),)
        assert found.hits


def test_words_that_stand_together_nowhere_are_found_apart_and_that_is_said(make: Factory) -> None:
    book(make, chapters=1)
    found = search("candaan saksi atasan")
    assert found.kind == "some"
    assert shown(found)[0] == "Perlindungan saksi dimulai dari atasan."


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", "empty"), ("  ", "empty"), ("?!", "empty"), ("yang dan", "common"), ("xqzzt", "none"),
        ("a" * (LONGEST + 1), "long"), ("satu dua " * 7, "long"), ("x" * 10_000, "long"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_told_apart(make: Factory, query: str, kind: str) -> None:
    book(make)
    assert search(query) == Found(kind)


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", '"saksi', "saksi'", "AND", "OR NOT", "saksi AND (", "saksi*", "^saksi", "NEAR(a)",
        "stems:saksi", "saksi | !korban", "saksi <-> korban", "saksi:*", "\\", "%", "_", "--", ";",
        "'; DROP TABLE passages; --", "<script>alert(1)</script>", "٣٤ 日本 ²", "😀", "a\u0301",
        "\x7f", "saksi & ", "&&", "{saksi}", "-saksi", "+saksi", "saksi\\", "\ufffd",
    ],
)  # fmt: skip
def test_no_query_has_a_meaning_to_the_database(make: Factory, query: str) -> None:
    book(make)
    found = search(query)
    assert found.kind in {"all", "some", "none", "common", "empty"}
    assert make.count(Passage) > 0


def test_questions_and_their_keys_are_not_found(make: Factory) -> None:
    book(make)
    stored = " ".join(db.session.scalars(select(Passage.text)))
    for secret in (
        "KUNCI", "Soal 1", "pilihan a", "Cek bab", "Mendengarkan dahulu", "Menunda jawaban",
        "Warga menunggu", "Mendengar adalah", "Tepat untuk", "Rahasia pemandu", "Apa yang Anda",
    ):  # fmt: skip
        assert secret not in stored
        assert not any(secret in each for each in shown(search(secret)))


def test_one_book_of_several_and_how_many_there_are_in_each(make: Factory) -> None:
    book(make, chapters=3)
    book(make, "buku-lain", chapters=1, files={})
    found = search("perundungan")
    assert [(each.slug, each.count) for each in found.books] == [
        ("nilai-contoh", 5),
        ("buku-lain", 1),
    ]
    assert found.total == 6
    inside = search("perundungan", slug="buku-lain")
    assert {hit.slug for hit in inside.hits} == {"buku-lain"}
    assert (inside.total, inside.books) == (1, found.books)


def test_pages_follow_one_another_without_a_gap(make: Factory) -> None:
    book(make, chapters=1, extra="\n\n".join(f"Saksi nomor {n} bicara." for n in range(25)))
    pages = [search("bicara", page=page) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [A_PAGE, A_PAGE, 25 - 2 * A_PAGE]
    assert len({text for page in pages for text in shown(page)}) == 25
    assert search("bicara", page=99) == pages[-1]
    assert search("bicara", page=-5) == pages[0]


def test_only_what_is_offered_now_is_found(make: Factory) -> None:
    first = make.book(source=Source(extra="Kata kemarin."))
    assert search("kemarin").hits
    second = make.revise(first, extra="Kata besok.")
    assert search("kemarin").kind == "none"
    assert search("besok").hits
    edition = make.revise(second, extra="Kata lusa.", bank=8)
    assert search("besok").kind == "none"
    assert set(db.session.scalars(select(Passage.release_id))) == {edition.release_id}


def test_books_published_before_are_made_ready_by_the_jobs(make: Factory) -> None:
    release_id = make.book(source=Source(extra=EXTRA)).release_id
    with transaction():
        db.session.execute(delete(Passage))
    forget_releases()
    assert search("candaan").kind == "none"
    assert list(find_unsearched(make.now)) == [{"release_id": release_id}]
    for _ in range(2):
        with transaction():
            count = index_release(release_id)
    assert make.count(Passage) == count
    assert list_unindexed() == []
    assert search("candaan").hits
    assert search("candan").corrected == (("candan", "candaan"),)


def test_a_database_without_a_book_finds_nothing(app: Flask) -> None:
    assert search("saksi") == Found("none")
