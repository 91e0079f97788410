"""The pocketbook as a book: A6 and booklet to print, EPUB, card, and handouts for facilitators."""
