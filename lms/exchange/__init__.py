"""What other systems exchange with this one: their keys, and what has changed since they asked."""
