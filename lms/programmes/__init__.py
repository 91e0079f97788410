"""A target and how it is counted: distinct, confirmed people with a valid certificate."""
