"""The chapters of a pair's page, one module each, ordered by the number in the name."""
