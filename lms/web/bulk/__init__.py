"""Checking many certificates at once: uploads, confirmation of a sheet's columns, and results."""
