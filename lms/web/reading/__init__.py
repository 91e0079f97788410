"""Reading: a pocketbook's page, its chapters, and their small questions."""
