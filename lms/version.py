"""The running version, read from pyproject.toml when this process began."""

import tomllib
from typing import Final

from config import ROOT

VERSION: Final[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
