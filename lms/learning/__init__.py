"""Reading, and attempts at the final quiz."""
