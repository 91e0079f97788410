"""Where the nation stands: which institutions move, which stand still, and whom to ring first."""
