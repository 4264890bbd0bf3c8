"""The link to the launchpad of a job, which the page of an asset job has no tab for."""

from __future__ import annotations

LOCATION = "bilateral"
"""The name of the code location in ``workspace.yaml``."""


def with_launchpad(job: str, description: str) -> str:
    """The description of a job with the link, as Markdown.

    The button of the job's page starts the assets alone: not the checks of assets that the job does not build.
    """
    return f"{description}\n\n[Open the launchpad](/locations/{LOCATION}/jobs/{job}/playground)"
