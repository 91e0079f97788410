"""The files of docs/hosts can be read by those for whom they are, and say nothing that is not."""

import re
import shlex
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import Settings
from lms.measures import FOLDER
from tests.conftest import ROOT
from tests.hosts.house import ADDRESSES, make_certificate
from tests.hosts.units import FILES, read_section, read_settings, read_unit

OPERATOR = ROOT / "docs" / "operator.md"
UNITS = ("sakuham-web.service", "sakuham-jobs.service")
SETTINGS = {setting.name.upper() for setting in fields(Settings)}
OF_OTHERS = {"GRANIAN_HOST", "MALLOC_ARENA_MAX", FOLDER}
"""What granian, the C library and the client of Prometheus read."""
HOSTS = {**ADDRESSES, "db1": ADDRESSES["primary"], "db2": ADDRESSES["replica"]}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """What stands in the compose file."""
    found: dict[str, Any] = yaml.safe_load((FILES / "compose.yaml").read_text())
    return found


def test_every_file_is_told_of_and_there_is_no_other() -> None:
    page = (FILES / "README.md").read_text()
    named = set(re.findall(r"\]\(([a-z][\w.-]*)\)", page)) | {"README.md", "Dockerfile"}
    assert named == {path.name for path in FILES.iterdir()}
    assert "(hosts/README.md)" in (ROOT / "docs" / "operator.md").read_text()


def test_the_settings_are_those_that_there_are_and_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = read_settings("sakuham.env")
    assert given.keys() <= SETTINGS
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings.from_environment()
    assert settings.trusted_proxies == 1
    assert settings.database_url == given["DATABASE_URL"]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_names_settings_that_there_are(name: str) -> None:
    unit = read_unit(name, {})
    assert unit.environment.keys() <= SETTINGS | OF_OTHERS
    assert Path(unit.command[0]).exists()


def test_the_documents_and_the_compose_file_start_the_same(compose: dict[str, Any]) -> None:
    services = compose["services"]
    web, jobs = (shlex.split(read_section(name, "Service")["ExecStart"]) for name in UNITS)
    started = {name: "=".join(services[name]["command"]) for name in ("app1", "app2", "worker")}
    as_one = {"app1": web, "app2": web, "worker": jobs}
    prefix = "/srv/sakuham/"
    assert started == {
        name: "=".join(command).removeprefix(prefix) for name, command in as_one.items()
    }
    several = re.search(r"```sh\n(\.venv/bin/granian.*?)```", OPERATOR.read_text(), re.DOTALL)
    assert several
    documented = shlex.split(several[1].replace("\\\n", " "))
    at = documented.index("--host")
    assert documented[:at] + documented[at + 2 :] == [web[0].removeprefix(prefix), *web[1:]]


def test_the_compose_file_has_the_same_hosts_and_files_that_are_there(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    at = {
        name: service["networks"]["house"]["ipv4_address"]
        for name, service in services.items()
        if service["networks"]["house"]
    }
    assert at == {name: HOSTS[name] for name in at}
    assert set(at.values()) == set(ADDRESSES.values())
    mounted = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    }
    brought = {"./sakuham.pem"}  # by whoever starts it
    assert [each for each in mounted - brought if not (FILES / each).exists()] == []
    given = {name for service in services.values() for name in service.get("environment", ())}
    assert given <= SETTINGS | OF_OTHERS | {"POSTGRES_USER", "POSTGRES_PASSWORD"}
    assert {service["env_file"] for service in services.values() if "env_file" in service} == {
        "sakuham.env"
    }


def test_every_address_is_one_of_the_hosts() -> None:
    known = {*ADDRESSES.values(), "10.77.0.0", "10.77.0.1"}
    named = {
        (path.name, address)
        for path in FILES.iterdir()
        for address in re.findall(r"\b10\.\d+\.\d+\.\d+\b", path.read_text())
    }
    assert {pair for pair in named if pair[1] not in known} == set()


def test_haproxy_takes_its_file(tmp_path: Path) -> None:
    if shutil.which("haproxy") is None:
        pytest.skip("there is no haproxy: `bin/test hosts` installs it")
    certificate = tmp_path / "sakuham.pem"
    make_certificate(certificate, ADDRESSES["balancer"])
    text = (FILES / "haproxy.cfg").read_text()
    file = tmp_path / "haproxy.cfg"
    file.write_text(text.replace("/etc/haproxy/sakuham.pem", str(certificate)))
    done = subprocess.run(["haproxy", "-c", "-f", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr, done.stderr


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_a_unit(name: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd here")
    copied = tmp_path / name
    copied.write_text((FILES / name).read_text().replace("/srv/sakuham", str(ROOT)))
    command = ["systemd-analyze", "verify", "--man=no", str(copied)]
    done = subprocess.run(command, capture_output=True, text=True)
    about_it = [line for line in done.stderr.splitlines() if name in line]
    assert about_it == []
