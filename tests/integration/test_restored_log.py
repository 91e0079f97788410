"""A database restored from a backup: what was published is missed, and nothing is signed."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.jobs.kind import Run
from lms.keys.enums import Purpose
from lms.keys.material import make_plain
from lms.keys.queries import find_signer, list_public_keys
from lms.keys.service import rotate_keys
from lms.transparency.continuity import Continuity, LogForked, compare_with, kept_in
from lms.transparency.notes import BadNote, Head, sign_head
from lms.transparency.queries import get_checkpoint, root_at
from lms.worker.handlers import sequence
from tests.conftest import SETTINGS
from tests.factories import Factory

RUN = Run(1, "log", {}, None, frozenset(), 0, "")


def issue(make: Factory, count: int) -> None:
    """So many certificates."""
    book, ours = make.book(), make.institution()
    for _ in range(count):
        make.certificate(make.learner(at=ours), book)
    db.session.rollback()


def run_job(folder: Path) -> Path:
    """Have the jobs process write the log; returns the file beside the database."""
    settings = replace(SETTINGS, log_checkpoint_folder=str(folder))
    sequence(settings, RUN)
    with read_only():
        kept = kept_in(settings.log_checkpoint_folder)
    assert kept is not None
    return kept


def signed(size: int, root: bytes, origin: str | None = None) -> str:
    """A checkpoint that our key signed, whatever the database holds now."""
    with read_only():
        signer = find_signer(Purpose.LOG)
        assert signer is not None
        key = list_public_keys(Purpose.LOG)[-1]
        head = Head(origin or get_checkpoint().origin, size, root)
        return sign_head(head, signer, key.public_bytes)


@pytest.mark.usefixtures("keys")
def test_the_last_checkpoint_is_kept_outside_of_the_database(make: Factory, tmp_path: Path) -> None:
    issue(make, 2)
    kept = run_job(tmp_path / "checkpoints")
    with read_only():
        assert kept.read_text() == get_checkpoint(2).note
    issue(make, 1)
    assert run_job(tmp_path / "checkpoints") == kept
    with read_only():
        assert kept.read_text() == get_checkpoint(3).note
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(("size", "root"), [(3, bytes(32)), (1, bytes(32))])
def test_nothing_is_signed_where_something_else_was_published(
    make: Factory, tmp_path: Path, size: int, root: bytes
) -> None:
    issue(make, 2)
    kept = run_job(tmp_path)
    kept.write_text(signed(size, root))
    issue(make, 1)
    with pytest.raises(LogForked, match="too old"):
        run_job(tmp_path)
    with read_only():
        assert get_checkpoint().size == 2
    assert kept.read_text() == signed(size, root)
    kept.rename(tmp_path / "aside.txt")  # the operator has said openly what was lost
    run_job(tmp_path)
    with read_only():
        assert get_checkpoint().size == 3


@pytest.mark.usefixtures("keys")
def test_a_host_that_lags_behind_goes_on(make: Factory, tmp_path: Path) -> None:
    issue(make, 1)
    earlier = run_job(tmp_path).read_text()
    issue(make, 1)
    kept = run_job(tmp_path)
    kept.write_text(earlier)
    issue(make, 1)
    run_job(tmp_path)
    with read_only():
        assert kept.read_text() == get_checkpoint(3).note


@pytest.mark.usefixtures("keys")
def test_a_spoilt_file_stops_the_log_as_well(make: Factory, tmp_path: Path) -> None:
    issue(make, 1)
    kept = run_job(tmp_path)
    kept.write_text("sesuatu yang lain")
    issue(make, 1)
    with pytest.raises(LogForked, match="holds no checkpoint"):
        run_job(tmp_path)


@pytest.mark.usefixtures("keys")
def test_a_file_outlasts_a_change_of_keys(make: Factory, tmp_path: Path) -> None:
    issue(make, 1)
    kept = run_job(tmp_path)
    with transaction():
        rotate_keys([make_plain(Purpose.LOG)], now=utc_now())
    issue(make, 1)
    assert run_job(tmp_path) == kept


@pytest.mark.usefixtures("app")
def test_without_a_key_or_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    with read_only():
        assert kept_in(str(tmp_path)) is None
        assert kept_in("") is None


@pytest.mark.usefixtures("keys")
def test_a_checkpoint_is_compared_with_the_log(make: Factory, tmp_path: Path) -> None:
    issue(make, 300)  # more than a tile
    run_job(tmp_path)
    with read_only():
        last = get_checkpoint()
        root = root_at(257)
        assert root_at(300) == last.root
    continuities = {
        signed(257, root): Continuity.KEPT,
        signed(257, bytes(32)): Continuity.REWRITTEN,
        signed(301, bytes(32)): Continuity.CUT_OFF,
        signed(257, root, "elsewhere.example/log"): Continuity.RENAMED,
    }
    with read_only():
        for note, continuity in continuities.items():
            found = compare_with(note.replace("\n", "\r\n"))
            assert (found.continuity, found.is_ours, found.size) == (continuity, True, 300)
        assert not compare_with(signed(257, root).replace("257", "256")).is_ours
        for note in ("", "a\n-1\nAAAA\n", f"{last.origin}\n1\nAAAA\n\n", "a\nb\nc\n"):
            with pytest.raises(BadNote):
                compare_with(note)


def check(app: Flask, *words: str, typed: str | None = None) -> Result:
    """`flask log check-restore`."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["log", "check-restore", *words], input=typed)


@pytest.mark.usefixtures("keys")
def test_an_operator_compares_a_restored_database(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    issue(make, 2)
    kept = run_job(tmp_path)
    file = tmp_path / "kept.txt"
    file.write_text(kept.read_text())
    sound = check(app, str(file))
    assert sound.exit_code == 0
    assert "has 2 and goes on from these" in sound.output
    file.write_text(signed(5, bytes(32)))
    cut = check(app, str(kept), str(file))
    assert cut.exit_code == 1
    assert "ends at 2: entries that were published are not in it" in cut.output
    assert "Do not start the jobs process" in cut.output
    assert "holds no checkpoint" in check(app, "-", typed="apa saja").output
    nothing = check(app)
    assert nothing.exit_code == 1
    assert "has kept no checkpoint" in nothing.output


@pytest.mark.usefixtures("keys")
def test_a_checkpoint_of_another_log_proves_nothing(
    app: Flask, make: Factory, tmp_path: Path
) -> None:
    issue(make, 1)
    note = run_job(tmp_path).read_text()
    text, _, signature = note.partition("\n\n")
    other = check(app, "-", typed=f"{text}\n\n{signature[:-10]}AAAAAAA=\n")
    assert other.exit_code == 1
    assert "No key of this database has signed it" in other.output
