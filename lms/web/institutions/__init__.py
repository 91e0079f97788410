"""The registry of institutions and their units."""
