"""Pages about the API: the keys of an institution's systems, and what can be asked with them."""
