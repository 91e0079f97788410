"""Set-up brings whatever the tests and the house call: a bare machine is no surprise."""

import ast
import re
import subprocess
from pathlib import Path

import playwright
import pytest

from tests.conftest import ROOT
from tests.programs import ESSENTIAL, is_brought

# Of libc6, libgcc-s1 and libstdc++6, which every Debian has: apt itself needs them.
EVERYWHERE = {"ld-linux", "libc", "libdl", "libgcc_s", "libm", "libpthread", "librt", "libstdc++"}


def sources(*folders: str, naming: str) -> list[tuple[Path, ast.Module]]:
    """The Python files in which something is found; to parse them all would take seconds."""
    texts = {
        path: path.read_text()
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    return [(path, ast.parse(text)) for path, text in texts.items() if re.search(naming, text)]


def test_a_program_that_nobody_brings_is_refused_when_a_test_starts_it() -> None:
    with pytest.raises(AssertionError, match="let bin/test bring it"):
        subprocess.run(["cowsay", "halo"], check=False)


def test_what_is_looked_for_by_name_or_by_path_is_brought() -> None:
    asked = {
        node.value
        for path, tree in sources("tests", "lms", "bench", naming=r"""["']/(usr|bin|sbin|opt)/.""")
        if path != Path(__file__)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"/(usr|bin|sbin|opt)/.", node.value)
    } | {
        call.args[0].value
        for _, tree in sources("tests", "lms", "bench", naming=r"shutil\.which")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "shutil.which"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
    assert asked
    assert sorted(filter(lambda each: not is_brought(each), asked)) == []


def test_what_the_house_itself_starts_is_on_every_debian() -> None:
    started = {
        str(node.elts[0].value)
        for _, tree in sources("lms", "bench", naming=r"subprocess|lms\.cli\.supervisor")
        for node in ast.walk(tree)
        if isinstance(node, ast.List) and node.elts and isinstance(node.elts[0], ast.Constant)
        if re.fullmatch(r"[a-z][\w.-]+", str(node.elts[0].value))
    }
    assert started
    assert started <= ESSENTIAL


def test_the_libraries_that_the_browsers_driver_needs_are_brought() -> None:
    node = Path(playwright.__file__).with_name("driver") / "node"
    told = subprocess.run(["ldd", node], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r"^\s*(?:/\S+/)?(lib[\w+-]+|ld-linux)[\w.-]*\.so", told, re.MULTILINE)
    assert needed
    missing = {name for name in needed if name not in EVERYWHERE}
    assert (
        sorted(name for name in missing if not is_brought(f"/usr/lib/x86_64-linux-gnu/{name}.so.1"))
        == []
    )
