"""What stands below a table: of which moment its figures are, and by which definition."""

from datetime import datetime

from lms.evidence.service import Evidence
from lms.evidence.words import OBJECTIVES, position, write_moment


def counted_foot(evidence: Evidence) -> str:
    """Of which moment and position what was counted is."""
    version = evidence.noted.definition_version
    return (
        f"Keadaan {write_moment(evidence.term.at)}; {position(evidence)}; definisi versi {version}."
    )


def noted_foot(evidence: Evidence) -> str:
    """Of which moment what was noted is."""
    return f"Dicatat dari daftar pegawai {noted_moment(evidence)}."


def objectives_foot(evidence: Evidence) -> str:
    """Up to when first attempts were gathered, and what the share is."""
    until = datetime.fromisoformat(evidence.noted.objectives_until)
    return f"{OBJECTIVES} Dikumpulkan sebelum {write_moment(until)}."


def noted_moment(evidence: Evidence) -> str:
    """When the lists of staff were looked at."""
    return write_moment(datetime.fromisoformat(evidence.noted.noted_at))
