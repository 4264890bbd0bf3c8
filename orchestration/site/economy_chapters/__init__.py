"""Chapters of an economy's page, one module each, ordered by the number in the name."""
