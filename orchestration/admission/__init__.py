"""Admission: whether a new vintage of a source may enter a build, judged against the vintages before it."""
