"""The command ``bilateral-dbt``: dbt in a process that ends with the process that started it.

A killed refresh must not leave a dbt behind that keeps writing into its build.
"""

import os
import sys
from contextlib import nullcontext
from importlib.metadata import version

from orchestration.core.processes import collect_seldom, die_with_parent

COMMAND = "bilateral-dbt"

PARENT = "BILATERAL_DBT_PARENT"
"""Environment variable with the id of the process that dbt must not outlive."""

QUERIES = frozenset({"build", "compile", "run", "seed", "show", "test"})
"""The commands of dbt that query the engine."""


def main() -> None:
    """Run dbt with the arguments of the command line.

    dagster-dbt asks for the version before each build; dbt itself would answer after it asked PyPI for newer ones.
    """
    if sys.argv[1:] == ["--version"]:
        return print(version("dbt-core"))
    if not die_with_parent(int(os.environ.get(PARENT) or os.getppid())):
        sys.exit("the process that started dbt has ended")
    collect_seldom()
    from dbt.cli.main import dbtRunner

    from orchestration.transform.engines import engine

    with engine().session() if QUERIES.intersection(sys.argv) else nullcontext():
        result = dbtRunner().invoke(sys.argv[1:])
    sys.exit(str(result.exception) if result.exception else not result.success)


if __name__ == "__main__":
    main()
