"""The programs that tests may call: those that `bin/test` brings, and those of every Debian.

On a developer's machine anything may be installed by hand. So each program that a test starts is
compared with the list, in every run, and not only where something is missing.
"""

import os
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Of packages that are essential there: coreutils, util-linux, libc-bin, dash.
ESSENTIAL = frozenset({"env", "ldd", "nice", "setpriv", "setsid", "sh"})
# Python asks these about the machine, and does without.
ASKED = frozenset({"cc", "gcc", "ld", "ldconfig", "objdump", "uname"})


def list_brought() -> dict[str, str]:
    """What `bin/test` sees to, program or file (with `*`), and the package of each."""
    script = (ROOT / "bin" / "test").read_text()
    found = re.findall(r"^brought\w*=\(\n(.*?)^\)", script, re.MULTILINE | re.DOTALL)
    assert found
    lines = [
        line.partition("#")[0].replace('"', "").split()
        for group in found
        for line in group.splitlines()
    ]
    return {line[0]: line[1] for line in lines if line}


BROUGHT = list_brought()


def is_brought(program: str) -> bool:
    """Whether a machine that was set up for the tests has it."""
    path = Path(program)
    if path.is_absolute() and path.is_relative_to(ROOT):
        return True  # installed from a lock file, or our own
    return (
        program == sys.executable
        or path.name in ESSENTIAL | ASKED | BROUGHT.keys()
        or any(fnmatch(program, file) for file in BROUGHT)
    )


def watch_programs() -> None:
    """From here on, have an AssertionError for whoever starts one that nobody brings."""
    sys.addaudithook(_refuse_what_nobody_brings)


def _refuse_what_nobody_brings(event: str, arguments: tuple[object, ...]) -> None:
    if event == "subprocess.Popen":
        program = os.fsdecode(arguments[0])  # type: ignore[arg-type]  # as subprocess documents it
        assert is_brought(program), (
            f"{program} may be missing elsewhere: let bin/test bring it, in the list `brought`"
        )
