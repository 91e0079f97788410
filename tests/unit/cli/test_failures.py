"""A command that cannot go on says why in a line, and not by a traceback."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lms.cli.failures import report_error
from tests.conftest import ROOT

ABSENT = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def flask(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env=os.environ | {"SECRET_KEY": "only for the tests", **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    ["content publish", "programmes fold", "db upgrade", "serve --port 0"],
)
def test_a_database_that_cannot_be_opened_is_one_line(words: str, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/nowhere/sakuham.db"
    ended = flask(*words.split(), DATABASE_URL=nowhere, CONTENT_FOLDER=str(ROOT / "content"))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: the database cannot be used: unable to open database file.")
    assert "DATABASE_URL" in line


def test_a_database_server_that_is_down_is_one_line() -> None:
    ended = flask("db", "upgrade", DATABASE_URL=ABSENT)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: the database cannot be used: connection failed")


def test_a_setting_that_cannot_be_read_is_one_line() -> None:
    ended = flask("programmes", "fold", HASHING_SLOTS="two")
    assert ended.returncode == 1
    assert ended.stderr == "Error: HASHING_SLOTS='two' is not a whole number.\n"


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_disk_that_takes_nothing_is_one_line(
    capsys: pytest.CaptureFixture[str], number: int
) -> None:
    report_error(OSError(number, os.strerror(number), "/srv/sakuham/var/secret-key"))
    said = capsys.readouterr().err
    assert said == f"Error: /srv/sakuham/var/secret-key: {os.strerror(number)}.\n"


def test_an_accident_of_ours_is_told_with_its_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report_error(ZeroDivisionError("division by zero"))
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err
