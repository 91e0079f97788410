"""The public log: a page about it, its files, and the proof of one certificate."""
