"""Search over the texts of pocketbooks: chapters, glossary and annexes, and never a question.

What is found is the same on both databases: words are made into stems here, in Python, and the
database's own index of full texts only tells which passages have them.
"""
