"""Oversight: who confirmed whom, for coordinators."""
