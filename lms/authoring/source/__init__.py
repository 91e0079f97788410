"""The files of a source: which they are, what each may be, and what is in them."""
