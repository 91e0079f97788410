"""Pages of a person who learns."""
