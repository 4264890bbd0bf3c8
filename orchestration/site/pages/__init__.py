"""The kinds of pages, one module each, written in the order of the number in the name."""
