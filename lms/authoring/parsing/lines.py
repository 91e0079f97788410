"""The lines of a source, with an error for what is opened in them and never closed."""

from lms.authoring.diagnostics import Diagnostics
from lms.rendering.lines import COMMENT, Line, scan


def scan_lines(lines: list[str], first_number: int, diagnostics: Diagnostics) -> list[Line]:
    """The lines as `scan` marks them; what is never closed is told at the line that opened it."""

    def tell(line: int, mark: str) -> None:
        if mark == COMMENT:
            diagnostics.error(
                line,
                "Komentar <!-- tidak ditutup; semua teks sesudahnya tersembunyi.",
                "Tutup komentar itu dengan -->.",
                "unclosed-comment",
            )
        else:
            diagnostics.error(
                line,
                f"Blok kode yang dibuka dengan {mark[:3]} tidak ditutup.",
                f"Tutup blok itu dengan baris berisi {mark} saja.",
                "unclosed-fence",
            )

    return scan(lines, first_number, tell)
