"""Reports of evidence: the figures of an institution, a province or the nation at a moment."""
