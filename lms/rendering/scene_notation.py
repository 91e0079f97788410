"""How a scene is written: its heading, its parts, where a choice leads, whose eyes an end shows."""

import re
from typing import Final

SCENE: Final = re.compile(r"adegan(?:\s*[:–—-]\s*(?P<title>.*))?", re.IGNORECASE)
PART: Final = re.compile(r"(?P<number>\d{1,3})\s?[.)]\s*(?P<title>.*)", re.ASCII)
END: Final = re.compile(r"akhir\s*:\s*(?P<title>.*)", re.IGNORECASE)
LEADS_TO: Final = re.compile(
    r"\(\s?ke\s(?:bagian\s)?(?P<number>\d{1,3})\s?\)\s?\.?$", re.IGNORECASE | re.ASCII
)
VIEW: Final = re.compile(r"dari mata \S.*", re.IGNORECASE)
PLACE: Final = "adegan"


def anchor_of(number: int) -> str:
    """Where on its page a part of the scene stands."""
    return f"{PLACE}-{number}"
