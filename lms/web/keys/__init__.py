"""Public keys, where programs look for them."""
