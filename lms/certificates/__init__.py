"""Certificates: their codes and numbers, and the printed page."""
