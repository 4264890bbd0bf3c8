"""The log of progress: the command line writes it to the terminal, and Dagster stores it with the events of a run."""

import logging

log = logging.getLogger("bilateral")
