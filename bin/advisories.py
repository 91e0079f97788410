"""What the advisory services know of our pinned packages, and what to make of it: `bin/audit`."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lms.clock import utc_now

ROOT = Path(__file__).resolve().parents[1]
LOCKS = [
    path.with_suffix(".txt") for folder in (ROOT, ROOT / "tests") for path in folder.glob("*.in")
]
SECONDS = 600
# Both tools call a package sound of which a service says nothing: a mirror without advisories would
# pass for a good one. So they are first asked about a package with famous faults, none of ours.
FAULTY_PYTHON = f"django==2.2 --hash=sha256:{'0' * 64}\n"
FAULTY_NPM = {
    "name": "faulty",
    "version": "1.0.0",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "faulty", "version": "1.0.0", "dependencies": {"lodash": "4.17.15"}},
        "node_modules/lodash": {"version": "4.17.15"},
    },
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A known fault of a package that we pin, under every name that it goes by."""

    package: str
    ids: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service has said; `silence` says why it is no answer."""

    service: str
    faults: tuple[Fault, ...] = ()
    silence: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A fault that may stand until a day, that day included."""

    id: str
    until: date
    reason: str


class BadWaiver(ValueError):
    """An exception in pyproject.toml lacks what an exception needs."""


def read_waivers(pyproject: str) -> tuple[Waiver, ...]:
    """The exceptions of a pyproject.toml; raises BadWaiver for one without id, day and reason."""
    tables = tomllib.loads(pyproject).get("tool", {}).get("audit", {}).get("exceptions", [])
    waivers = []
    for table in tables:
        match table:
            case {"id": str(name), "until": date() as until, "reason": str(reason)} if reason:
                waivers.append(Waiver(name, until, reason))
            case _:
                raise BadWaiver(f"An exception needs id, until (a day) and reason: {table}")
    return tuple(waivers)


def read_pip_audit(output: str, errors: str = "") -> Answer:
    """What `pip-audit --format json` has put out; packages it skipped make it no answer."""
    service = "pip-audit"
    report = _parse(output)
    if "dependencies" not in report:
        return Answer(service, silence=_last_line(errors))
    skipped = [each for each in report["dependencies"] if "skip_reason" in each]
    if skipped:
        more = f" (and {len(skipped) - 1} more)" if len(skipped) > 1 else ""
        return Answer(service, silence=skipped[0]["skip_reason"] + more)
    faults = {
        Fault(
            f"{each['name']} {each['version']}",
            (fault["id"], *fault["aliases"]),
            " ".join(fault["description"].split()),
        )
        for each in report["dependencies"]
        for fault in each["vulns"]
    }
    return Answer(service, _sorted(faults))


def read_npm_audit(output: str, errors: str = "") -> Answer:
    """What `npm audit --json` has put out."""
    service = "npm audit"
    report = _parse(output)
    if "vulnerabilities" not in report:
        return Answer(service, silence=str(report.get("message") or _last_line(errors)))
    faults = {
        # A package that only needs a faulty one names it, and is no fault of its own.
        Fault(cause["name"], (cause["url"].rpartition("/")[2],), cause["title"])
        for each in report["vulnerabilities"].values()
        for cause in each["via"]
        if isinstance(cause, dict)
    }
    return Answer(service, _sorted(faults))


def judge(
    answers: Iterable[Answer], waivers: Sequence[Waiver], *, today: date
) -> tuple[list[str], int]:
    """The lines to show and the exit code.

    1 for a fault that no exception covers and for an exception that has run out, else 75 where a
    service gave no answer, else 0.
    """
    lines, is_faulty, is_silent = [], False, False
    for answer in answers:
        if answer.silence:
            is_silent = True
            lines.append(f"{answer.service}: NOT AUDITED, no answer: {answer.silence}")
            continue
        lines.append(f"{answer.service}: known faults: {len(answer.faults)}")
        for fault in answer.faults:
            waiver = next((each for each in waivers if each.id in fault.ids), None)
            if waiver is not None and waiver.until >= today:
                note = f"excepted until {waiver.until}: {waiver.reason}"
            else:
                is_faulty = True
                note = "KNOWN FAULT"
            lines.append(f"  {fault.package}: {', '.join(fault.ids)}: {fault.title} ({note})")
    for waiver in waivers:
        if waiver.until < today:
            is_faulty = True
            lines.append(f"The exception for {waiver.id} RAN OUT on {waiver.until}.")
    return lines, 1 if is_faulty else os.EX_TEMPFAIL if is_silent else 0


def main() -> int:
    """Ask both services, show what they say, and return the exit code."""
    try:
        waivers = read_waivers((ROOT / "pyproject.toml").read_text())
    except BadWaiver as bad:
        print(bad, file=sys.stderr)  # noqa: T201 - a command's words
        return 1
    lines, code = judge((_ask_pip_audit(), _ask_npm()), waivers, today=utc_now().date())
    print(*lines, sep="\n")  # noqa: T201
    return code


def _ask_pip_audit() -> Answer:
    def ask(*locks: Path) -> Answer:
        files = [argument for lock in locks for argument in ("--requirement", str(lock))]
        options = ("--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off")
        return _ask(read_pip_audit, ["pip-audit", *options, *files], ROOT)

    with TemporaryDirectory() as folder:
        faulty = Path(folder) / "requirements.txt"
        faulty.write_text(FAULTY_PYTHON)
        trial = ask(faulty)
    return _unless_ignorant(trial) or ask(*LOCKS)


def _ask_npm() -> Answer:
    command = ["npm", "audit", "--json", "--package-lock-only"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "package-lock.json").write_text(json.dumps(FAULTY_NPM))
        (folder / "package.json").write_text(json.dumps(FAULTY_NPM["packages"][""]))  # type: ignore[index]
        trial = _ask(read_npm_audit, command, folder)
    return _unless_ignorant(trial) or _ask(read_npm_audit, command, ROOT)


def _unless_ignorant(trial: Answer) -> Answer | None:
    """The answer to give for a service that does not know what everybody knows; else None."""
    if trial.silence:
        return trial
    if not trial.faults:
        return Answer(trial.service, silence="it knows no advisories, not even famous ones")
    return None


def _ask(read: Callable[[str, str], Answer], command: list[str], folder: Path) -> Answer:
    try:
        told = subprocess.run(  # noqa: S603 - our own tools
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return read("", f"{command[0]} was not done after {SECONDS} s")
    return read(told.stdout, told.stderr)


def _parse(output: str) -> Mapping[str, Any]:
    try:
        report = json.loads(output)
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _last_line(errors: str) -> str:
    return (errors.strip().splitlines() or ["it said nothing"])[-1]


def _sorted(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.package, fault.ids)))


if __name__ == "__main__":
    sys.exit(main())
