"""Checks a PDF as the page does: looks into it in a process of its own, then judges."""

from lms.checking.documents import Remake, check_inspected, trusted_roots
from lms.checking.inspection import Inspector
from lms.checking.verdicts import Finding


def check_document(
    content: bytes, *, inspector: Inspector | None = None, remake: Remake | None = None
) -> Finding:
    """The finding on a file; takes an inspector where many are checked one after another."""
    if inspector is not None:
        return check_inspected(inspector.inspect(content), content, remake=remake)
    with Inspector(trusted_roots()) as own:
        return check_inspected(own.inspect(content), content, remake=remake)
