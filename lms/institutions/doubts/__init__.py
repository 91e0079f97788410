"""Doubts of confirmations: opened with a reason, answered with evidence; meanwhile nobody counts."""
