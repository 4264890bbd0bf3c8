"""A release to read from: its folder, a copied site, or the https address of either."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Unpack

from orchestration.contracts.metric import ALL_ROWS, ALL_VINTAGES
from orchestration.contracts.payload import ORIGINS
from orchestration.core.errors import BilateralError, ReleaseError
from orchestration.core.files import parsed_json, read_json, sha256_of
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.core.suggestions import did_you_mean
from orchestration.core.text import one_line
from orchestration.reading.explanation import explain
from orchestration.reading.figure_lookup import Question, has_preferred
from orchestration.reading.lineage import NAME as LINEAGE
from orchestration.reading.lineage import ReleaseLineage, lineage_of
from orchestration.reading.macros import MACROS, refusal
from orchestration.reading.names import Names, names_of
from orchestration.reading.read_only import CONTENTS, FORMAT, WHOLE, open_read_only
from orchestration.reading.transfer import fetch, is_address, require_secure

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Choice: TypeAlias = str | Sequence[str] | None
"""One code, several, or all."""


class Choices(TypedDict, total=False):
    """Which figures of a metric: all but for what is chosen. Years are one or several, as ``range(2015, 2024)``."""

    area: Choice
    counterpart_area: Choice
    item: Choice
    measure: Choice
    year: int | Iterable[int] | None
    basis: Choice
    source: Choice


class Details(TypedDict, total=False):
    """What distinguishes the figures of one economy and year."""

    measure: str | None
    basis: str | None
    source: str | None
    vintage: str | None
    base_year: int | None


CITATIONS, DATABASE = "datapackage.json", "warehouse.duckdb"
CACHE = "BILATERAL_CACHE"
"""The environment variable with the folder that keeps fetched files; by default ``~/.cache/bilateral``."""

_MOST_CONTENTS = 64 << 20
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,99}")
_FILE = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)
_LONGEST_NAME = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


def open(path_or_url: str | os.PathLike[str], *, cache: str | os.PathLike[str] | None = None) -> Release:
    """Open a release for reading.

    Args:
        path_or_url: the folder of a release such as ``data/releases/current``, a copy that ``bilateral site --to``
            wrote, or the https address of such a folder. Only ``release.json`` is read at once.
        cache: the folder that keeps files fetched from an address.

    Raises:
        BilateralError: the folder has no release, or a later version published it.
    """
    place = os.fspath(path_or_url)
    if not is_address(place):
        folder = Path(place).resolve()  # of a link: later releases do not affect the reader
        return Release(folder, _contents(folder / CONTENTS), str(folder))
    require_secure(place)
    address = place.removesuffix(CONTENTS).rstrip("/") + "/"
    kept = Path(cache or os.environ.get(CACHE) or Path.home() / ".cache" / "bilateral")
    newest = kept / hashlib.sha256(address.encode()).hexdigest() / CONTENTS
    try:
        content = b"".join(fetch(address + CONTENTS, _MOST_CONTENTS))
    except BilateralError as error:
        if not newest.is_file():
            raise
        content = newest.read_bytes()
        warnings.warn(f"{error.failure}; this is the release fetched last", stacklevel=2)
    else:
        _store(newest, [content])
    return Release(kept / hashlib.sha256(content).hexdigest(), _parsed(content, address), address)


@dataclass(frozen=True, repr=False)
class Release:
    """A release: its folder and the content of its ``release.json``.

    Every file of an opened release is compared with its SHA-256 before it is read; ``bilateral releases verify``
    compares those of the data folder, which have no address here.

    Args:
        folder: the folder of its files, or the one that keeps those fetched from ``address``.
        address: the folder or https address that was opened.
        day: the day of `as_of`.
    """

    folder: Path
    content: Mapping[str, Any]
    address: str = ""
    day: date | None = None
    _verified: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return one_line(f"<Release {self.id} at {self.address}{f' as of {self.day}' if self.day else ''}>")

    @property
    def id(self) -> str:
        """Id of the release, to be cited."""
        return str(self.content["id"])

    @property
    def fingerprint(self) -> str:
        return str(self.content["fingerprint"])

    @property
    def published_at(self) -> str:
        return str(self.content["published_at"])

    @property
    def previous(self) -> str | None:
        """Id of the release that was current when this one was published; None for the first."""
        return self.content.get("previous")

    @property
    def known_on(self) -> date | None:
        """Day of a release as of an earlier day, which never becomes current; otherwise None."""
        day = self.content.get("as_of")
        return date.fromisoformat(day) if day else None

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics that have figures."""
        return sorted(self.content["metrics"])

    @property
    def tables(self) -> list[str]:
        """Names of all tables: metrics, all their rows, all their vintages, and marts."""
        return sorted(self.content["tables"])

    @property
    def database(self) -> Path:
        """Path of the DuckDB file, fetched first from an address."""
        return self.path(DATABASE)

    @property
    def has_preferred(self) -> bool:
        """Return whether a metric's own table has its preferred rows; before format 3, it has all latest rows."""
        return has_preferred(self.content)

    @cached_property
    def lineage(self) -> ReleaseLineage:
        """Inputs of the tables, and the definitions of the metrics."""
        return lineage_of(self.json(LINEAGE))

    @cached_property
    def names(self) -> Names:
        """Names of areas, items and units by code."""
        with open_read_only(self.database) as connection:
            return names_of(connection)

    @property
    def size(self) -> int:
        """Size of all its files in bytes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def complete(self, metric: str) -> str:
        """Return the name of the table with all latest rows of a metric; before format 3, the metric's own."""
        return f"{metric}{ALL_ROWS}" if self.has_preferred else metric

    def json(self, name: str) -> Any:
        """Return the content of one of its JSON files; raise ReleaseError if it cannot be read."""
        try:
            return read_json(self.path(name))
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{name} cannot be read: {error}", payload=f"release {self.id}", remedy=WHOLE) from error

    def damage(self) -> list[str]:
        """Return missing, changed and unpublished files, one sentence each; empty if the release is undamaged."""
        published: Mapping[str, str] = self.content["files"]
        files = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*") if not path.is_dir()}
        faults = [f"{name} is missing" for name in published.keys() - files.keys()]
        faults += [f"{name} was not published" for name in files.keys() - published.keys() - {CONTENTS}]
        for name in published.keys() & files.keys():
            if not files[name].is_file() or sha256_of(files[name]) != published[name]:
                faults.append(f"{name} differs from what was published")
        return sorted(faults)

    def as_of(self, day: date | str) -> Release:
        """Return the release as it was known on a day, by the vintages up to it; `metric` answers as of the day."""
        try:
            known = date.fromisoformat(day) if isinstance(day, str) else day
        except ValueError as error:
            raise BilateralError(f"{day!r} is no day", remedy='pass a day such as "2018-12-31"') from error
        return replace(self, day=known)

    def metric(self, name: str, **choices: Unpack[Choices]) -> Figures:
        """Return the newest figures of a metric, with unit, source and status.

        ``ip_receipts`` has one figure for each economy, or ordered pair of economies, and year, of one source and basis
        for a whole series. ``ip_receipts_all`` has every measure, item, source and basis, and aggregates.

        Raises:
            BilateralError: a metric, a code or a year is unknown, the metric has no figures under its own name, or a
                file is damaged.
        """
        metric = name.removesuffix(ALL_ROWS)
        waiting, answers = (self.content.get(key, {}) for key in ("no_data", "answers"))
        self._require(metric, [*self.metrics, *waiting], "metric")
        if refused := refusal(metric, {} if name != metric else answers.get(metric, {}), waiting.get(metric)):
            raise BilateralError(f"{metric} {refused[0]}", remedy=refused[1])
        if self.day is None:
            table = name if self.has_preferred else metric
            return self._figures(name, [table], f"from {quoted(table)}", choices)
        macro = "as_of" if name == metric and self.has_preferred else "as_of_all"
        query = f"from {macro}({text(metric)}, {text(str(self.day))})"
        return self._figures(name, [ALL_VINTAGES], query, choices)

    def preferred(self, name: str, **_: Any) -> Figures:
        """Name the successor of a method of version 0.2; to be removed with 0.4."""
        raise BilateralError("preferred() is gone", remedy=f"call metric({name!r}), which has the preferred figures")

    def explain(
        self,
        metric: str,
        area: str,
        year: int,
        *,
        counterpart_area: str | None = None,
        item: str | None = None,
        **details: Unpack[Details],
    ) -> dict[str, Any]:
        """Return a figure's formula, inputs down to places in payloads, guards, revisions and events near its year.

        Codes and names will do. From an address the database is fetched first. docs/explain.md describes the object.

        Raises:
            BilateralError: no figure fits, or several do; the message lists them with what distinguishes them.
        """
        if self.day:
            raise BilateralError(
                "a release as of a day explains no figures",
                remedy='explain the figure of its vintage, such as vintage="2018-08-01", in the release itself',
            )
        question = Question(metric, area, tuple(filter(None, (counterpart_area, item))), year, **details)
        with _readable(DATABASE, self.address):
            return self.answer(question)

    def answer(self, question: Question) -> dict[str, Any]:
        """Return the explanation of the figure that a question means; docs/explain.md describes the object."""
        suites, origins = self.json("receipt.json")["suites"], self.json(ORIGINS)
        with open_read_only(self.database) as connection:
            return explain(connection, question, self.content, self.lineage, suites, origins)

    def table(self, name: str) -> Figures:
        """Return a whole table, such as ``dim_area`` or ``metric_vintages``.

        Raises:
            BilateralError: the table is unknown, or not known as of the day.
        """
        if name.removesuffix(ALL_ROWS) in self.content["metrics"]:
            return self.metric(name)
        self._require(name, self.tables, "table")
        if self.day:
            rule = f"{name} is known of the release, not as of {self.day}"
            raise BilateralError(rule, remedy="build the warehouse as of the day: docs/releases.md")
        return self._figures(name, [name], f"from {quoted(name)}", {})

    def cite(self, table: str) -> str:
        """Return the citation of a table with the works that it is made from."""
        self._require(table, self.tables, "table")
        with _readable(CITATIONS, self.address):
            resources = parsed_json(self.path(CITATIONS).read_bytes())["resources"]
            return next(str(resource["citation"]) for resource in resources if resource["name"] == table)

    def path(self, name: str) -> Path:
        """Return the path of a file of the release, whose hash was compared; it is fetched first from an address.

        Raises:
            BilateralError: the release has no such file, or its bytes are others than were published.
        """
        if not self.address:
            return self.folder / name
        published = self.content["files"].get(name)
        if published is None or not _FILE.fullmatch(name) or len(name) > _LONGEST_NAME:
            raise BilateralError(f"release {self.id} has no file {name!r}", remedy="see release.json for its files")
        path = self.folder.joinpath(*name.split("/"))
        if name in self._verified:
            return path
        if is_address(self.address) and not (path.is_file() and sha256_of(path) == published):
            self._fetch(name, path, published)
        elif not path.is_file() or sha256_of(path) != published:
            raise _damaged(name, self.address, "copy the release again, or run: bilateral releases verify")
        self._verified.add(name)
        return path

    def _fetch(self, name: str, path: Path, published: str) -> None:
        """Fetch a file aside and move it into its place if its hash is the published one."""
        _store(path, fetch(self.address + name), published, self.address)

    def _require(self, name: str, known: Sequence[str], what: str) -> None:
        if name not in known or not _TABLE.fullmatch(name):
            nearest = did_you_mean(name, dict.fromkeys(known, ""))
            raise BilateralError(
                f"release {self.id} has no {what} {name!r}", remedy=nearest or f"there are: {', '.join(known)}"
            )

    def _figures(self, name: str, tables: Sequence[str], query: str, choices: Mapping[str, Any]) -> Figures:
        """Return the rows of a query over tables that fit the choices; a code that no row has is refused."""
        import duckdb

        wanted = {
            column: [values] if isinstance(values, str | int) else list(values)
            for column, values in choices.items()
            if values is not None
        }
        if unknown := wanted.keys() - Choices.__optional_keys__:
            remedy = f"choose by {', '.join(sorted(Choices.__optional_keys__))}"
            raise BilateralError(f"figures are not chosen by {min(unknown)!r}", remedy=remedy)
        with _readable(name, self.address), duckdb.connect(config={"python_enable_replacements": False}) as connection:
            for table in tables:
                parquet = text(self.path(f"parquet/{table}.parquet"))
                connection.execute(f"create view {quoted(table)} as from read_parquet({parquet})")
            for macro in MACROS if ALL_VINTAGES in tables else ():
                connection.execute(macro)
            connection.execute(f"create temp table figures as {query}")
            for column, values in wanted.items():
                _require_known(connection, name, column, values)
            conditions = [f"list_contains(${column}, {column})" for column in wanted]
            where = f" where {' and '.join(conditions)}" if conditions else ""
            rows = connection.sql(f"from figures{where} order by all", params=wanted).to_arrow_table()
        return Figures(self, name, rows)


@dataclass(frozen=True, repr=False)
class Figures:
    """Rows of a table, as the frame that you need."""

    release: Release
    name: str
    rows: pa.Table

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self):,} rows of {self.release!r}>"

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Let other libraries take the rows, such as ``polars.DataFrame(figures)``."""
        return self.rows.__arrow_c_stream__(requested_schema)

    def arrow(self) -> pa.Table:
        """Return an Arrow table."""
        return self.rows

    def pandas(self) -> pd.DataFrame:
        """Return a pandas frame; pandas has to be installed."""
        try:
            frame: pd.DataFrame = self.rows.to_pandas(date_as_object=False)
        except ModuleNotFoundError as error:
            raise _not_installed("pandas") from error
        return frame

    def polars(self) -> pl.DataFrame:
        """Return a Polars frame; Polars has to be installed."""
        try:
            import polars as pl
        except ModuleNotFoundError as error:
            raise _not_installed("polars") from error
        return pl.DataFrame(self.rows)

    def cite(self) -> str:
        """Return the citation of the table."""
        return self.release.cite(self.name)


def _require_known(connection: duckdb.DuckDBPyConnection, name: str, column: str, values: Sequence[Any]) -> None:
    """Raise for a code that no figure has, or for years of which none has a figure; name the nearest."""
    known = {row[0] for row in connection.execute(f"select distinct {column} from figures").fetchall()}
    elsewhere = "" if name.endswith(ALL_ROWS) else f"; {name}{ALL_ROWS} may have others"
    if column == "year":
        if wrong := [value for value in values if not isinstance(value, int)]:
            raise BilateralError(f"the year {wrong[0]!r} is not a number", remedy=f"pass year={_digits(wrong[0])}")
        if values and known and known.isdisjoint(values):
            nearest = min(known, key=lambda year: (abs(year - values[0]), year))
            raise BilateralError(
                f"{name} has no figures of {values[0]}",
                remedy=f"the nearest year is {nearest}; there are {min(known)} to {max(known)}{elsewhere}",
            )
        return
    for value in values:
        if value not in known:
            codes = {str(code): "" for code in sorted(known)}
            remedy = did_you_mean(str(value), codes) or f"there are: {', '.join([*codes][:40])}"
            raise BilateralError(f"{name} has no figures of {column} {value!r}", remedy=f"{remedy}{elsewhere}")


def _digits(value: object) -> str:
    """Return the digits of a year that was passed as text, else an example."""
    return next(iter(re.findall(r"\d{4}", str(value))), "2023")


def _not_installed(package: str) -> BilateralError:
    return BilateralError(f"{package} is not installed", remedy=f"run: pip install {package}; or call arrow()")


def _store(path: Path, chunks: Iterable[bytes], published: str | None = None, place: str = "") -> None:
    """Write a file aside and move it to its path, if its hash is the published one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        if published and digest.hexdigest() != published:
            raise _damaged(path.name, place, "the host may be replacing its copy: open the release again")
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)


def _contents(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_bytes(), str(path.parent))
    except OSError as error:
        raise BilateralError(
            f"{path.parent} is no release: {CONTENTS} cannot be read ({error.strerror})",
            remedy="pass a folder such as data/releases/current, or an https address",
        ) from error


def _parsed(content: bytes, place: str) -> dict[str, Any]:
    """Return the content of ``release.json``, checked as far as it is used."""
    try:
        parsed = parsed_json(content)
        known = parsed.get("format", 1) <= FORMAT
        shape = {key: dict(parsed[key]) for key in ("files", "metrics", "tables")}
        whole = isinstance(parsed["id"], str) and all(map(_SHA256.fullmatch, shape["files"].values()))
    except (ValueError, TypeError, AttributeError, KeyError):
        raise _no_release(place) from None
    if not known:
        raise BilateralError(f"a later version published the release of {place}", remedy="upgrade bilateral")
    if not whole:
        raise _no_release(place)
    return dict(parsed)


def _no_release(place: str) -> BilateralError:
    return BilateralError(f"{CONTENTS} of {place} is not that of a release", remedy="check folder or address")


@contextmanager
def _readable(name: str, place: str) -> Iterator[None]:
    """Raise BilateralError where the content of a file, which had its hash, is not what its name says."""
    import duckdb

    unreadable = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
    try:
        yield
    except (*unreadable, duckdb.InternalException, ValueError, TypeError, KeyError, StopIteration):
        failure = f"{name} of {place} cannot be read: it is no file of a release"  # the cause may have text of the file
        raise BilateralError(failure, remedy="ask its publisher for a whole one") from None


def _damaged(name: str, place: str, remedy: str) -> BilateralError:
    return BilateralError(f"{name} of {place} does not have the SHA-256 that release.json states", remedy=remedy)
