"""Paths of the pages that are served beside the Dagster UI."""

PAGES = "/pages"
"""Beginning of the paths by which the UI links to the pages; relative links work on any host and port."""

LATEST = "latest"
"""In place of a build's name, the newest one that was guarded."""


def guard_report(build: str, metric: str) -> str:
    """Return the path of a metric's place in the guard report of a build."""
    return f"guards/{build}#{metric}"
