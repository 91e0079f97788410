"""Roles: who holds which where, granted, changed in their end, and withdrawn."""
