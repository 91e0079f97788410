"""Pages about mail: which of it a person wants."""
