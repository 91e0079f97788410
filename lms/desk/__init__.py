"""An officer's desk: what waits, what is new, the one figure, and lists that were saved."""
