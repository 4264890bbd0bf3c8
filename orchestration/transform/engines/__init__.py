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

if TYPE_CHECKING:  # the process of dbt starts half a second sooner without these
    import pyarrow as pa

    from orchestration.transform.build import Build


class Engine(Protocol):
    """The functions of a module of this package, whose name is that of the target in ``profiles.yml`` and of the adapter."""

    def require(self) -> None:
        """Raise where the engine cannot run, and start nothing.

        Raises:
            DbtError: a package or a program is missing.
        """

    def environment(self, settings: Settings, build: Build) -> Mapping[str, str]:
        """Return environment variables for the dbt that makes a build, beside those that every engine needs."""

    def arguments(self, build: Build) -> Sequence[str]:
        """Return arguments for the dbt that makes a build, beside those that every engine needs."""

    def begin_with(self, build: Build, earlier: Build) -> None:
        """Copy the tables of an earlier build into a new one, of which dbt then builds a part again.

        Raises:
            DbtError: the engine builds all tables or none.
        """

    def session(self) -> AbstractContextManager[None]:
        """Return the context that dbt runs within, in its own process."""

    def take_over(self, build: Build) -> None:
        """Fill the database of a build with every table that dbt made, also when a test failed.

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
        """Return the result of a Python model: a function applied to relations of ``dbt.ref``.

        Args:
            function: takes a reader of each relation, and gives batches of ``schema``. It may see several groups at once,
                and never a part of one.
            groups: SQL expressions whose values rows must share to be seen together.
            order: columns by which the rows of a relation are sorted; rows of a group are then adjacent.
        """

    def rows(self, relation: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a small relation, such as a dimension, for a Python model."""


def engine_names() -> list[str]:
    """Return the names of all engines."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def engine(name: str) -> Engine:
    """Return the engine of a name.

    Raises:
        DbtError: there is none.
    """
    if name not in engine_names():
        raise DbtError(
            f"{ENGINE} is {name!r}; it must be one of {', '.join(engine_names())}", remedy="correct or unset it"
        )
    return cast(Engine, import_module(f"{__name__}.{name}"))


def engine_of_environment() -> Engine:
    """Return the engine that ``BILATERAL_ENGINE`` names, for the process of dbt."""
    return engine(os.environ.get(ENGINE) or "duckdb")
