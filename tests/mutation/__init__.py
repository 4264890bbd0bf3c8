"""Mutation testing: change one formula or guard at a time, and see whether a test notices."""
