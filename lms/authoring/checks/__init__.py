"""What stands in the way of publication, by line, and how to mend it."""
