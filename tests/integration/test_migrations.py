"""Migrations: up, down and up again on both databases, to just what the models say."""

import os
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from lms import create_app, schema
from lms.accounts.enums import EmployeeKind
from lms.certificates.enums import CauseKind
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.queries import get_any_certificate
from lms.certificates.register import search_certificates
from lms.checking.models import MismatchReport
from lms.clock import utc_now
from lms.db import db, read_only, snapshot, transaction
from lms.institutions.scope import Scope
from lms.keys.enums import Purpose as KeyPurpose
from lms.keys.models import SigningKey
from lms.keys.service import add_keys
from lms.learning.models import Regrading
from lms.mail import OutboxMessage, write_mail
from lms.pocketbooks.models import (
    AnswerKey,
    Appendix,
    Chapter,
    Edition,
    Pocketbook,
    Purpose,
    Question,
    Release,
)
from lms.pocketbooks.queries import forget_releases
from lms.pocketbooks.question_bank import list_objectives
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import fold
from lms.programmes.rollup import reconcile as programmes_reconcile
from lms.programmes.versions import get_current
from lms.progress.duties import Setting, YearlyHours, list_settings, set_yearly_hours
from lms.progress.models import StaffProgress
from lms.progress.rebuild import reconcile
from lms.progress.staff import StaffFilter, list_staff
from lms.sealing.models import SealingRound
from lms.sealing.queries import find_sealed_sheet
from lms.sealing.service import store_sealed
from tests.conftest import MIGRATIONS, Postgresql, settings_for
from tests.factories import PASSWORD, Factory, Issued
from tests.keys import key_material


@pytest.fixture
def empty(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables."""
    forget_releases()
    if database == "sqlite":
        app = create_app(settings_for(f"sqlite:///{tmp_path / 'empty.db'}"))
        yield app
        with app.app_context():
            db.engine.dispose()
        return
    server = Postgresql(
        os.environ["TEST_DATABASE_URL"], f"sakuham_empty_{os.getpid()}", is_migrated=False
    )
    yield server.app
    server.close()


# The table in which SQLite finds passages, and those in which it keeps that: no model has them.
BEFORE_THE_CHAIN = "0028"
FOUND_BY_SQLITE = {
    "certificate_words", "certificate_words_config", "certificate_words_data",
    "certificate_words_docsize", "certificate_words_idx",
    "passage_stems", "passage_stems_config", "passage_stems_data", "passage_stems_docsize",
    "passage_stems_idx", "staff_search_words", "staff_search_words_config",
    "staff_search_words_data", "staff_search_words_docsize", "staff_search_words_idx",
}  # fmt: skip


def tables() -> set[str]:
    """What stands in the database."""
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def tables_of_models() -> set[str]:
    """What is to stand there."""
    of_sqlite = FOUND_BY_SQLITE if db.engine.dialect.name == "sqlite" else set()
    return set(schema.metadata.tables) | of_sqlite


def migrate(target: str) -> None:
    """Go up or down to a revision."""
    move = downgrade if target == "base" else upgrade
    move(directory=str(MIGRATIONS), revision=target)
    db.session.remove()


def differences() -> list[object]:
    """Where the database is not what the models say."""
    with db.engine.connect() as connection, warnings.catch_warnings():
        # SQLite has no such indexes, which are PostgreSQL's alone.
        alone = "ix_passages_stems|ix_certificates_holder"
        warnings.filterwarnings("ignore", f"autogenerate skipping .* '({alone})'")
        is_sqlite = connection.dialect.name == "sqlite"
        without = {"ix_certificates_holder", "ix_staff_search_text"} if is_sqlite else set()
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, _kind, _parents: name not in FOUND_BY_SQLITE,
                "include_object": lambda _object, name, *_: name not in without,
            },
        )
        return list(compare_metadata(context, schema.metadata))


def let_certificates_be_of_before() -> None:
    """Make all certificates ones of design 2, which say nothing of when their holders began.

    Nobody may change one: what stands against it is put back in the same transaction.
    """
    change = text(
        "UPDATE certificates SET template_version = 2, started_on = NULL, pass_mark = NULL,"
        " valid_until = NULL"
    )
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE certificates DISABLE TRIGGER USER"))
        db.session.execute(change)
        db.session.execute(text("ALTER TABLE certificates ENABLE TRIGGER USER"))
    else:
        triggers = db.session.execute(
            text(
                "SELECT name, sql FROM sqlite_schema"
                " WHERE type = 'trigger' AND tbl_name = 'certificates'"
            )
        ).all()
        for name, _ in triggers:
            db.session.execute(text(f"DROP TRIGGER {name}"))
        db.session.execute(change)
        for _, creation in triggers:
            db.session.execute(text(creation))
    db.session.commit()


def test_up_down_and_up_again_comes_to_what_the_models_say(empty: Flask) -> None:
    with empty.app_context():
        assert tables() == set()
        migrate("head")
        assert tables() == tables_of_models()
        assert differences() == []
        migrate("base")
        assert tables() == set()
        migrate("head")
        assert tables() == tables_of_models()
        assert differences() == []
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
                assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_foreign_keys_are_called_as_the_models_call_them(empty: Flask) -> None:
    with empty.app_context():
        migrate("head")
        for name, table in schema.metadata.tables.items():
            called = {key["name"] for key in inspect(db.engine).get_foreign_keys(name)}
            assert called == {key.name for key in table.foreign_key_constraints}


def test_a_message_that_was_given_up_is_not_sent_after_going_down_and_up(empty: Flask) -> None:
    with empty.app_context():
        migrate("head")
        now = utc_now()
        for recipient in ("waits@contoh.example", "given-up@contoh.example"):
            write_mail(recipient, "Salam", "Isi.", now=now)
        db.session.flush()
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.recipient == "given-up@contoh.example")
            .values(due_at=None, body="", failure="refused")
        )
        db.session.commit()
        downgrade(directory=str(MIGRATIONS), revision="0007")
        migrate("head")
        due = select(OutboxMessage.recipient, OutboxMessage.body).where(OutboxMessage.due_at <= now)
        assert db.session.execute(due).all() == [("waits@contoh.example", "Isi.")]
        db.session.remove()


def test_nothing_forgets_that_the_answer_sheet_was_taken_before_a_certificate(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        book, person = make.book(), make.learner(at=make.institution())
        make.answer_sheet(person, book)
        make.certificate(person, book)
        let_certificates_be_of_before()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision="0011")
        assert "1 certificates say that the answer sheet" in caplog.text
        db.session.remove()
        migrate("head")
        assert db.session.scalars(select(Certificate.saw_key)).all() == [True]
        db.session.remove()


def test_hours_of_whoever_is_counted_are_summed_when_programmes_come_to_count_them(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        book, ours = make.book(), make.institution()
        ayu = make.learner(at=ours)
        make.certificate(ayu, book)
        make.certificate(ayu, make.book("tema-dua"))
        make.revoke(make.certificate(ayu, make.book("tema-tiga")))
        budi = make.learner("Budi Utma", at=ours)
        issued = make.certificate(budi, book)
        make.rename(budi, "Budi Utama")
        make.replace(issued)
        before = get_figure(NATIONAL, now=make.now)
        with transaction():
            fold(get_current(NATIONAL))
        downgrade(directory=str(MIGRATIONS), revision="0050")
        migrate("head")
        after = get_figure(NATIONAL, now=make.now)
        assert (after.count, after.credit_hours) == (before.count, before.credit_hours) == (2, 6)
        assert programmes_reconcile(get_current(NATIONAL)) == []
        with transaction():
            fold(get_current(NATIONAL))
        assert programmes_reconcile(get_current(NATIONAL)) == []
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text("UPDATE tally_entries SET hours_step = 0"))
        db.session.rollback()
        db.session.remove()


TEXTS = (
    '<p id="p1">Lihat <a href="{own}">bab</a>, <a href="{other}#p2">bab lain</a>, '
    '<a href="{book}">buku</a>, <a href="{help}?a=1&amp;b">bantuan</a>, <a href="{front}">/</a>, '
    '<a href="https://a.example/buku/lain" rel="noopener noreferrer">luar</a>, '
    '&lt;a href="/bantuan"&gt;.</p>'
    '<figure id="p2"><img src="{picture}" alt="<a href=&quot;/bantuan&quot;>"></figure>'
)
ADDRESSES = {
    "own": "/buku/nilai-contoh/2", "other": "/buku/lain/3", "book": "/buku/nilai-contoh",
    "help": "/bantuan", "front": "/", "picture": f"/gambar/{'0c' * 32}",
}  # fmt: skip
REFERENCES = {
    "own": "chapter:2", "other": "chapter:lain/3", "book": "pocketbook:nilai-contoh",
    "help": "page:bantuan", "front": "page:", "picture": f"picture:{'0c' * 32}",
}  # fmt: skip


NAMED = {
    "releases": "title", "chapters": "html", "appendices": "html", "questions": "stem_html",
    "answer_keys": "source_html",
}  # fmt: skip


def release_holding(make: Factory, html: str) -> None:
    """Publish a release that holds a text in every place where one may stand."""
    first = db.session.get_one(Release, make.book().release_id)
    copied = {
        column.key: getattr(first, column.key)
        for column in inspect(Release).columns
        if column.key not in {"id", "pocketbook_id", "edition_id"}
    }
    other = {"patch": 1, "sha256": "a" * 64, "introduction_html": html, "objectives_html": [html]}
    release = Release(
        pocketbook=db.session.get_one(Pocketbook, first.pocketbook_id),
        edition=db.session.get_one(Edition, first.edition_id),
        **{**copied, **other},
    )
    chapter = Chapter(
        release=release, number=9, slug="x", title="X", html=html, word_count=1, minutes=1
    )
    question = Question(
        release=release,
        chapter=chapter,
        key="uji-01-x",
        purpose=Purpose.FINAL,
        position=9,
        stem_html=html,
        choices_html=["a", html],
        is_multiple=False,
        keeps_order=False,
        pinned_last=None,
        objective=None,
    )
    key = AnswerKey(
        question=question,
        right=[1],
        feedback_html=[None, html],
        explanation_html=html,
        source_html=None,
    )
    appendix = Appendix(release=release, kind="istilah", title="X", html=html)
    db.session.add_all([chapter, question, key, appendix])
    db.session.commit()


def held() -> list[str | None]:
    """Every text of the releases."""
    columns = (
        Release.introduction_html, Release.objectives_html, Chapter.html, Appendix.html,
        Question.stem_html, Question.choices_html, AnswerKey.feedback_html,
        AnswerKey.explanation_html, AnswerKey.source_html,
    )  # fmt: skip
    rows = [value for column in columns for value in db.session.scalars(select(column))]
    return [each for row in rows for each in (row if isinstance(row, list) else [row])]


def test_texts_published_before_name_what_they_led_to_and_nothing_else_changes(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        release_holding(make, TEXTS.format(**REFERENCES))
        before, sources = held(), db.session.scalars(select(Release.sha256)).all()
        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="0015")
        assert held().count(TEXTS.format(**ADDRESSES)) == 8
        assert len(held()) == len(before)
        db.session.remove()
        migrate("head")
        assert held() == before
        assert db.session.scalars(select(Release.sha256)).all() == sources
        db.session.rollback()
        for table in ("releases", "chapters", "appendices", "questions", "answer_keys"):
            for deed in (f"DELETE FROM {table}", f"UPDATE {table} SET {NAMED[table]} = NULL"):  # noqa: S608 - of the list
                with pytest.raises(DatabaseError, match="append-only"):
                    db.session.execute(text(deed))
                db.session.rollback()
        db.session.remove()


def test_a_quiz_begun_before_questions_named_objectives_is_finished_and_certified(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        sitting = make.attempt()
        answers = list(sitting.right.items())
        make.answers(sitting, dict(answers[:2]))
        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="0021")
        columns = inspect(db.engine).get_columns("questions")
        assert "objective" not in {column["name"] for column in columns}
        migrate("head")
        forget_releases()
        assert list_objectives(sitting.book.release_id) == ()
        make.revise(sitting.book, bank=8, objectives=2)
        make.answers(sitting, dict(answers[2:]))
        make.submit(sitting)
        assert db.session.scalars(select(Certificate.release_sha256)).all() == [sitting.book.sha256]
        db.session.remove()


def test_nothing_forgets_which_objectives_were_tested(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        book = Factory(empty, tmp_path, utc_now()).book(objectives=2)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision="0021")
        assert "6 questions name their objective" in caplog.text
        db.session.remove()
        migrate("head")
        assert len(list_objectives(book.release_id)) == 2
        db.session.remove()


def test_certificates_are_the_same_after_going_down_to_passed_attempts_only_and_up(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        issued = make.certificate(make.learner("Ayu", at=make.institution()))
        make.rename(issued.person, "Ayu Lestari")
        make.revoke(make.replace(issued))
        let_certificates_be_of_before()
        before = [*db.session.execute(select(Certificate.__table__).order_by(Certificate.id))]
        db.session.remove()
        for _ in range(2):
            downgrade(directory=str(MIGRATIONS), revision="0018")
            migrate("head")
        after = [*db.session.execute(select(Certificate.__table__).order_by(Certificate.id))]
        assert after == before
        assert len(after) == 2
        db.session.remove()
        assert differences() == []
        for change in ("UPDATE certificates SET title = ''", "DELETE FROM certificates"):
            db.session.rollback()
            with pytest.raises(DatabaseError, match="append-only"):
                db.session.execute(text(change))
        db.session.rollback()
        make.attendance(issued.person)
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()


def test_nothing_forgets_what_a_certificate_says_of_learning(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        issued = Factory(empty, tmp_path, utc_now()).certificate()
        said = db.session.get_one(Certificate, issued.id).facts
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision="0025")
        assert "1 certificates say when their holders began" in caplog.text
        db.session.remove()
        migrate("head")
        assert db.session.get_one(Certificate, issued.id).facts == said
        assert said.started_on is not None
        let_certificates_be_of_before()
        kept = db.session.get_one(Certificate, issued.id, populate_existing=True).facts.canonical()
        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="0025")
        migrate("head")
        assert db.session.get_one(Certificate, issued.id).facts.canonical() == kept
        db.session.remove()


def test_the_ledger_becomes_a_chain_and_ends_as_it_was(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        revoked = make.certificate(make.learner("Ayu", at=make.institution()))
        replaced = make.certificate(make.learner("Budi"))
        make.revoke(revoked)
        make.rename(replaced.person, "Budi Lain")
        newer = make.replace(replaced)
        entries = select(LedgerEntry.__table__).order_by(LedgerEntry.id)
        before = db.session.execute(entries).all()
        db.session.remove()
        for _ in range(2):
            downgrade(directory=str(MIGRATIONS), revision=BEFORE_THE_CHAIN)
            migrate("head")
        assert db.session.execute(entries).all() == before
        assert [(row.kind, row.follows_id is None) for row in before] == [
            (LedgerKind.ISSUED, True),
            (LedgerKind.ISSUED, True),
            (LedgerKind.REVOKED, False),
            (LedgerKind.REPLACED, False),
            (LedgerKind.ISSUED, True),
        ]
        db.session.remove()
        assert differences() == []
        with db.engine.connect() as connection:
            indexes = inspect(connection).get_indexes("ledger_entries")
        where = f"{db.engine.dialect.name}_where"
        assert {index["name"] for index in indexes if where in index["dialect_options"]} == {
            "ix_ledger_entries_not_issued",
            "uq_ledger_entries_follows_id",
            "uq_ledger_entries_issued",
        }
        for change in ("UPDATE ledger_entries SET reason = ''", "DELETE FROM ledger_entries"):
            with pytest.raises(DatabaseError, match="append-only"):
                db.session.execute(text(change))
            db.session.rollback()
        make.reinstate(revoked)
        make.revoke(newer)
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision=BEFORE_THE_CHAIN)
        assert "1 revocations have been withdrawn" in caplog.text
        db.session.remove()
        migrate("head")
        assert get_any_certificate(revoked.code).state.status == "valid"
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        db.session.remove()


def test_nothing_forgets_a_sheet_that_was_sealed_elsewhere(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        make.attendance(make.learner())
        with transaction():
            certificate_id = db.session.scalars(select(Certificate.id)).one()
            begun = SealingRound(
                slot=None, code=None, actor_id=make.coordinator().id, begun_at=utc_now()
            )
            db.session.add(begun)
            db.session.flush()
            store_sealed(begun.id, {certificate_id: b"%PDF"}, now=utc_now())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision="0029")
        assert "1 sheets were sealed elsewhere" in caplog.text
        db.session.remove()
        migrate("head")
        assert find_sealed_sheet(certificate_id) == b"%PDF"
        db.session.remove()


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("0034", "1 mismatches were reported"),
        ("0032", "1 people have asked for corrections"),
        ("0026", "1 keys that a hardware module keeps"),
        ("0024", "5 keys may have signed"),
        ("0012", "1 attempts were graded anew"),
        ("0009", "1 revocations have a ground"),
    ],
)
def test_nothing_forgets_what_is_kept_nowhere_else(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture, revision: str, sentence: str
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        issued = make.certificate(make.learner(at=make.institution()))
        leave_behind(make, issued, revision)
        let_certificates_be_of_before()
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision=revision)
        assert sentence in caplog.text
        db.session.remove()
        migrate("head")


def leave_behind(make: Factory, issued: Issued, revision: str) -> None:
    """Store what going down to this revision would destroy."""
    now = utc_now()
    match revision:
        case "0034":
            report = MismatchReport(certificate_id=issued.id, reported_at=now, words="Lain")
            with transaction():
                db.session.add(report)
        case "0032":
            make.correction_request(issued)
        case "0026" | "0024":
            with transaction():
                add_keys(key_material(), now=now)
                if revision == "0026":
                    db.session.execute(
                        update(SigningKey)
                        .where(SigningKey.purpose == KeyPurpose.SEAL)
                        .values(encrypted_private_key=None, label="segel")
                    )
        case "0012":
            regrading = Regrading(
                attempt_id=db.session.scalars(select(Certificate.attempt_id)).one() or 0,
                release_id=db.session.scalars(select(Release.id)).one(),
                question_keys=[],
                right_count=1,
                reason="Kunci keliru.",
                actor_id=make.coordinator().id,
                regraded_at=now,
            )
            db.session.remove()
            with transaction():
                db.session.add(regrading)
        case _:
            make.revoke(issued)


def test_nothing_forgets_for_what_a_certificate_was_issued(
    empty: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        make.attendance(make.learner())
        db.session.remove()
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision="0018")
        assert "1 certificates have another cause" in caplog.text
        db.session.remove()
        migrate("head")
        assert db.session.scalars(select(Certificate.cause_kind)).all() == [CauseKind.ATTENDANCE]
        db.session.remove()


def test_a_server_of_before_there_were_causes_issues_for_passed_attempts(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        issued = make.certificate()
        columns = ", ".join(
            column.name
            for column in Certificate.__table__.columns
            if column.name not in {"id", "code", "number", "replaces_id", "cause_kind", "cause_id"}
        )
        db.session.execute(
            text(
                f"INSERT INTO certificates ({columns}, code, number, replaces_id)"  # noqa: S608
                f" SELECT {columns}, 'X', 'X', id FROM certificates"
            )
        )
        row = db.session.scalars(select(Certificate).where(Certificate.code == "X")).one()
        assert (row.cause_kind, row.replaces_id) == (CauseKind.PASSED_ATTEMPT, issued.id)
        db.session.remove()


def test_migrating_what_is_migrated_changes_nothing(empty: Flask) -> None:
    with empty.app_context():
        migrate("head")
        migrate("head")
        assert differences() == []


def test_rows_of_progress_are_made_of_what_there_was(empty: Flask, tmp_path: Path) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        ours, book, other = make.institution(), make.book(), make.book("tema-dua")
        ayu = make.learner("\u00c9na Ayu", at=ours, password=PASSWORD)
        make.certificate(ayu, book)
        make.revoke(make.certificate(ayu, other))
        make.reading(make.learner("Budi", at=ours, confirmed=False, is_pppk=True), other, 1)
        make.move(make.learner("Citra", at=ours), make.institution())
        make.learner("Orang luar")
        made = select(StaffProgress.__table__).order_by(StaffProgress.account_id)
        before = db.session.execute(made).all()
        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="0038")
        migrate("head")
        assert db.session.execute(made).all() == before
        assert len(before) == 3
        db.session.remove()
        with snapshot():
            assert reconcile(now=utc_now()) == []


def test_who_was_there_before_is_found_by_a_part_of_name_and_number(
    empty: Flask, tmp_path: Path
) -> None:
    with empty.app_context():
        migrate("head")
        make = Factory(empty, tmp_path, utc_now())
        ours, theirs = make.institution(), make.institution()
        ayu = make.learner("Ayu Çelik", at=ours)
        make.learner("Ayu Çelik", at=theirs)
        issued = make.certificate(ayu)
        scope = Scope(None, frozenset({ours.id}))

        def found(words: str) -> list[int]:
            with read_only():
                page = list_staff(scope, StaffFilter(search=words), now=make.now)
            return [row.account_id for row in page.rows]

        db.session.remove()
        downgrade(directory=str(MIGRATIONS), revision="0046")
        migrate("head")
        assert found("celi") == found("19050117 209903") == [ayu.id]
        assert [each.facts.code for each in search_certificates("u cel")] == [issued.code]
        db.session.remove()


def test_hours_that_a_year_asks_for_say_from_the_beginning_where_they_are_written(
    empty: Flask,
) -> None:
    with empty.app_context():
        for revision in ("head", "0047", "head"):
            if revision == "0047":
                downgrade(directory=str(MIGRATIONS), revision=revision)
            else:
                migrate(revision)
        assert [(each.kind.value, each.hours, each.source) for each in list_settings()] == [
            ("PNS", YearlyHours(20, is_most=False), "Peraturan LAN Nomor 10 Tahun 2018"),
            (
                "PPPK",
                YearlyHours(24, is_most=True),
                "Peraturan Pemerintah Nomor 49 Tahun 2018 Pasal 40 ayat (1)",
            ),
        ]
        db.session.remove()


def test_nothing_forgets_what_hours_a_year_asks_for(
    empty: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with empty.app_context():
        migrate("head")
        with transaction():
            hours = YearlyHours(24, is_most=False)
            setting = Setting(EmployeeKind.PNS, date(2027, 1, 1), hours, "Contoh")
            set_yearly_hours(setting, actor_id=None, now=utc_now())
        with pytest.raises(SystemExit):
            downgrade(directory=str(MIGRATIONS), revision="0038")
        assert "Hours that a year asks for were set" in caplog.text
        db.session.remove()
