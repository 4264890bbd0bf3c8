"""Correction files: official errors corrected by a rule with its reason, read from YAML and validated."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
from pydantic import Field, model_validator

from orchestration.catalog.entry_files import Address, PastDay, UnitCode, Vocabulary, columns, read_table
from orchestration.core.strict_yaml import Name, Strict, Text

CORRECTIONS_SCHEMA = columns(
    "correction_id source table_name row_key first_vintage:date32 last_vintage:date32 expected_value:double "
    "value:double unit reason evidence_title evidence_url corrected_on:date32 file"
)
"""The raw table ``corrections`` of the catalogue, one row a correction; values in ``unit``."""

OPEN_END = date(9999, 12, 31)
"""The last vintage of a correction that holds until the publisher has put the figure right."""

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]


class Evidence(Strict):
    """Where the publisher, or a later vintage of it, shows that the figure is wrong."""

    title: Text = Field(description="Title of the note, erratum or edition.")
    url: Address = Field(description="Its address.")


class Correction(Strict):
    """One wrong figure of one row: the published value and the right one."""

    id: Name = Field(description="Identifier, unique over all correction files; the mark that the figure carries.")
    table: Annotated[str, Field(pattern=r"^stg_[a-z0-9_]+$")] = Field(
        description="Staging model that holds the row, such as stg_world_bank__indicators."
    )
    keys: Annotated[dict[Name, _Code | int], Field(min_length=1)] = Field(
        description="Columns that name the row within a vintage: all that its shape has before value; see the README."
    )
    column: Literal["value"] = Field(description="Column that is wrong.")
    unit: UnitCode = Field(
        description="Unit of the two values, a code of dim_unit: the row's own. USD: single US dollars."
    )
    expect: _Number = Field(description="Value that the publisher is known to give; another one stops the refresh.")
    value: _Number = Field(description="Value that is right.")
    first_vintage: PastDay = Field(description="First vintage that gives the wrong value.")
    last_vintage: PastDay | None = Field(
        default=None, description="Last vintage that gives the wrong value; left out while the newest does."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Correction:
        if self.expect == self.value:
            raise ValueError("value must differ from expect")
        if self.last_vintage and self.last_vintage < self.first_vintage:
            raise ValueError("last_vintage must not be before first_vintage")
        return self

    @property
    def row_key(self) -> str:
        """The keys as the macro ``row_key`` of the dbt project writes them."""
        return "|".join(f"{name}={value}" for name, value in sorted(self.keys.items()))


class CorrectionFile(Strict):
    """One official error and the figures that it made wrong."""

    source: Name = Field(description="Source whose publisher made the error.")
    reason: Text = Field(description="What is wrong and how it is known, in words.")
    evidence: Evidence
    corrected_on: PastDay = Field(
        description="Day on which this file was written; as of an earlier day it has no effect."
    )
    corrections: Annotated[list[Correction], Field(min_length=1)]

    @model_validator(mode="after")
    def _of_this_source(self) -> CorrectionFile:
        for each in self.corrections:
            if not each.table.startswith(f"stg_{self.source}__"):
                raise ValueError(f"a file corrects its own source, {self.source}; {each.id} is of {each.table}")
        return self


def corrections_table(folder: Path, vocabulary: Vocabulary | None = None) -> pa.Table:
    """Return all corrections of a folder in ``CORRECTIONS_SCHEMA``; see ``read_table``."""
    return read_table(CORRECTIONS_SCHEMA, [folder], CorrectionFile, "correction", _row, vocabulary)


def _row(content: CorrectionFile, correction: Correction) -> dict[str, Any]:
    return {
        **content.model_dump(),
        **correction.model_dump(),
        "table_name": correction.table,
        "row_key": correction.row_key,
        "last_vintage": correction.last_vintage or OPEN_END,
        "expected_value": correction.expect,
        **{f"evidence_{name}": value for name, value in content.evidence},
    }
