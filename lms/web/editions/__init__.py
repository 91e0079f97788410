"""Pocketbooks to print and to take along."""
