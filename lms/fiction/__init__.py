"""A fictional country to try things on: people who cannot exist, and all that they have."""
