"""Pages of the state's record: an institution turns it on, and sees what stands there."""
