"""Which page of a long list an address asks for."""

from werkzeug.datastructures import MultiDict


def read_page(fields: MultiDict[str, str], total: int, size: int) -> tuple[int, int]:
    """The page that is wanted, within those that there are, and how many there are."""
    pages = max(1, -(-total // size))
    wanted = fields.get("halaman", "1")
    is_number = wanted.isascii() and wanted.isdigit()
    return (min(max(int(wanted[:6]), 1), pages) if is_number else 1), pages
