"""The engines that can run the dbt project: a module each, chosen by name."""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from orchestration.core.errors import DbtError
from orchestration.core.settings import ENGINE, Settings

if TYPE_CHECKING:  # the process of dbt begins without what else the warehouse is made of, in half a second less
    import pyarrow as pa

    from orchestration.transform.build import Build


class Engine(Protocol):
    """What a module of this package does. Its name is that of the target in ``profiles.yml`` and of the type of adapter."""

    def require(self) -> None:
        """Stop where the engine cannot run, with what is missing; nothing is started.

        Raises:
            DbtError: a package or a program is missing.
        """

    def environment(self, settings: Settings, build: Build) -> Mapping[str, str]:
        """Environment variables for the dbt that makes a build, beside those that every engine needs."""

    def arguments(self, build: Build) -> Sequence[str]:
        """Arguments for the dbt that makes a build, beside those that every engine needs."""

    def begin_with(self, build: Build, earlier: Build) -> None:
        """Put the tables of an earlier build into a new one, of which dbt then builds a part again.

        Raises:
            DbtError: the engine builds all tables or none.
        """

    def session(self) -> AbstractContextManager[None]:
        """What dbt runs within, in its own process."""

    def take_over(self, build: Build) -> None:
        """Fill the database of a build that dbt has left, with every table that it made, also when a test failed.

        Raises:
            DbtError: a table is not as the engine left it.
        """

    def mapped(
        self,
        function: Callable[..., Iterable[pa.RecordBatch]],
        schema: pa.Schema,
        *relations: Any,
        groups: Sequence[str],
        order: Sequence[str] = (),
    ) -> Any:
        """What a Python model returns: a function over relations that ``dbt.ref`` gave.

        Args:
            function: takes a reader of each relation, and gives batches of ``schema``. It may see several groups at once,
                and never a part of one.
            groups: SQL expressions whose values rows must share to be seen together.
            order: columns that a relation's rows come ordered by; they hold the rows of a group together.
        """

    def rows(self, relation: Any) -> list[tuple[Any, ...]]:
        """All rows of a small relation, such as a dimension, for a Python model."""


def engine_names() -> list[str]:
    """The names of all engines."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def engine(name: str) -> Engine:
    """The engine of a name.

    Raises:
        DbtError: there is none.
    """
    if name not in engine_names():
        raise DbtError(
            f"{ENGINE} is {name!r}; it must be one of {', '.join(engine_names())}", remedy="correct or unset it"
        )
    return cast(Engine, import_module(f"{__name__}.{name}"))


def engine_of_environment() -> Engine:
    """The engine that ``BILATERAL_ENGINE`` names, for the process of dbt."""
    return engine(os.environ.get(ENGINE) or "duckdb")
