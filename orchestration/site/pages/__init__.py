"""The kinds of pages, one module each with a function ``write`` that returns the words for its line of progress."""
