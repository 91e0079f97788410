"""Who confirmed whom, for those who watch over the whole."""
