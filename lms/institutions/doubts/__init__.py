"""Doubts of confirmations, opened with a reason and answered with evidence."""
