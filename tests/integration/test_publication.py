"""Publication: editions, patches, and that what was published never changes."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from lms.audit import record
from lms.authoring.canonical import edition_hash
from lms.authoring.errors import NotPublishable
from lms.authoring.folder import read_folder
from lms.authoring.question_ids import assign_ids
from lms.authoring.source.tree import SourceTree
from lms.certificates.queries import find_certificate
from lms.db import db, transaction
from lms.learning.attempt_queries import get_open_attempt
from lms.learning.queries import find_quiz_access, find_resume, get_own_book, list_own_modules
from lms.learning.service import enrol_in_edition
from lms.pocketbooks.errors import NoSuchChapter, NoSuchPocketbook
from lms.pocketbooks.models import AnswerKey, Appendix, Chapter, Edition, Picture, Question, Release
from lms.pocketbooks.publication import find_publication, publish_source
from lms.pocketbooks.queries import get_book, get_chapter, list_books
from lms.pocketbooks.question_bank import list_bank, list_objectives
from lms.rendering.markdown import RenderedChapter, render_chapter
from tests.factories import Factory, later
from tests.pocketbooks import Source, objective_text, write_pocketbook
from tests.unit.authoring.scenes import SCENE, open_with

OTHER_WORDING = "Seorang warga datang ke loket."


def test_the_first_publication_is_edition_one_of_its_year(make: Factory) -> None:
    book = make.book()
    assert book.release_name == "2026.1"
    assert make.edition_name(book.edition_id) == "2026.1"


def test_the_year_of_an_edition_is_the_year_in_jakarta(make: Factory) -> None:
    source = Source()
    folder = write_pocketbook(make.folder / "buku", source)
    new_year = datetime.fromisoformat("2026-12-31T17:30:00+00:00")
    assert make.publish(folder, source, at=new_year).release_name == "2027.1"


def test_the_same_source_again_changes_nothing(make: Factory, now: datetime) -> None:
    book = make.book()
    again = make.publish(book.folder, book.source, at=later(now, days=1))
    assert again == book
    assert (make.count(Release), make.count(Edition)) == (1, 1)


def test_line_ends_and_trailing_spaces_make_no_other_source(make: Factory) -> None:
    book = make.book()
    for path in book.folder.glob("*.md"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"  \r\n"))
    assert make.publish(book.folder, book.source) == book


def test_a_release_is_known_by_the_hash_of_its_source(make: Factory) -> None:
    book = make.book()
    release = db.session.scalars(select(Release)).one()
    assert release.sha256 == book.sha256 == edition_hash(release.source)


def test_a_correction_of_the_wording_is_a_patch_of_the_edition(make: Factory) -> None:
    book = make.book()
    patch = make.revise(book, wording=OTHER_WORDING)
    assert patch.edition_id == book.edition_id
    assert patch.release_name == "2026.1.1"
    assert patch.sha256 != book.sha256
    assert make.revise(patch, extra="Satu kalimat lagi.").release_name == "2026.1.2"


def test_a_scene_and_its_changes_are_patches(make: Factory) -> None:
    book = make.book()
    path = book.folder / "01-bab-1.md"
    open_with(path, SCENE)
    first = make.publish(book.folder, book.source)
    path.write_text(path.read_text().replace("Bertanya sekali lagi.", "Bertanya lagi."))
    second = make.publish(book.folder, book.source)
    assert [it.release_name for it in (first, second)] == ["2026.1.1", "2026.1.2"]
    assert "Bertanya sekali lagi." in get_chapter(first.release_id, 1).html
    assert "Bertanya lagi." in get_chapter(second.release_id, 1).html


@pytest.mark.parametrize(
    "change",
    [
        {"bank": 7},
        {"bank": 5},
        {"chapters": 3},
        {"pass_mark": 50},
        {"draw": 3},
        {"wait_minutes": 60},
        {"credit_hours": 3},
        {"objectives": 2},
    ],
)
def test_a_change_of_substance_is_a_new_edition(make: Factory, change: dict[str, Any]) -> None:
    book = make.book()
    edition = make.revise(book, **change)
    assert edition.edition_id != book.edition_id
    assert edition.release_name == "2026.2"


def test_another_key_is_a_new_edition(make: Factory) -> None:
    book = make.book()
    path = book.folder / "01-bab-1.md"
    ticked, empty = "- [x] Soal 1 pilihan b", "- [ ] Soal 1 pilihan a"
    words = path.read_text()
    assert ticked in words
    path.write_text(
        words.replace(ticked, "- [ ] Soal 1 pilihan b").replace(empty, "- [x] Soal 1 pilihan a")
    )
    assert make.publish(book.folder, book.source).release_name == "2026.2"


def test_a_question_that_tests_another_objective_is_a_new_edition(make: Factory) -> None:
    book = make.book(objectives=2)
    path = book.folder / "01-bab-1.md"
    path.write_text(path.read_text().replace("tujuan 1, terapkan", "tujuan 2, terapkan", 1))
    assert make.publish(book.folder, book.source).release_name == "2026.2"


def test_other_words_of_an_objective_or_another_level_are_a_patch(make: Factory) -> None:
    book = make.book(objectives=2)
    path = book.folder / "01-bab-1.md"
    path.write_text(path.read_text().replace("tujuan 1, terapkan", "tujuan 1, nilai", 1))
    patch = make.publish(book.folder, book.source)
    assert patch.release_name == "2026.1.1"
    path = book.folder / "buku.md"
    path.write_text(path.read_text().replace(objective_text(1), "Menentukan langkah pertama."))
    again = make.publish(book.folder, book.source)
    assert again.release_name == "2026.1.2"
    words = [[each.words for each in list_objectives(it.release_id)] for it in (patch, again)]
    assert words == [
        [objective_text(1), objective_text(2)],
        ["Menentukan langkah pertama.", objective_text(2)],
    ]


def test_a_release_has_the_objectives_that_its_quiz_tests_and_their_chapters(
    make: Factory,
) -> None:
    book = make.book(objectives=2, bank=8, chapters=2)
    folder = book.folder / "buku.md"
    folder.write_text(
        folder.read_text().replace(
            "\n\n## Kuis", "\n- Mengenali **hak** & kewajiban.\n- Menimbang.\n\n## Kuis"
        )
    )
    path = book.folder / "01-bab-1.md"
    path.write_text(path.read_text().replace("tujuan 1, terapkan", "tujuan 3, terapkan", 1))
    release = make.publish(book.folder, book.source).release_id
    found = [(each.number, each.words, each.chapters) for each in list_objectives(release)]
    assert found == [
        (1, objective_text(1), (1,)),
        (2, objective_text(2), (2,)),
        (3, "Mengenali hak & kewajiban.", (1,)),
    ]


def test_a_book_whose_questions_name_no_objective_has_none(make: Factory) -> None:
    assert list_objectives(make.book().release_id) == ()


def test_questions_with_the_same_choices_are_of_one_family(make: Factory) -> None:
    book = make.book(bank=6, chapters=1)
    path = book.folder / "01-bab-1.md"
    path.write_text(path.read_text().replace("Soal 2 pilihan", "Soal 1 pilihan"))
    release = make.publish(book.folder, book.source).release_id
    assert [item.family for item in list_bank(release)][:3] == [
        list_bank(release)[0].question_id,
        list_bank(release)[0].question_id,
        list_bank(release)[2].question_id,
    ]


def test_a_new_edition_can_be_asked_for(make: Factory) -> None:
    book = make.book()
    assert make.revise(book, as_edition=True, wording=OTHER_WORDING).release_name == "2026.2"


def test_numbers_of_editions_begin_again_with_the_year(make: Factory, now: datetime) -> None:
    book = make.book()
    next_year = make.revise(book, as_edition=True, at=later(now, days=365), extra="Baru.")
    assert next_year.release_name == "2027.1"


def test_who_comes_new_takes_up_the_newest_edition(make: Factory) -> None:
    book = make.book()
    edition = make.revise(book, bank=8)
    page, progress = get_own_book(make.learner().id, book.slug)
    assert (page.release_id, progress) == (edition.release_id, None)


def test_who_has_begun_stays_with_their_edition_and_gets_its_patches(make: Factory) -> None:
    book, ayu = make.book(), make.learner()
    make.reading(ayu, book, 1)
    patch = make.revise(book, wording=OTHER_WORDING)
    make.revise(patch, bank=8)
    page, progress = get_own_book(ayu.id, book.slug)
    assert progress is not None
    assert (page.edition_name, page.release_name) == ("2026.1", "2026.1.1")


def test_who_takes_up_a_newer_edition_begins_it_anew_and_keeps_the_other(make: Factory) -> None:
    book, ayu = make.book(), make.learner()
    first = make.issued(make.passed(ayu, book))
    newer = make.revise(book, bank=8)
    for _ in range(2):
        with transaction():
            enrol_in_edition(ayu.id, book.slug, now=make.now)
    page, progress = get_own_book(ayu.id, book.slug)
    assert progress is not None
    assert (page.release_id, progress.read, progress.is_complete) == (
        newer.release_id,
        frozenset(),
        False,
    )
    own = list_own_modules(ayu.id)
    assert [(each.book.edition_name, each.is_former) for each in own] == [
        ("2026.2", False), ("2026.1", True),
    ]  # fmt: skip
    assert find_resume(ayu.id) is not None
    second = make.issued(make.passed(ayu, newer))
    assert find_resume(ayu.id) is None
    assert second.code != first.code
    assert find_certificate(first.code) is not None


def test_a_former_edition_that_was_not_finished_is_not_offered_again(make: Factory) -> None:
    book, ayu = make.book(), make.learner()
    make.reading(ayu, book, 1)
    newer = make.revise(book, bank=8)
    with transaction():
        enrol_in_edition(ayu.id, book.slug, now=make.now)
    make.passed(ayu, newer)
    assert find_resume(ayu.id) is None


def test_an_open_attempt_of_a_former_edition_is_finished_as_what_it_is(make: Factory) -> None:
    sitting = make.attempt()
    ayu, book = sitting.person, sitting.book
    newer = make.revise(book, bank=8)
    with transaction():
        enrol_in_edition(ayu.id, book.slug, now=make.now)
    page, progress = get_own_book(ayu.id, book.slug)
    access = find_quiz_access(ayu.id, page, progress, now=make.now)
    assert (access.state, access.attempt_token) == ("open", sitting.token)
    assert access.book.release_id == book.release_id != newer.release_id
    make.answers(sitting, sitting.right)
    make.submit(sitting)
    found = find_certificate(make.issued(sitting).code)
    assert found is not None
    assert found.facts.edition_name == "2026.1"
    assert get_own_book(ayu.id, book.slug)[0].edition_name == "2026.2"


@pytest.mark.parametrize("change", [{"wording": OTHER_WORDING}, {"bank": 9, "draw": 2}])
def test_an_open_attempt_keeps_the_text_it_was_begun_with(
    make: Factory, change: dict[str, Any]
) -> None:
    sitting = make.attempt()
    before = get_open_attempt(sitting.person.id, sitting.token)
    make.revise(sitting.book, **change)
    assert get_open_attempt(sitting.person.id, sitting.token) == before


@pytest.mark.parametrize("change", [{"wording": OTHER_WORDING}, {"bank": 9, "draw": 2}])
def test_an_attempt_begun_before_is_graded_by_its_own_key_and_names_its_own_release(
    make: Factory, change: dict[str, Any]
) -> None:
    sitting = make.attempt()
    make.revise(sitting.book, **change)
    make.answers(sitting, sitting.right)
    make.submit(sitting)
    issued = make.issued(sitting)
    row = db.session.execute(
        text("SELECT edition_name, release_name, release_sha256 FROM certificates")
    ).one()
    assert tuple(row) == ("2026.1", "2026.1", sitting.book.sha256)
    assert issued.person == sitting.person


def test_questions_of_a_former_release_stay_as_they_were(make: Factory) -> None:
    book = make.book()
    questions = (
        select(Question.id, Question.stem_html, Question.choices_html)
        .where(Question.release_id == book.release_id)
        .order_by(Question.id)
    )
    before = list(db.session.execute(questions))
    make.revise(book, wording=OTHER_WORDING)
    assert list(db.session.execute(questions)) == before


def test_a_source_with_errors_is_not_published(make: Factory) -> None:
    source = replace(Source(), files={"01-bab-1.md": "Tanpa kepala.\n"})
    folder = write_pocketbook(make.folder / "rusak", source)
    with pytest.raises(NotPublishable, match=r"01-bab-1\.md:1: Kepala berkas tidak ada"):
        make.publish(folder, source)
    db.session.rollback()
    assert make.count(Release) == 0


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[klik](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "<iframe src='https://evil.example'></iframe>",
        "![x](https://evil.example/x.png)",
    ],
)
def test_nothing_that_runs_or_calls_home_reaches_a_reader(make: Factory, hostile: str) -> None:
    source = replace(Source(), extra=hostile)
    folder = write_pocketbook(make.folder / "jahat", source)
    try:
        book = make.publish(folder, source)
    except NotPublishable:
        db.session.rollback()
        return
    html = get_chapter(book.release_id, 1).html.lower()
    for sign in ("<script", "javascript:", "onerror", "<iframe", "evil.example/x.png"):
        assert sign not in html


def test_a_chapter_may_lead_to_the_page_of_its_book(make: Factory) -> None:
    source = replace(Source(), extra="Lihat [pengantar](buku.md) buku ini.")
    book = make.publish(write_pocketbook(make.folder / "tautan", source), source)
    assert '<a href="pocketbook:tautan">' in get_chapter(book.release_id, 1).html


def test_no_address_of_ours_is_stored(make: Factory) -> None:
    links = "[a](buku.md) [b](02-bab-2.md) [c](/buku/lain/4#p1) [d](/bantuan) [e](/)"
    glossary = f"# Daftar istilah\n\n{links}\n"
    make.book(source=Source(extra=links, wording=links, files={"istilah.md": glossary}))
    columns = (
        Release.introduction_html, Chapter.html, Appendix.html, Question.stem_html,
        Question.choices_html, AnswerKey.feedback_html, AnswerKey.explanation_html,
    )  # fmt: skip
    stored = [repr(db.session.scalars(select(column)).all()) for column in columns]
    assert not [html for html in stored if 'href="/' in html or 'src="/' in html]
    targets = ["pocketbook:nilai-contoh", "chapter:2", "chapter:lain/4#p1", "page:bantuan", "page:"]
    for html in stored[1:4]:
        assert not [target for target in targets if f'<a href="{target}">' not in html]


def test_a_folder_without_a_book_is_not_published(make: Factory, tmp_path: Path) -> None:
    (tmp_path / "kosong").mkdir()
    with pytest.raises(NotPublishable):
        make.publish(tmp_path / "kosong", Source())


def test_a_picture_is_stored_once_under_its_hash(make: Factory) -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
        '<rect width="40" height="20"/></svg>'
    )
    source = replace(
        Source(), extra="![Sebuah kotak](gambar/kotak.svg)", files={"gambar/kotak.svg": svg}
    )
    book = make.publish(write_pocketbook(make.folder / "gambar", source), source)
    picture = db.session.scalars(select(Picture)).one()
    html = get_chapter(book.release_id, 1).html
    assert f'src="picture:{picture.sha256}"' in html
    assert 'width="40"' in html
    assert 'height="20"' in html
    assert picture.content == svg.encode()


def drawing(width: int) -> bytes:
    """A picture that differs from others by its width."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20">'
        '<rect width="9" height="9"/></svg>'
    ).encode()


def with_picture(make: Factory) -> Path:
    """The folder of a pocketbook that shows a picture."""
    source = Source(
        extra="![Petugas menerima warga](gambar/a.svg)", files={"gambar/a.svg": drawing(40)}
    )
    return write_pocketbook(make.folder / source.slug, source)


def test_what_changes_after_the_source_was_read_changes_nothing_of_what_is_stored(
    make: Factory, now: datetime
) -> None:
    folder = with_picture(make)
    tree = read_folder(folder)
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        file.write_bytes(drawing(50))
    with transaction():
        made = publish_source(tree, as_edition=False, now=now)
    picture = db.session.scalars(select(Picture)).one()
    assert picture.content == drawing(40)
    assert hashlib.sha256(picture.content).hexdigest() == picture.sha256
    assert f"picture {picture.sha256} gambar/a.svg" in get_release_source(made.sha256)
    assert find_publication(tree) == replace(made, is_new=False)


def test_a_source_needs_no_folder(make: Factory, now: datetime) -> None:
    folder = with_picture(make)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    tree = assign_ids(SourceTree("dari-naskah", files))
    with transaction():
        made = publish_source(tree, as_edition=False, now=now)
    page = get_book("dari-naskah")
    assert (page.release_name, made.is_new) == (made.release_name, True)
    picture = db.session.scalars(select(Picture)).one()
    assert picture.content == drawing(40)
    assert f'src="picture:{picture.sha256}"' in get_chapter(page.release_id, 1).html


def get_release_source(sha256: str) -> str:
    """The canonical source that was stored."""
    return db.session.scalars(select(Release.source).where(Release.sha256 == sha256)).one()


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Have something happen while the pages of a chapter are made."""

    def render(*arguments: Any) -> RenderedChapter:
        do()
        return render_chapter(*arguments)

    monkeypatch.setattr("lms.authoring.rendered_source.render_chapter", render)


def test_nobody_waits_while_pages_are_made(
    app: Flask, make: Factory, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_picture(make)
    stored: list[bool] = []

    def store_something() -> None:
        with app.app_context(), transaction():
            record("uji", "uji", actor_id=None, now=now)
        stored.append(True)

    def let_others_write() -> None:
        writer = Thread(target=store_something)
        writer.start()
        writer.join(2)
        assert stored

    meanwhile(monkeypatch, let_others_write)
    with transaction():
        publish_source(read_folder(folder), as_edition=False, now=now)
    assert make.count(Release) == 1


def test_a_text_that_no_page_can_be_made_of_is_refused_at_its_place(make: Factory) -> None:
    good = make.book()
    with pytest.raises(NotPublishable, match=r"01-bab-1\.md:\d+: "):
        make.revise(good, extra="- " * 1_000 + "satu")
    db.session.rollback()
    assert get_book(good.slug).sha256 == good.sha256


def test_pocketbooks_stand_in_the_order_of_their_codes(make: Factory) -> None:
    make.book(source=Source(slug="zeta", code="UJI-02"))
    make.book(source=Source(slug="alfa", code="UJI-03"))
    make.book(source=Source(slug="mu", code="UJI-01"))
    assert [book.slug for book in list_books()] == ["mu", "zeta", "alfa"]


@pytest.mark.parametrize("slug", ["", "tidak-ada", "../etc/passwd", "%", "nilai-contoh'"])
def test_a_pocketbook_that_is_not_there_is_refused(make: Factory, slug: str) -> None:
    make.book()
    with pytest.raises(NoSuchPocketbook):
        get_book(slug)


@pytest.mark.parametrize("number", [0, -1, 3, 10**6])
def test_a_chapter_that_is_not_there_is_refused(make: Factory, number: int) -> None:
    book = make.book()
    with pytest.raises(NoSuchChapter):
        get_chapter(book.release_id, number)


def test_chapters_know_their_neighbours(make: Factory) -> None:
    book = make.book(chapters=3)
    middle = get_chapter(book.release_id, 2)
    assert middle.previous is not None
    assert middle.next is not None
    assert (middle.previous.number, middle.next.number) == (1, 3)
    assert get_chapter(book.release_id, 1).previous is None
    assert get_chapter(book.release_id, 3).next is None


APPEND_ONLY = {
    "releases": "title",
    "chapters": "html",
    "questions": "stem_html",
    "answer_keys": "explanation_html",
    "certificates": "holder_name",
    "ledger_entries": "reason",
    "tally_entries": "step",
    "audit_entries": "subject",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_itself_refuses_to_change_what_was_written(
    make: Factory, table: str, deed: str
) -> None:
    make.revoke(make.certificate())
    before = db.session.execute(text(f"SELECT * FROM {table}")).all()  # noqa: S608 - of the list
    db.session.commit()
    assert before
    column = APPEND_ONLY[table]
    command = f"DELETE FROM {table}" if deed == "delete" else f"UPDATE {table} SET {column} = NULL"  # noqa: S608
    with pytest.raises(DatabaseError, match="append-only"):
        db.session.execute(text(command))
    db.session.rollback()
    assert db.session.execute(text(f"SELECT * FROM {table}")).all() == before  # noqa: S608


def test_a_chapter_is_html_already_when_it_is_stored(make: Factory) -> None:
    make.book()
    html = db.session.scalars(select(Chapter.html)).first()
    assert html is not None
    assert "<strong>tekanan</strong>" in html
    assert 'id="p1"' in html
