"""The analysts' pages of a release: static files made from its finished warehouse. What may be published is decided elsewhere."""
