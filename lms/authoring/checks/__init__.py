"""Checks: the errors that stop publication, by line, with a remedy for each."""
