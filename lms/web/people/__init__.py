"""Pages about single people of an HR officer: facts, activation, and two accounts of one."""
