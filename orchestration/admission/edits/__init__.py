"""Edits: one module for each, with a function ``findings(case)``; a new file is a new edit."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from typing import Protocol, cast

from orchestration.admission.case import Case
from orchestration.admission.finding import Finding


class Edit(Protocol):
    """The shape of a module of this folder."""

    def findings(self, case: Case) -> Iterable[Finding]: ...


@cache
def load_edits() -> tuple[Edit, ...]:
    """Every edit of this folder, in alphabetical order."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    return tuple(cast(Edit, importlib.import_module(f"{__name__}.{name}")) for name in names)
