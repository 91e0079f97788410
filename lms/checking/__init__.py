"""Checking certificates: by what people have of one, or by the file itself."""
