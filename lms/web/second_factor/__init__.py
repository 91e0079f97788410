"""The second step of signing in, and setting it up."""
