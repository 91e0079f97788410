"""Credentials: what verifiers fetch, and the files that holders take along."""
