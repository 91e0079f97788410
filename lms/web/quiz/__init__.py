"""The final quiz."""
