"""What a list says of people's service: who has moved, retired or died, and what is a mere note."""

import enum
import re
from collections.abc import Mapping
from typing import Final

from lms.tables.guessing import plain_heading


class Standing(enum.Enum):
    """What a list says of a person's service; all but the first end it."""

    ACTIVE = "active"
    MOVED = "moved"
    RETIRED = "retired"
    DIED = "died"


_STANDINGS: Final[Mapping[str, Standing]] = {
    word: standing
    for standing, words in {
        Standing.ACTIVE: ("", "aktif", "masih aktif", "active", "pns", "cpns", "pppk"),
        Standing.MOVED: ("pindah", "mutasi", "mutasi keluar", "pindah instansi", "moved"),
        Standing.RETIRED: ("pensiun", "purnatugas", "purna tugas", "bup", "retired"),
        Standing.DIED: ("meninggal", "meninggal dunia", "wafat", "died"),
    }.items()
    for word in words
}
# Whoever may have left is asked about, and never taken for somebody who serves.
_LEAVING: Final = re.compile(
    r"pensiun|purna|\bbup\b|\bmpp\b|men+in?g+[ae]?l|wafat|\balm\b|almarhum|gugur|tewas|mangkat"
    r"|berpulang|hilang|pindah|mutasi|diperbantukan|henti|keluar|mengundurkan|undur diri|resign"
    r"|\bptdh\b|pecat|skors|\bcltn\b|cuti di ?luar|tidak aktif|tdk aktif|tdk lagi|tidak lagi"
    r"|non ?aktif|lolos butuh|kontrak|berakhir|moved|retire|died|dead|\bleft\b|inactive"
)


def find_standing(text: str) -> Standing | None:
    """What a cell says, where it says one thing that is known; an empty one and "-" say nothing."""
    return _STANDINGS.get(plain_heading(text))


def may_have_left(text: str) -> bool:
    """Whether a cell says, in whatever words, that somebody may serve no more."""
    return _LEAVING.search(plain_heading(text)) is not None
