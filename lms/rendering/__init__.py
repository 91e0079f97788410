"""Markdown to HTML that is safe to show, and the motifs; without database and without Flask."""
