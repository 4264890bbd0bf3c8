"""The engine of the query page: which files it has, and where an installation keeps them."""

import sys
from pathlib import Path

MOUNT = "site/engine"
"""The folder of the engine, beside the query page."""

MARK = "engine.json"
"""Names and versions of what is there; the page looks for it first."""

ENGINE = {
    "arrow.js": "apache-arrow/Arrow.es2015.min.js",
    "duckdb.js": "@duckdb/duckdb-wasm/dist/duckdb-browser.mjs",
    "duckdb.wasm.gz": "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm",
    "duckdb.worker.js": "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js",
    "parquet.js": "parquet-wasm/esm/parquet_wasm.js",
    "parquet.wasm.gz": "parquet-wasm/esm/parquet_wasm_bg.wasm",
    "LICENSE.apache-arrow.txt": "apache-arrow/LICENSE.txt",
    "NOTICE.apache-arrow.txt": "apache-arrow/NOTICE.txt",
    "LICENSE.parquet-wasm.txt": "parquet-wasm/LICENSE_MIT",
    "README.duckdb-wasm.md": "@duckdb/duckdb-wasm/README.md",
}
"""By name, the file of an npm package that it is; ``.gz`` is packed at install and unpacked by the page, so that any
static host can deliver it."""


def engine_folder() -> Path:
    """Return the folder of the Python environment in which ``make query`` installs the engine."""
    return Path(sys.prefix) / "share" / "bilateral" / "query-engine"


def has_engine() -> bool:
    """Return whether the whole engine is installed."""
    return (engine_folder() / MARK).is_file()
