"""Read-only lists drawn from several packages."""
