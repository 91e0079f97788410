"""Corrections of certificates: asked for by holders and officers, decided by who answers."""
