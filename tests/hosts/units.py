"""The documents' own files: what a unit of systemd starts, and with which settings."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FILES: Final = ROOT / "docs" / "hosts"
INSTALLED: Final = "/srv/sakuham"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is run on a host, and after how many seconds again when it has ended."""

    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    restart_seconds: float = 1.0


def read_section(name: str, section: str) -> dict[str, str]:
    """What a section of a unit says; what is said twice stands under its last word alone."""
    found: dict[str, str] = {}
    here = ""
    for line in (FILES / name).read_text().replace("\\\n", " ").splitlines():
        if line.startswith("["):
            here = line.strip("[]")
        elif here == section and line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[key] = value
    return found


def read_unit(name: str, further: Mapping[str, str]) -> Unit:
    """A unit as systemd would start it, with further settings, from this folder."""
    service = read_section(name, "Service")
    assert service["WorkingDirectory"] == INSTALLED
    given = dict(each.split("=", 1) for each in shlex.split(service["Environment"]))
    return Unit(
        command=shlex.split(service["ExecStart"].replace(INSTALLED, str(ROOT))),
        environment={**read_settings("sakuham.env"), **given, **further},
        restart_seconds=float(service["RestartSec"]),
    )


def read_settings(name: str) -> dict[str, str]:
    """The settings of a file such as `EnvironmentFile=` names."""
    words = shlex.split((FILES / name).read_text(), comments=True)
    return dict(word.split("=", 1) for word in words)
