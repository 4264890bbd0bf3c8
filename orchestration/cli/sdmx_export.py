"""Export of a metric as SDMX-CSV 2.0 with the structure message that explains it, for programs that read official statistics."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from orchestration.cli.query import write_rows
from orchestration.contracts.metric import COLUMN_TYPES, KEY, MAY_BE_EMPTY, NAMED_IN, NOT_APPLICABLE
from orchestration.core.errors import ReleaseError
from orchestration.core.output_files import output_file
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.releases.bounded_query import QuerySession
from orchestration.releases.release_store import Release

if TYPE_CHECKING:
    from pysdmx.model import Codelist, Component, ConceptScheme

KIND: Final = "sdmx-csv"
AGENCY: Final = "BILATERAL"
VERSION: Final = "1.0"
"""Of the structures; a column that is added to the metric contract or taken from it makes another."""

_IDS: Final = {
    "area": "REF_AREA",
    "base_year": "BASE_PERIOD",
    "year": "TIME_PERIOD",
    "value": "OBS_VALUE",
    "unit": "UNIT_MEASURE",
}
"""Columns of the metric contract that SDMX has a name of its own for; every other one is its name in capitals."""

_CODE_LIST: Final = "urn:sdmx:org.sdmx.infomodel.codelist.Codelist"
_STATUSES: Final = f"{_CODE_LIST}=SDMX:CL_OBS_STATUS(2.2)"
_LISTS: Final = tuple(column for column in NAMED_IN if column != "counterpart_area")
"""Columns whose codes have names in the release; the names of statuses are SDMX's own."""
_ATTRIBUTES: Final = ("unit", "obs_status", "release_first_seen")
_DIMENSIONS: Final = tuple(sorted(KEY[1:], key=lambda column: column == "year"))
"""The key of the contract but the metric, which is the dataflow; the time comes last."""


def export_sdmx(session: QuerySession, release: Release, metric: str, folder: Path) -> list[Path]:
    """Write ``<metric>.sdmx.csv`` and ``<metric>.structure.json``, the figures and their data structure; return both paths.

    Raises:
        ReleaseError: the table is no metric, and has no dimensions.
    """
    if metric not in release.content["metrics"]:
        raise ReleaseError(
            f"{metric} is not a metric; only metrics have the dimensions that {KIND} needs",
            payload=f"release {release.id}",
            remedy="export it as csv, json or parquet",
        )
    data, structure = folder / f"{metric}.sdmx.csv", folder / f"{metric}.structure.json"
    write_rows(session.ask(_figures(metric)), "csv", data)
    with output_file(structure) as part:
        part.write_text(_structure(session, release, metric), encoding="utf-8")
    return [data, structure]


def _figures(metric: str) -> str:
    fixed = {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": f"{AGENCY}:{metric.upper()}({VERSION})",
        "ACTION": "I",
        "FREQ": "A",
    }
    held = [f"{_value(column)} as {_id(column)}" for column in (*_DIMENSIONS, "value", *_ATTRIBUTES)]
    selected = ", ".join([*(f"{text(value)} as {name}" for name, value in fixed.items()), *held])
    return f"select {selected} from {quoted(metric)} order by all"


def _id(column: str) -> str:
    return _IDS.get(column, column.upper())


def _value(column: str) -> str:
    """A dimension has a value in every row."""
    if column in KEY and column in MAY_BE_EMPTY:
        return f"coalesce({quoted(column)}::varchar, {text(NOT_APPLICABLE)})"
    return quoted(column)


def _structure(session: QuerySession, release: Release, metric: str) -> str:
    """The message in SDMX-JSON 2.0: code lists, concepts, data structure and dataflow, in the words of the release."""
    from pysdmx.io.json.sdmxjson2.writer.v2_0.structure import write
    from pysdmx.model import Components, Dataflow, DataStructureDefinition, Organisation
    from pysdmx.model.message import Header

    ((words,),) = session.execute(f"select comment from duckdb_tables() where table_name = {text(metric)}").fetchall()
    lists = [_code_list(session, column) for column in _LISTS]
    concepts = _concepts(session, metric)
    of_metric: dict[str, Any] = {
        "id": metric.upper(),
        "agency": AGENCY,
        "version": VERSION,
        "name": metric,
        "description": words,
    }
    structure = DataStructureDefinition(components=Components(_components(concepts)), **of_metric)
    # with another moment the same release would give other bytes
    moment = datetime.fromisoformat(release.published_at)
    header = Header(id=f"bilateral-{metric}", sender=Organisation(AGENCY), prepared=moment)
    flow = Dataflow(structure=structure, **of_metric)
    # compact, because pysdmx looks for the schema in the first 350 characters
    written = str(write([*lists, concepts, structure, flow], header=header, prettyprint=False))
    return written.replace(
        ',"groups":[]', ""
    )  # pysdmx 1.21 writes the list that its own schema wants filled or not at all


def _code_list(session: QuerySession, column: str) -> Codelist:
    """The codes of a column with their names; an economy also has its codes of ISO 3166-1 alpha-2 and of the United Nations' M49."""
    from pysdmx.model import Annotation, Code, Codelist

    named = NAMED_IN[column]
    others = {"iso2": "ISO 3166-1 alpha-2", "m49": "UN M49"} if column == "area" else {}
    columns = ", ".join((quoted(named.key), "name", *others))
    codes = [
        Code(
            code,
            name=name,
            annotations=[
                Annotation(id=key, title=value, type=words)
                for (key, words), value in zip(others.items(), further, strict=True)
                if value
            ],
        )
        for code, name, *further in session.execute(f"select {columns} from {named.table} order by all").fetchall()
    ]
    return Codelist(f"CL_{column.upper()}", name=named.table, agency=AGENCY, version=VERSION, items=codes)


def _concepts(session: QuerySession, metric: str) -> ConceptScheme:
    """Every column as a concept, described as the release describes it."""
    from pysdmx.model import Concept, ConceptScheme, DataType

    said = f"select column_name, comment from duckdb_columns() where table_name = {text(metric)}"
    described = dict(session.execute(said).fetchall())
    types = {"integer": DataType.INTEGER, "double": DataType.DOUBLE, "date": DataType.DATE}
    concepts = [Concept("FREQ", name="frequency", dtype=DataType.STRING, description="A: one figure a year.")]
    for column in (*_DIMENSIONS, "value", *_ATTRIBUTES):
        kind = types.get(COLUMN_TYPES.get(column, ""), DataType.STRING)
        if column == "year":
            kind = DataType.PERIOD
        elif column in MAY_BE_EMPTY and column in KEY:  # a year, or the code for none
            kind = DataType.STRING
        concepts.append(Concept(_id(column), name=column, dtype=kind, description=described.get(column)))
    return ConceptScheme("CS_METRIC", name="metric contract", agency=AGENCY, version=VERSION, items=concepts)


def _components(concepts: ConceptScheme) -> list[Component]:
    from pysdmx.model import Component, DataType, ItemReference, Role

    def component(column: str, role: Role, required: bool) -> Component:
        return Component(
            _id(column),
            required,
            role,
            ItemReference("Concept", AGENCY, concepts.id, VERSION, _id(column)),
            local_dtype=DataType.PERIOD if column == "year" else None,
            attachment_level="O" if role == Role.ATTRIBUTE else None,
            local_enum_ref=_STATUSES if column == "obs_status" else _list_of(column),
        )

    return [
        *(component(column, Role.DIMENSION, True) for column in ("freq", *_DIMENSIONS)),
        component("value", Role.MEASURE, False),
        *(component(column, Role.ATTRIBUTE, True) for column in _ATTRIBUTES),
    ]


def _list_of(column: str) -> str | None:
    """The code list of a column as a reference; areas of both sides have one list."""
    one = "area" if column == "counterpart_area" else column
    return f"{_CODE_LIST}={AGENCY}:CL_{one.upper()}({VERSION})" if one in _LISTS else None
