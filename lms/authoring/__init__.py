"""An author's pocketbook: its source, read and checked; without database and without Flask."""
