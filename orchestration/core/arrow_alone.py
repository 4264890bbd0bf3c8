"""Arrow without numpy, whose start takes longer than Arrow's own, for a process that reads and writes rows and does no arithmetic."""

from __future__ import annotations

import sys
from typing import cast


def load_arrow_alone() -> None:
    """Load pyarrow without numpy, unless either is loaded already.

    numpy can be loaded afterwards; arrays of Arrow do not become arrays of numpy or pandas in this process then.
    """
    if "pyarrow" in sys.modules or "numpy" in sys.modules:
        return
    modules = cast(dict[str, object], sys.modules)
    modules["numpy"] = None  # so an import of it fails, which pyarrow allows for
    try:
        import pyarrow.ipc  # noqa: F401
    finally:
        del modules["numpy"]
