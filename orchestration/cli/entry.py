"""Where the ``bilateral`` program begins: Ctrl-C ends it without a traceback also while it is loading."""

from __future__ import annotations

import signal
import sys

PREPARED = ("query",)
"""Commands that ask a release, which takes two processes; both load at the same time."""


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.argv[1:2] and sys.argv[1] in PREPARED and "--help" not in sys.argv:
        from orchestration.releases.query_wire import prepare_worker

        prepare_worker()
    from orchestration.cli.main import cli

    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli()


if __name__ == "__main__":
    main()
