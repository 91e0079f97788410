"""Signing on elsewhere: to a provider and back."""
