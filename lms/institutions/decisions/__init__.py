"""Officers' decisions about who registered with their institution: many at once, and undone."""
