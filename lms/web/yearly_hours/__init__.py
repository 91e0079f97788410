"""How many credit hours a year asks of each kind of civil servant, for coordinators."""
