"""A read-only DuckDB prompt on one release."""

from __future__ import annotations

import cmd
import sys
import time

from orchestration.cli.no_rows import no_rows
from orchestration.cli.table_output import print_rows
from orchestration.core.errors import ReleaseError
from orchestration.core.query_limits import QueryLimits
from orchestration.releases.bounded_query import QuerySession, query_session
from orchestration.releases.release_store import Release

GREETING = "Release {id}, read-only. End SQL with ; and type .help for help"
_HELP = """\
.tables            list tables with their number of rows
.columns TABLE     list the columns of a table with type and meaning
.help              show this help
.quit              leave (or Ctrl-D)
select ... ;       run SQL, over one or several lines
"""


class Shell(cmd.Cmd):
    """Reads SQL until ``;`` and prints the result; an error is printed and the prompt continues."""

    def __init__(self, release: Release, session: QuerySession) -> None:
        super().__init__()
        self._release, self._session, self._lines = release, session, list[str]()
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

    def drop_lines(self) -> bool:
        """Drop a statement that is not finished; whether there was one."""
        was_there = bool(self._lines)
        self._lines.clear()
        self.prompt = "bilateral> "
        self.stdout.write("\n")
        return was_there

    def completenames(self, text: str, *ignored: object) -> list[str]:
        """Names of tables, for completion."""
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
            count = print_rows(self._session.ask(sql), self.stdout)
            took = time.monotonic() - started
            hint = no_rows(self._session, sql).partition("; ")[2] if count == 0 else ""
        except ReleaseError as error:
            self.stdout.write(f"{error.failure}\n")
        except KeyboardInterrupt:
            self.stdout.write("stopped; temporary tables of this prompt are gone\n")
        else:
            self.stdout.write(f"{count:,} {'row' if count == 1 else 'rows'} in {took:.2f} s\n")
            self.stdout.write(f"{hint}\n" if hint else "")


def run_shell(release: Release, limits: QueryLimits) -> None:
    """Open the prompt on a release; releases published meanwhile do not affect it.

    Ctrl-C stops a query, drops a statement that is not finished, and leaves an empty prompt.
    """
    with query_session(release.database, limits, label=f"release {release.id}") as session:
        shell = Shell(release, session)
        greeting = GREETING.format(id=release.id) if sys.stdin.isatty() else ""
        while True:
            try:
                shell.cmdloop(greeting)
                return
            except KeyboardInterrupt:
                if not shell.drop_lines():
                    raise
                greeting = ""
