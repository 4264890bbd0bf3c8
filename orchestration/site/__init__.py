"""The pages of a release: static files made from its finished warehouse."""
