"""Roles granted and withdrawn on pages: who may do so, to which end, and who is told."""
