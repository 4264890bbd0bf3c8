"""Claim files: what other people published, read from YAML and checked field by field. No figure is judged here, see methods/claims.py."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pyarrow as pa
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from orchestration.errors import ClaimError
from orchestration.plain import STEERING

SCHEMA_FILE = "claim.schema.json"
PATTERNS = ("*.yaml", "*.yml")

CLAIMS_SCHEMA = pa.schema(
    [
        ("claim_id", pa.string()),
        ("said_by", pa.string()),
        ("said_on", pa.date32()),
        ("title", pa.string()),
        ("url", pa.string()),
        ("paraphrase", pa.string()),
        ("metric_id", pa.string()),
        ("measure", pa.string()),
        ("area", pa.string()),
        ("counterpart_area", pa.string()),
        ("item", pa.string()),
        ("year", pa.int32()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("tolerance", pa.float64()),
        ("needs", pa.string()),
        ("file", pa.string()),
    ]
)
"""The raw table ``claims`` of the catalogue, one row a claim; tolerance is absolute, in the claim's unit."""

_LARGEST = 1024 * 1024
"""Bytes of one claim file; a text with a thousand claims has fewer."""


def _harmless(text: str) -> str:
    if re.search(STEERING, text):
        raise ValueError("text holds no control character and no mark that turns its direction")
    return text


_Text = Annotated[str, Field(min_length=1), AfterValidator(_harmless)]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_Area = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,}$")]
_Address = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Strict(BaseModel):
    """Unknown fields are refused and no text is taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Tolerance(_Strict):
    """How far a figure may lie from the claimed one and still be it: half a unit of the last printed digit, or more with a reason."""

    absolute: _Positive | None = Field(default=None, description="Distance in the claim's unit.")
    relative: _Positive | None = Field(
        default=None, description="Distance as a share of the claimed value; 0.01 is one percent."
    )
    because: _Text = Field(description="Why this distance, such as the last digit that was printed.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Tolerance:
        if (self.absolute is None) == (self.relative is None):
            raise ValueError("a tolerance is either absolute or relative, and one of them is given")
        return self

    def in_unit(self, value: float) -> float:
        """The tolerance in the claim's own unit."""
        return self.absolute if self.absolute is not None else float(self.relative or 0.0) * abs(value)


class Said(_Strict):
    """Who said it, when and where."""

    said_by: _Text = Field(description="Authors and medium.")
    said_on: date = Field(description="Day on which it was published.")
    title: _Text = Field(description="Title of the text.")
    url: _Address = Field(description="Address of the text.")


class Claim(_Strict):
    """One figure that was said, as the published metric it amounts to."""

    id: _Name = Field(
        description="Identifier, unique over all claim files; it becomes the measure in the metric claim_audit."
    )
    paraphrase: _Text = Field(max_length=300, description="What was said, in a short sentence of our own.")
    reading: _Text | None = Field(
        default=None,
        description="How words became a metric where the text leaves room, such as a year it does not state.",
    )
    metric: _Name = Field(description="Metric that the claim amounts to.")
    measure: _Name = Field(description="Measure within the metric.")
    area: _Area = Field(description="ISO 3166 alpha-3, or an aggregate's code in dim_area.")
    counterpart_area: _Area = Field(
        default="W00", description="As area; W00, the world, where there is no counterpart."
    )
    item: Annotated[str, Field(pattern=r"^(_T|[A-Z][A-Z0-9_]*)$")] = Field(
        default="_T", description="EBOPS 2010 item or technology field; _T is the total."
    )
    year: Annotated[int, Field(ge=1900, le=2200)] = Field(description="Reference year of the figure.")
    value: Annotated[float, Field(allow_inf_nan=False)] = Field(description="Figure as claimed, in unit.")
    unit: Literal["USD", "PT", "PN", "PS", "PATN"] = Field(
        description="USD: single US dollars; PT: percent; PN: pure number; PS: persons; PATN: patent documents."
    )
    tolerance: Tolerance
    needs: _Text | None = Field(
        default=None,
        description="Source that would bring the figure, where the metric's own description is too general.",
    )

    @model_validator(mode="after")
    def _no_relative_of_zero(self) -> Claim:
        if self.value == 0 and self.tolerance.absolute is None:
            raise ValueError("a claim of zero has an absolute tolerance")
        return self


class ClaimFile(_Strict):
    """One text and the claims taken from it."""

    source: Said
    claims: Annotated[list[Claim], Field(min_length=1)]


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice, of which the plain loader would keep the last, and says where a date is none.

    A node is written where it stands: an alias could repeat one, and repetitions of repetitions fill any memory.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(
                None, None, f"an alias repeats a node; write it out in place of *{event.anchor}", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_date(self, node: yaml.ScalarNode) -> date:
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value!r} is no date: {error}", node.start_mark
            ) from error


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_date)


def load_claim_file(path: Path) -> ClaimFile:
    """One claim file.

    Raises:
        ClaimError: it is not YAML, or a field is missing, unknown or wrong; the message names file, claim, field and rule.
    """
    try:
        content = yaml.load(_text_of(path), Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise ClaimError(
            f"a claim file is YAML; {' '.join(str(error).split())}", payload=path.name, remedy="correct the file's YAML"
        ) from error
    try:
        return ClaimFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise ClaimError(
            f"{_field(first['loc'])}: {first['msg']}; seen {_seen(first['input'])}",
            payload=path.name,
            row=_claim(first["loc"], content),
            remedy=f"correct the field; {SCHEMA_FILE} beside the file describes each",
        ) from error


def _text_of(path: Path) -> str:
    with path.open("rb") as stream:
        body = stream.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise ValueError(f"a claim file has at most {_LARGEST} bytes")
    return body.decode("utf-8")


def load_claims(path: Path) -> list[tuple[Path, ClaimFile]]:
    """Every claim file of a folder in name order, or the one file given; no file at all is an empty list.

    Raises:
        ClaimError: a file is wrong (see ``load_claim_file``), or two claims have the same id.
    """
    paths = [path] if path.is_file() else sorted({found for pattern in PATTERNS for found in path.glob(pattern)})
    files = [(found, load_claim_file(found)) for found in paths]
    _check_unique((found.name, claim.id) for found, content in files for claim in content.claims)
    return files


def claims_table(folder: Path) -> pa.Table:
    """All claims of a folder in ``CLAIMS_SCHEMA``, by file and in the file's order.

    Raises:
        ClaimError: see ``load_claims``.
    """
    rows = [_row(path, content.source, claim) for path, content in load_claims(folder) for claim in content.claims]
    return pa.Table.from_pylist(rows, schema=CLAIMS_SCHEMA)


def schema_text() -> str:
    """The JSON schema of a claim file, made from the models above, so that there is one truth; editors use it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(ClaimFile).json_schema()
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _row(path: Path, said: Said, claim: Claim) -> dict[str, Any]:
    fields = claim.model_dump(exclude={"id", "metric", "tolerance", "reading"})
    return (
        said.model_dump()
        | fields
        | {
            "claim_id": claim.id,
            "metric_id": claim.metric,
            "tolerance": claim.tolerance.in_unit(claim.value),
            "file": path.name,
        }
    )


def _check_unique(ids: Iterable[tuple[str, str]]) -> None:
    first: dict[str, str] = {}
    for file, claim in ids:
        if claim in first:
            raise ClaimError(
                f"a claim's id is unique over all files; {claim!r} is also in {first[claim]}",
                payload=file,
                row=f"claim {claim}",
                remedy="give one of the two another id",
            )
        first[claim] = file


def _field(location: tuple[int | str, ...]) -> str:
    """``claims[2].tolerance.absolute`` for a place in the file; ``the file`` for the whole."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.removeprefix(".") or "the file"


def _claim(location: tuple[int | str, ...], content: Any) -> str | None:
    """The claim that a place in the file belongs to, by its id where it has one."""
    if len(location) < 2 or location[0] != "claims" or not isinstance(location[1], int):
        return None
    claim = content["claims"][location[1]]
    name = claim.get("id") if isinstance(claim, dict) else None
    return f"claim {name}" if name else f"claim number {location[1] + 1}"


def _seen(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return repr(value)[:120]


if __name__ == "__main__":
    print(schema_text(), end="")
