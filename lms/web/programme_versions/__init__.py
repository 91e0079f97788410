"""Programmes as coordinators keep them: made, changed as another version, published and closed."""
