"""Programmes and their figures."""
