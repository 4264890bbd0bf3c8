"""WTO: services by sector and partner (bulk file, Timeseries API) and digitally delivered services."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.archives import archive_member, is_archive
from orchestration.formats.delimited import named_columns, require_codes, utf8_or
from orchestration.formats.dropped_files import by_mark, recognised_files
from orchestration.formats.json_models import numbered_rows, read_part, rows_of

CARD = Card(
    id="wto",
    publisher="World Trade Organization",
    homepage="https://apiportal.wto.org/",
    licence="WTO copyright: excerpts of its databases with the WTO named as the source; see LICENCE.md",
    citation="World Trade Organization, WTO Stats: commercial services by sector and partner (BPM6), annual; "
    "digitally delivered services trade dataset",
    cadence="yearly, with revisions in April, July and October",
    timezone="Europe/Zurich",
    change_signal="ETag and Last-Modified of the bulk files",
    limits="no published quota",
    pace=Pace(seconds_between=0.5),
    release_months=(4, 7, 10),
)

_ANNUAL = Resource(
    "services_annual",
    "commercial services by sector and partner, all reporters, annual: the bulk file of WTO Stats",
    {"url": "https://stats.wto.org/assets/UserGuide/services_annual_dataset.zip"},
    vintage_basis=None,
)
_DELIVERED = Resource(
    "digitally_delivered",
    "digitally delivered services trade dataset, all reporters, annual",
    {"page": "https://data.wto.org/en/dataset/wto-digitally-delivered-services-trade-dataset"},
    vintage_basis=None,
)
RESOURCES = (
    # pages of the Timeseries API in the bundle; the bulk file has the same database and every pair
    *(
        Resource(
            f"us_china_services_{direction}",
            f"services {direction} of the United States with China, as it reports them",
            superseded_by=_ANNUAL.key,
            vintage_basis=None,
        )
        for direction in ("exports", "imports")
    ),
    _ANNUAL,
    _DELIVERED,
)

TABLES = {
    "bilateral_services": columns(
        "IndicatorCategoryCode string?, IndicatorCategory string?, IndicatorCode string, Indicator string, "
        "ReportingEconomyCode string, ReportingEconomy string, PartnerEconomyCode string, PartnerEconomy string, "
        "ProductOrSectorClassificationCode string, ProductOrSectorClassification string?, "
        "ProductOrSectorCode string, ProductOrSector string, PeriodCode string, Period string?, "
        "FrequencyCode string, Frequency string?, UnitCode string, Unit string, ValueFlagCode string?, "
        "ValueFlag string?, TextValue string?, Year int32, Value double?"
    ),
    "annual__bilateral_services": columns(
        "IndicatorCode string, ReporterCode string, Reporter string, PartnerCode string, Partner string, "
        "ProductClassificationCode string, ProductCode string, FrequencyCode string, UnitCode string, "
        "Year int32, ValueFlagCode string?, Value double?"
    ),
    "delivered__indicators": columns(
        "REPORTER_CODE string, REPORTER_NAME string, PARTNER string, FLOW string, INDICATOR string, "
        "INDICATOR_NAME string?, MODE string?, YEAR int32, UNIT string, VALUE double?, BREAKING_SERIES string?"
    ),
}
_BALANCES = (
    Balance("item", "S", ("SOX", "SL"), rounding=3_000_000),
    Balance("item", "S", ("SC", "SD", "SPX1", "SPX4"), rounding=3_000_000),
    Balance("item", "SPX1", ("SOX1", "SL"), rounding=3_000_000),
    Balance("item", "SH", ("SH1", "SH2", "SH3", "SH4"), rounding=3_000_000),
    Balance("item", "SC", ("SC1", "SC2", "SC3"), rounding=3_000_000),
    Balance("item", "SC2", ("SC21", "SC22", "SC23"), rounding=3_000_000),
    Balance("item", "SH4", ("SH41", "SH42"), rounding=2_000_000),
    Balance("item", "SI", ("SI1", "SI2", "SI3"), rounding=3_000_000),
    Balance("item", "SJ", ("SJ1", "SJ2", "SJ3"), rounding=3_000_000),
)
_ANNUAL_FIGURES = Observations(
    measure="IndicatorCode",
    area="ReporterCode",
    counterpart="PartnerCode",
    item="ProductCode",
    year="Year",
    value="Value * 1000000",
    balances=_BALANCES,
)
OBSERVATIONS = {
    "bilateral_services": replace(
        _ANNUAL_FIGURES, area="ReportingEconomyCode", counterpart="PartnerEconomyCode", item="ProductOrSectorCode"
    ),
    "annual__bilateral_services": _ANNUAL_FIGURES,
    "delivered__indicators": Observations(
        measure="FLOW", area="REPORTER_CODE", year="YEAR", value="VALUE * 1000000", where="INDICATOR = 'DDS'"
    ),
}
_LARGEST = 256 * 1024**2
"""Most bytes of the bulk file."""
_ROWS = rows_of(TABLES["bilateral_services"], {})
_KEY = ("IndicatorCode", "ReportingEconomyCode", "PartnerEconomyCode", "ProductOrSectorCode", "Year")

_BY_PARTNER = ("ITS_CS_AX6", "ITS_CS_AM6")
_ANNUAL_CODES: Mapping[str, Collection[str | None]] = {
    "IndicatorCode": (*_BY_PARTNER, "ITS_CS_AX5", "ITS_CS_AM5"),
    "ProductClassificationCode": ("BOP5", "BOP6"),
    "FrequencyCode": ("A",),
    "UnitCode": ("USM",),
    "ValueFlagCode": (None, "B", "C", "E"),
}
_DELIVERED_CODES: Mapping[str, Collection[str | None]] = {
    "PARTNER": ("000", "W00", "WL", "WLD", "World"),
    "FLOW": ("M", "X"),
    "UNIT": ("Million US dollar", "Million US dollars", "Million USD", "US$ million", "USD million", "USM"),
}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the bulk file, or the dropped file of digitally delivered services, whose address the WTO does not
    document."""
    if resource.key == _ANNUAL.key:
        yield feed.get(CARD, resource, resource.ask["url"], largest=_LARGEST)
        return
    mark = "REPORTER_CODE"
    yield from recognised_files(
        CARD,
        resource,
        feed,
        by_mark({resource.key: mark}),
        expected=f"the column {mark} in the header of a .csv, or of the one .csv in a .zip",
        remedy=f"open {resource.ask['page']} and choose Download Full Dataset",
    )


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the rows of one payload in million US dollars as published.

    The vintage is the publisher's date on the card, else the day of the fetch.
    """
    if payload.origin.resource == _ANNUAL.key:
        yield _annual_table(payload)
    elif payload.origin.resource == _DELIVERED.key:
        yield _delivered_table(payload)
    else:
        yield _page_table(payload)


def _annual_table(payload: Payload) -> Parsed:
    """Return the rows by partner; rows by sector alone end in 2013 and use another classification."""
    table = "annual__bilateral_services"
    opened = partial(archive_member, payload, "*.csv")
    return named_columns(
        payload,
        table,
        TABLES[table],
        payload.dated,
        opened,
        known=("Frequency", "Unit"),
        encoding=utf8_or(opened, "cp1252"),
        keep=partial(_by_partner, payload),
    )


def _by_partner(payload: Payload, batch: pa.RecordBatch) -> pa.Array:
    require_codes(payload, batch, _ANNUAL_CODES)
    is_by_partner = pc.is_in(batch.column("IndicatorCode"), value_set=pa.array(_BY_PARTNER))
    return pc.and_(is_by_partner, pc.equal(batch.column("ProductClassificationCode"), "BOP6"))


def _delivered_table(payload: Payload) -> Parsed:
    table = "delivered__indicators"
    with payload.open() as stream:
        is_packed = is_archive(stream.read(6))  # as published, or unpacked
    opened = partial(archive_member, payload, "*.csv") if is_packed else payload.open
    return named_columns(
        payload,
        table,
        TABLES[table],
        payload.dated,
        opened,
        encoding=utf8_or(opened, "iso-8859-1"),
        check=lambda batch: require_codes(payload, batch, _DELIVERED_CODES),
    )


def _page_table(payload: Payload) -> Parsed:
    rows = numbered_rows(read_part(payload, "/Dataset", _ROWS), "/Dataset")
    table, params = "bilateral_services", payload.origin.parameters
    requested = {"IndicatorCode": params["i"], "ReportingEconomyCode": params["r"], "PartnerEconomyCode": params["p"]}
    return tabulate(payload, table, TABLES[table], payload.dated, rows, key=_KEY, requested=requested)
