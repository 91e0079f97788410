"""What `bin/audit` makes of what the advisory services say; their words are recorded ones."""

import json
import os
from datetime import date

import pytest

from bin.advisories import (
    Answer,
    BadWaiver,
    Fault,
    Waiver,
    judge,
    read_npm_audit,
    read_pip_audit,
    read_waivers,
)
from tests.conftest import ROOT

TODAY = date(2026, 11, 29)
PIP_FAULT = json.dumps(
    {
        "dependencies": [
            {
                "name": "django",
                "version": "2.2",
                "vulns": [
                    {
                        "id": "PYSEC-2019-10",
                        "fix_versions": ["2.2.2"],
                        "aliases": ["CVE-2019-12308"],
                        "description": "XSS in the admin",
                    }
                ],
            },
            {"name": "flask", "version": "3.1.2", "vulns": []},
        ],
        "fixes": [],
    }
)
PIP_SKIPPED = json.dumps(
    {
        "dependencies": [
            {
                "name": "pyyaml",
                "skip_reason": "Dependency not found on PyPI and could not be audited: pyyaml (5)",
            }
        ],
        "fixes": [],
    }
)
NPM_FAULT = json.dumps(
    {
        "auditReportVersion": 2,
        "vulnerabilities": {
            "lodash": {
                "name": "lodash",
                "severity": "high",
                "via": [
                    {
                        "source": 1106913,
                        "name": "lodash",
                        "dependency": "lodash",
                        "title": "Command Injection in lodash",
                        "url": "https://github.com/advisories/GHSA-35jh-r3h4-6jhm",
                        "severity": "high",
                        "range": "<4.17.21",
                    }
                ],
                "effects": ["needy"],
            },
            "needy": {"name": "needy", "severity": "high", "via": ["lodash"], "effects": []},
        },
        "metadata": {},
    }
)
NPM_REFUSED = json.dumps(
    {
        "message": "405 Method Not Allowed - POST /-/npm/v1/security/advisories/bulk",
        "statusCode": 405,
        "error": {"summary": "", "detail": ""},
    }
)
SOUND = Answer("npm audit")
SILENT = Answer("npm audit", silence="405 Method Not Allowed")
FAULTY = read_pip_audit(PIP_FAULT)


def waiver(until: date, name: str = "CVE-2019-12308") -> Waiver:
    return Waiver(name, until, "The admin is not used.")


def test_a_fault_is_read_with_every_name_that_it_goes_by() -> None:
    fault = Fault("django 2.2", ("PYSEC-2019-10", "CVE-2019-12308"), "XSS in the admin")
    assert read_pip_audit(PIP_FAULT).faults == (fault,)
    found = Fault("lodash", ("GHSA-35jh-r3h4-6jhm",), "Command Injection in lodash")
    assert read_npm_audit(NPM_FAULT).faults == (found,)


def test_a_known_fault_fails() -> None:
    lines, code = judge([FAULTY, SOUND], [], today=TODAY)
    assert code == 1
    assert "KNOWN FAULT" in "\n".join(lines)


def test_nothing_known_passes() -> None:
    assert judge([SOUND], [], today=TODAY) == (["npm audit: known faults: 0"], 0)


@pytest.mark.parametrize(
    "answer",
    [
        read_pip_audit(PIP_SKIPPED),
        read_pip_audit("", "Traceback\nConnectionError: refused"),
        read_pip_audit("<html>a proxy's page</html>"),
        read_npm_audit(NPM_REFUSED),
        read_npm_audit("", "npm error network"),
        read_npm_audit("[]"),
    ],
)
def test_where_no_service_answers_it_says_so_and_has_not_passed(answer: Answer) -> None:
    assert answer.silence
    lines, code = judge([SOUND, answer], [], today=TODAY)
    assert code == os.EX_TEMPFAIL
    assert f"NOT AUDITED, no answer: {answer.silence}" in lines[-1]


def test_a_known_fault_weighs_more_than_a_service_that_is_silent() -> None:
    assert judge([FAULTY, SILENT], [], today=TODAY)[1] == 1


def test_an_exception_holds_to_its_last_day_and_fails_from_the_next() -> None:
    lines, code = judge([FAULTY], [waiver(TODAY)], today=TODAY)
    assert code == 0
    assert "excepted until 2026-11-29: The admin is not used." in lines[-1]
    lines, code = judge([FAULTY], [waiver(date(2026, 11, 28))], today=TODAY)
    assert code == 1
    assert lines[-1] == "The exception for CVE-2019-12308 RAN OUT on 2026-11-28."


def test_an_exception_that_ran_out_fails_even_where_its_fault_is_gone() -> None:
    assert judge([SOUND], [waiver(date(2026, 11, 28))], today=TODAY)[1] == 1


def test_an_exception_is_for_one_fault_only() -> None:
    assert judge([FAULTY], [waiver(TODAY, "CVE-2000-0001")], today=TODAY)[1] == 1


def test_an_exception_needs_a_day_and_a_reason() -> None:
    table = '[[tool.audit.exceptions]]\nid = "CVE-2019-12308"\n'
    with pytest.raises(BadWaiver, match="CVE-2019-12308"):
        read_waivers(table + 'reason = "The admin is not used."\n')
    with pytest.raises(BadWaiver):
        read_waivers(table + "until = 2026-11-29\n")
    with pytest.raises(BadWaiver):
        read_waivers(table + 'until = "2026-11-29"\nreason = "The admin is not used."\n')
    assert read_waivers(table + 'until = 2026-11-29\nreason = "The admin is not used."\n') == (
        waiver(TODAY),
    )


def test_our_own_exceptions_can_be_read() -> None:
    read_waivers((ROOT / "pyproject.toml").read_text())
