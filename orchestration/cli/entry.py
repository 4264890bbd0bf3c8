"""Where the ``bilateral`` program begins: Ctrl-C ends it without a traceback also while it is loading."""

import os
import signal
import sys

from orchestration.core.processes import collect_seldom


def main() -> None:
    """Run the command line; exit with 1 where only the client is installed."""
    os.environ["PYTHONSAFEPATH"] = "1"  # no child, of ours or of Dagster, imports modules from the current folder
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    collect_seldom()
    try:
        from orchestration.cli.main import cli
    except ModuleNotFoundError as error:
        sys.exit(
            f"the command `bilateral` needs the packages of the pipeline; {error.name} is missing\n"
            "what to do: in a checkout run `make refresh`, or install the extra: pip install '.[pipeline]'; "
            "reading releases in Python needs neither: import bilateral"
        )

    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli()


if __name__ == "__main__":
    main()
