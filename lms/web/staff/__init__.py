"""An HR officer's own people."""
