"""How the reader wants pages."""
