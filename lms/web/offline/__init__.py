"""Checking a certificate without a network: the page, its worker, and what they check with."""
