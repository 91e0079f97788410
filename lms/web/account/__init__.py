"""Signing in and up, and one's own account."""
