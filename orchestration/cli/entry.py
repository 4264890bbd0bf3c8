"""Where the ``bilateral`` program begins: Ctrl-C ends it without a traceback also while it is loading."""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.argv[1:2] == ["query"] and "--help" not in sys.argv:  # it takes two processes, which load at the same time
        from orchestration.releases.query_wire import prepare_worker

        prepare_worker()
    from orchestration.cli.main import cli

    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli()


if __name__ == "__main__":
    main()
