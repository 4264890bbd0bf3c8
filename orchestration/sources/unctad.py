"""UNCTAD: services by category and partner, and digitally deliverable services (bulk files; World Bank Data360)."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.archives import archive_member
from orchestration.formats.delimited import first_lines, named_columns, number_or_text, refuse_where
from orchestration.formats.json_models import TEXT, numbered_rows, part_at, read_part, rows_of
from orchestration.formats.strict_json import strict_json

CARD = Card(
    id="unctad",
    publisher="UN Trade and Development (UNCTAD)",
    homepage="https://unctadstat.unctad.org",
    licence="CC BY 4.0, as the compiler of the bundle states; the terms of UNCTAD and World Bank Data360 apply to live "
    "answers",
    citation="UN Trade and Development (UNCTAD), Digital economy: international trade in digitally-deliverable "
    "services, annual, and services by category and trading partner, annual (UNCTADstat). Figures of the bundle are "
    "UNCTAD's, reached through World Bank Data360, database UNCTAD_DE.",
    cadence="once a year",
    timezone="Europe/Zurich",
    change_signal="version and lastUpdated of a report's metadata; none in answers of Data360: the bytes themselves",
    limits="none published",
    pace=Pace(seconds_between=0.5),
)

_BY_PARTNER = Resource(
    "services_by_partner",
    "services by category and trading partner, all economies, annual",
    {"report": "US.TradeServCatByPartner"},
)
_DELIVERABLE = Resource(
    "digitally_deliverable",
    "international trade in digitally deliverable services, all economies, annual",
    {"report": "US.DigitallyDeliverableServices"},
)
RESOURCES: tuple[Resource, ...] = (
    # the compiler's copy of what the second bulk file says, in the bundle
    *(
        Resource(
            f"digitally_deliverable_{direction}",
            f"international {direction} of digitally deliverable services",
            superseded_by=_DELIVERABLE.key,
        )
        for direction in ("exports", "imports")
    ),
    _BY_PARTNER,
    _DELIVERABLE,
)

_VERSION: TypeAdapter[str | int | float] = TypeAdapter(str | int | float)
_LARGEST = 1024**3
_STAT = "https://unctadstat-api.unctad.org"
_BULK_TABLES = {_BY_PARTNER.key: "by_partner__bilateral_services", _DELIVERABLE.key: "deliverable__indicators"}
_VALUES = ("US$ at current prices in millions", "Millions of US$ at current prices")
"""Names of the measure that is read; UNCTADstat has used both."""

_OTHER_MEASURES = (
    "Percentage of total world",
    "Percentage of total trade in services",
    "Percentage by destination",
    "Growth rate over previous period",
    "Percentage of Gross Domestic Product",
    "US$ at current prices per capita",
)
_SIDES = {"": "Value", " Footnote": "Value_Footnote", " Missing value": "Value_Missing"}
_FLOWS = {"01": "Imports", "02": "Exports"}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the bulk file of a report, stamped with the report's version."""
    report = resource.ask["report"]
    metadata = feed.get(CARD, resource, f"{_STAT}/api/reportMetadata/{report}/en")
    url = f"{_STAT}/bulkdownload/{report}/{report.replace('.', '_')}"
    yield feed.get(CARD, resource, url, stamp=_stamp(metadata), largest=_LARGEST)


def _stamp(metadata: Answer) -> str:
    """Return date of the last update and version of a report, as one text that begins with the date."""
    content = strict_json(metadata.read(), metadata.error)
    updated = part_at(content, "/lastUpdated", TEXT, metadata.error)
    version = part_at(content, "/version", _VERSION, metadata.error)
    iso_date(metadata, updated, row="/lastUpdated")
    return f"{updated} version {version}"


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the rows of one bulk file, as of the report's last update, or of one undated answer of Data360."""
    if payload.origin.resource in _BULK_TABLES:
        yield _bulk_table(payload)
    else:
        yield _page_table(payload)


def _bulk_table(payload: Payload) -> Parsed:
    """Return keys, labels and the figure in millions of US dollars; shares and growth rates are not read."""
    table = _BULK_TABLES[payload.origin.resource]
    vintage = iso_date(payload, payload.origin.stamp or "", row="the stamp of the origin card")
    opened = partial(archive_member, payload, "*.csv")
    header = first_lines(payload, opened, 1)[0]
    values = [name for name in _VALUES if name in header]
    if len(values) != 1:
        raise payload.error(f"value columns are {values}; there must be one of {_VALUES}", row="header")
    names = {name.replace("_", " "): name for name in TABLES[table].names}
    names |= {values[0] + side: name for side, name in _SIDES.items()}
    return named_columns(
        payload,
        table,
        TABLES[table],
        vintage,
        opened,
        known=[measure + side for measure in _OTHER_MEASURES for side in _SIDES],
        optional=("Value_Footnote", "Value_Missing"),
        names=names,
        check=partial(_check_bulk, payload),
    )


def _check_bulk(payload: Payload, batch: pa.RecordBatch) -> None:
    """Require directions whose code and label agree."""
    flows = pc.binary_join_element_wise(batch.column("Flow"), batch.column("Flow_Label"), " ")
    wrong = pc.invert(pc.is_in(flows, value_set=pa.array([f"{code} {label}" for code, label in _FLOWS.items()])))
    refuse_where(payload, batch, wrong, "Flow", "must be a known code")


def _page_table(payload: Payload) -> Parsed:
    """Return the rows of one answer of Data360; the live feed requests none any more."""
    rows = numbered_rows(read_part(payload, "/value", rows_of(TABLES["indicators"], {})), "/value")
    requested = {name: payload.origin.parameters[name] for name in ("DATABASE_ID", "INDICATOR")}
    scaled = ((place, {**row, "UNIT_MULT": number_or_text(str(row["UNIT_MULT"]), int)}) for place, row in rows)
    table, key = "indicators", ("REF_AREA", "TIME_PERIOD")
    return tabulate(payload, table, TABLES[table], payload.dated, scaled, key=key, requested=requested)


TABLES = {
    "indicators": columns(
        "OBS_VALUE string?, TIME_FORMAT string?, UNIT_MULT int32, COMMENT_OBS string?, OBS_STATUS string, "
        "OBS_CONF string?, AGG_METHOD string?, DECIMALS string?, COMMENT_TS string?, DATA_SOURCE string?, "
        "LATEST_DATA bool?, DATABASE_ID string, INDICATOR string, REF_AREA string, SEX string, AGE string, "
        "URBANISATION string, COMP_BREAKDOWN_1 string, COMP_BREAKDOWN_2 string, COMP_BREAKDOWN_3 string, "
        "TIME_PERIOD string, FREQ string, UNIT_MEASURE string, UNIT_TYPE string?"
    ),
    "by_partner__bilateral_services": columns(
        "Year int32, Economy string, Economy_Label string, Partner string, Partner_Label string, Flow string, "
        "Flow_Label string, Category string, Category_Label string, Value double?, Value_Footnote string?, "
        "Value_Missing string?"
    ),
    "deliverable__indicators": columns(
        "Year int32, Economy string, Economy_Label string, Flow string, Flow_Label string, Value double?, "
        "Value_Footnote string?, Value_Missing string?"
    ),
}
OBSERVATIONS = {
    "indicators": Observations(
        measure="INDICATOR",
        area="REF_AREA",
        year="try_cast(TIME_PERIOD as integer)",
        value="try_cast(nullif(OBS_VALUE, '') as double) * power(10, UNIT_MULT)",
    ),
    "by_partner__bilateral_services": Observations(
        measure="Flow",
        area="Economy",
        counterpart="Partner",
        item="Category",
        year="Year",
        value="Value * 1000000",
        where="length(Economy) = 3 and (length(Partner) = 3 or Partner = '0000')",
    ),
    "deliverable__indicators": Observations(
        measure="Flow",
        area="Economy",
        year="Year",
        value="Value * 1000000",
        where="length(Economy) = 3 or Economy = '0000'",
    ),
}
