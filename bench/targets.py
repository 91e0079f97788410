"""What requests and pages may cost, and what they cost Moodle."""

from dataclasses import dataclass

FIRST_VISIT_KB = 60.0
NEXT_PAGE_KB = 12.0
# The first chapter brings the script of all chapters, and its scene with a picture of people.
FIRST_CHAPTER_KB = 14.0
# How much more a page may cost with a nation that it is not about: what one run differs by.
FLAT = 1.3
# Sealing a sheet, CPU-ms of our process; and one in letters that our fonts lack.
SEALED_MS, IN_FULL_MS = 4.0, 45.0
# How long whoever writes the log may keep others from writing.
LONGEST_WRITE_MS = 100.0
# In how many CPU seconds an auditor is to have checked a million entries.
AUDIT_SECONDS = 10.0
# Many certificates at once, from asking to the result, and what the background process may hold.
ROWS_SECONDS = 20.0
FILES_SECONDS = 15.0
JOBS_MB = 300.0


# A staff list, by its length: a million people in 25 s to check, and 60 to put in force.
CHECK_US, APPLY_US = 25, 60
IMPORT_MB, IMPORT_WRITE_MS = 150, 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a phase, the most CPU-ms it may cost, and what the peer needs.

    The peer's figures are those of the two ways in which it was set up, as measured for us.
    """

    key: str
    title: str
    sqlite: float | None
    postgresql: float | None
    moodle: str = "–"
    moodle_best: str = "–"

    def target(self, database: str) -> float | None:
        """The most that it may cost on a database."""
        return self.sqlite if database == "sqlite" else self.postgresql


ROWS = (
    Row("home", "Home, signed in", None, None),
    Row("chapter", "Chapter page", 1.5, 2.5, "84; 62 when seen again", "58; 47 when seen again"),
    Row("search", "Search in all pocketbooks", 3, 3),
    Row("save", "Answer save", 2, 3, "116 for all ten", "85 for all ten"),
    Row("submit", "Submit with certificate", 5, 8, "297", "213"),
    Row("pdf", "Certificate PDF", 45, 45, "351", "272–335"),
    Row("verification", "Verification", 1.5, 2.5, "51", "29–32"),
    Row("staff", "Officer's list", None, None),
    Row("staff among strangers", "Officer's list, 300,000 strangers", None, None),
    Row("journey", "Whole journey", 120, 150, "1,840–1,930", "1,278"),
)
