"""Signing on elsewhere: providers of OpenID Connect, and whom an identity there belongs to here."""
