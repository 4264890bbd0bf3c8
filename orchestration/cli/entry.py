"""Where the ``bilateral`` program begins: Ctrl-C ends it without a traceback also while it is loading."""

from __future__ import annotations

import signal


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from orchestration.cli.main import cli

    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli()


if __name__ == "__main__":
    main()
