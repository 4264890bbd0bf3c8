"""Paths of the pages that are served beside the Dagster UI."""

PAGES = "/pages"
"""How the paths begin at which the UI leads to the pages. Links are relative to the UI, so that they hold on any host and port."""

LATEST = "latest"
"""In place of a build's name, the newest one that was guarded."""


def guard_report(build: str, metric: str) -> str:
    """The path of a metric's place in the guard report of a build."""
    return f"guards/{build}#{metric}"
