"""How much is asked of the house, and what it leaves out then, in a stated order."""
