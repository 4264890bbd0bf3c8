"""Changes of SQL, seeds and Python that unit tests, data tests and constraints must notice."""
