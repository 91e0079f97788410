"""One box over all pocketbooks."""
