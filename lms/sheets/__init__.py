"""A certificate as a file: the page, its signed code, its credential and the seal; many as ZIP."""
