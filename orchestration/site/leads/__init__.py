"""What a pair's page says first, one subject a module, ordered by the number in the name."""
