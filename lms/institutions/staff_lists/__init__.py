"""Staff lists by sheet: uploaded, understood, checked, then put in force by sets."""
