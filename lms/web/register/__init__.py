"""Pages of those who keep the register of certificates."""
