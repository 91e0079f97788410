"""Checking many at once: a folder of PDFs, or a sheet with a column of codes, numbers or links."""
