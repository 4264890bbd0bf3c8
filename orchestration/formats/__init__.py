"""Strict readers of wire formats: JSON, delimited text, archives, SDMX, links in HTML."""
