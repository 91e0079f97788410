"""Sealing elsewhere: what waits, the code, and how the last round went."""
