"""Pages of an HR officer."""
