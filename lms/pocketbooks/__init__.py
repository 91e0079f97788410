"""Pocketbooks: from a folder of Markdown to a checked tree, its canonical source and its pages."""
