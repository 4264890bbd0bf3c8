"""A DuckDB prompt on one release, read-only. How an answer is computed and shown is the business of query and tables."""

from __future__ import annotations

import cmd
import sys
import time

import duckdb

from orchestration.cli.table_output import print_frame
from orchestration.releases.release_store import Release, open_read_only

GREETING = "Release {id}, read-only. End a question with ; and see .help"
_HELP = """\
.tables            every table with its rows
.columns TABLE     columns of a table with unit and meaning
.help              this
.quit              leave (or Ctrl-D)
select ... ;       any question in SQL, over several lines if you like
"""


class Shell(cmd.Cmd):
    """Reads questions until ``;`` and prints their answers; a wrong question says why and the prompt goes on."""

    def __init__(self, release: Release, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._release, self._connection, self._lines = release, connection, list[str]()
        self.prompt = "bilateral> "

    def onecmd(self, line: str) -> bool:
        if line == "EOF" or (not self._lines and line.strip() in (".quit", ".exit")):
            self.stdout.write("\n" if line == "EOF" else "")
            return True
        if not self._lines and line.strip().startswith("."):
            self._command(*line.split(maxsplit=1))
        elif line.strip() or self._lines:
            self._lines.append(line)
            if line.rstrip().endswith(";"):
                self._ask("\n".join(self._lines))
                self._lines.clear()
        self.prompt = "      ...> " if self._lines else "bilateral> "
        return False

    def completenames(self, text: str, *ignored: object) -> list[str]:
        """Names of tables, for the tabulator key."""
        return [name for name in self._release.content["tables"] if name.startswith(text)]

    completedefault = completenames

    def _command(self, name: str, argument: str = "") -> None:
        if name == ".tables":
            widest = max(map(len, self._release.content["tables"]))
            for table, rows in self._release.content["tables"].items():
                self.stdout.write(f"{table.ljust(widest)}  {rows:>12,}\n")
        elif name == ".columns" and argument.strip().isidentifier():
            self._ask(
                "select column_name, data_type, comment as meaning from duckdb_columns() "
                f"where table_name = '{argument.strip()}' order by column_index"
            )
        else:
            self.stdout.write(_HELP)

    def _ask(self, sql: str) -> None:
        started = time.monotonic()
        try:
            frame = self._connection.execute(sql).df()
        except (duckdb.Error, KeyboardInterrupt) as error:
            self.stdout.write(f"{error or 'stopped'}\n")
            return
        print_frame(frame, self.stdout)
        self.stdout.write(
            f"{len(frame):,} {'row' if len(frame) == 1 else 'rows'} in {time.monotonic() - started:.2f} s\n"
        )


def run_shell(release: Release) -> None:
    """Open the prompt on a release until the person leaves; a release published meanwhile does not change what is seen."""
    with open_read_only(release.database) as connection:
        shell = Shell(release, connection)
        shell.cmdloop(GREETING.format(id=release.id) if sys.stdin.isatty() else "")
