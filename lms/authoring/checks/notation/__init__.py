"""Finds what a text would lose on its way to the reader, or show as signs, line by line.

Authors bring habits from many programs. What the rendering does not know stands in the text as
it was typed, or is joined, renumbered or left out; here the author is told, with the line.
"""

from collections.abc import Callable

from lms.authoring.checks.notation.emphasis import check_bold
from lms.authoring.checks.notation.lists import check_lists
from lms.authoring.checks.notation.paragraphs import check_headings, check_joined_lines
from lms.authoring.checks.notation.quotes import check_alerts, check_more_than
from lms.authoring.checks.notation.references import check_notes, check_references
from lms.authoring.checks.notation.signs import check_entities, check_signs
from lms.authoring.checks.notation.tables import check_tables
from lms.authoring.checks.notation.text import FileText, read_text
from lms.authoring.diagnostics import Diagnostic, Diagnostics
from lms.authoring.parsing.result import ParseResult

Check = Callable[[FileText, Diagnostics], None]
CHECKS: tuple[Check, ...] = (
    check_signs,
    check_bold,
    check_alerts,
    check_entities,
    check_tables,
    check_lists,
    check_headings,
    check_more_than,
    check_joined_lines,
    check_notes,
    check_references,
)


def check_notation(result: ParseResult) -> list[Diagnostic]:
    """What every file would show otherwise than its author wrote it."""
    found: list[Diagnostic] = []
    for file in result.sources:
        diagnostics = Diagnostics(result.tree.path_of(file.name))
        text = read_text(file)
        for check in CHECKS:
            check(text, diagnostics)
        found.extend(diagnostics.entries)
    return found
