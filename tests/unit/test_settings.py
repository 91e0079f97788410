"""What is kept in `var/`: one key for all processes, and nothing that others may read."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import config
from config import BadSetting, Settings

ASK = """
import sys
from pathlib import Path
import config
config.VAR = Path(sys.argv[1])
sys.stdin.readline()
print(config.Settings().signing_key())
"""
MAKE_PRIVATE = """
import sys
from pathlib import Path
import config
config.VAR = Path(sys.argv[1])
config.make_private(config.Settings(database_url=f"sqlite:///{sys.argv[2]}"))
(config.VAR / "new").touch()
"""


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `var/` that is not there yet."""
    folder = tmp_path / "var"
    monkeypatch.setattr(config, "VAR", folder)
    return folder


def test_processes_that_start_at_once_get_the_same_key(var: Path) -> None:
    asking = [
        subprocess.Popen(
            [sys.executable, "-c", ASK, var],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in asking:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate()[0] for process in asking}
    assert len(keys) == 1
    assert keys == {f"{Settings().signing_key()}\n"}
    assert [path.name for path in var.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((var / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize("remains", ["", "\n", "half-of-a-key"])
def test_a_key_that_was_cut_off_is_refused_with_the_remedy(var: Path, remains: str) -> None:
    var.mkdir()
    (var / "secret-key").write_text(remains)
    with pytest.raises(BadSetting, match=r"secret-key holds no whole key.*delete it") as refusal:
        Settings().signing_key()
    assert "\n" not in str(refusal.value)
    assert (var / "secret-key").read_text() == remains


@pytest.mark.parametrize("number", [0, -60])
@pytest.mark.parametrize(
    "name", ["jobs_lease_seconds", "database_connections", "requests_at_once", "hashing_slots"]
)
def test_a_number_with_which_nothing_would_be_done_is_refused(
    name: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name.upper(), str(number))
    with pytest.raises(BadSetting, match=rf"^{name.upper()}={number} is not 1 or more\.$"):
        Settings.from_environment()


def test_what_is_written_is_for_us_alone_and_what_was_written_too(tmp_path: Path) -> None:
    var, database = tmp_path / "var", tmp_path / "elsewhere.db"
    (var / "log").mkdir(parents=True, mode=0o755)
    for path in (var / "log" / "setup.log", database, Path(f"{database}-wal")):
        path.touch(0o644)
    subprocess.run([sys.executable, "-c", MAKE_PRIVATE, var, database], check=True)
    found = [var, *var.rglob("*"), database, Path(f"{database}-wal")]
    assert len(found) == 6
    assert [path for path in found if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)] == []
    assert os.access(var / "log", os.X_OK)
