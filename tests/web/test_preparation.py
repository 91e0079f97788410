"""What `flask serve` does with the content before it serves."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.accounts.models import Account
from lms.cli import failures
from lms.cli.serve import _prepare
from lms.db import db, read_only, transaction
from lms.pocketbooks.models import Pocketbook
from lms.programmes.queries import NATIONAL
from lms.programmes.versions import get_current
from tests.factories import Factory
from tests.unit.authoring.pocketbooks import BOOK, write


def test_a_book_that_meets_an_accident_stops_no_other(
    app: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content, log = tmp_path / "content", tmp_path / "log" / "accidents.log"
    for number, slug in enumerate(("ayah", "budi", "citra")):
        write(content / slug, {"buku.md": BOOK.replace("HAM-01", f"HAM-0{number}")})
    settings = replace(app.config["SAKUHAM"], content_folder=str(content))
    monkeypatch.setitem(app.config, "SAKUHAM", settings)
    monkeypatch.setattr(failures, "ACCIDENTS", log)
    with app.app_context():
        with transaction():
            db.session.execute(
                text(
                    "CREATE TRIGGER accident BEFORE INSERT ON pocketbooks WHEN NEW.slug = 'budi'"
                    " BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END"
                )
            )
        _prepare(settings)
        with read_only():
            published = db.session.scalars(select(Pocketbook.slug)).all()
    told = capsys.readouterr()
    assert sorted(published) == ["ayah", "citra"]
    assert told.out.splitlines() == ["Published ayah 2026.1", "Published citra 2026.1"]
    title, line = told.err.splitlines()
    assert title == "budi is not published anew:"
    assert line.startswith(f"{content}/budi: IntegrityError: ")
    assert line.endswith(f"the disk is on fire (more in {log})")
    assert "Traceback" in log.read_text()


def test_a_country_is_made_once_where_it_is_asked_for(
    app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make.book()
    settings = replace(app.config["SAKUHAM"], content_folder=str(make.folder / "nothing"))
    monkeypatch.setitem(_prepare.__globals__, "DEMO_PEOPLE", 120)
    with app.app_context():
        for _ in range(2):
            _prepare(settings, with_country=True)
    assert make.count(Account) == 120
    assert "A fictional country is there already." in capsys.readouterr().out


def test_a_start_leaves_alone_what_a_coordinator_has_published(
    app: Flask, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.book()
    with make.inside(), transaction():
        present = get_current(NATIONAL)
        present.name, present.definition = "Nama Baru", "Yang dihitung adalah orang."
    settings = replace(app.config["SAKUHAM"], content_folder=str(make.folder / "nothing"))
    with app.app_context():
        _prepare(settings)
        with read_only():
            assert get_current(NATIONAL).name == "Nama Baru"
