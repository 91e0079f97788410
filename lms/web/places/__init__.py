"""Choosing an institution or a unit in a form."""
