"""Lines of progress on the terminal, with the seconds since the start."""

import logging
import sys
import time

_START = time.monotonic()


class ProgressHandler(logging.Handler):
    """Writes messages to standard error with the seconds since the start, without events and prefixes of Dagster."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a message once, even if Dagster logs it again; those of dagster-dbt begin with a capital letter."""
        facts = vars(record)
        of_run = facts.get("dagster_meta", {})
        text = of_run.get("orig_message") or record.getMessage()
        if not of_run.get("dagster_event") and not facts.get("is_shown") and text[:1].islower():
            facts["is_shown"] = True
            print(f"{time.monotonic() - _START:6.1f}s  {text}", file=sys.stderr)


def terminal_logger(name: str) -> logging.Logger:
    """Return a logger that writes progress to the terminal."""
    logger = logging.getLogger(name)
    logger.handlers = [ProgressHandler()]
    logger.setLevel(logging.INFO)
    return logger
