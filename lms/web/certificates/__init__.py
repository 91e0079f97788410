"""A certificate for its holder."""
