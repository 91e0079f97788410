"""Reports of evidence: asked for by officers of whole institutions, and by coordinators."""
