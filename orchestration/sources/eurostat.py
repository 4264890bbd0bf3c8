"""Eurostat: services of the EU and its members with the United States and China, and the euro's exchange rates."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.sdmx import first_value, requested_codes, require_table, sdmx_csv

CARD = Card(
    id="eurostat",
    publisher="Eurostat",
    homepage="https://ec.europa.eu/eurostat/databrowser/view/bop_its6_det/default/table",
    licence="CC BY 4.0",
    citation="Eurostat, International trade in services, geographical breakdown (BPM6), bop_its6_det; "
    "Euro/ECU exchange rates, annual data, ert_bil_eur_a",
    cadence="yearly, with revisions; the database is refreshed at 11:00 and 23:00",
    timezone="Europe/Brussels",
    change_signal="LAST UPDATE in every row of an answer",
    limits="5 million cells in one extraction; above 500,000 the answer comes later",
    pace=Pace(seconds_between=0.5),
    release_hours=(11, 23),
)

_MEMBERS = "AT+BE+BG+CY+CZ+DE+DK+EE+EL+ES+FI+FR+HR+HU+IE+IT+LT+LU+LV+MT+NL+PL+PT+RO+SE+SI+SK"
_ITEMS = "S+SA+SB+SC+SD+SE+SF+SG+SH+SI+SJ+SK+SL"
# China is CN_X_HK here, without Hong Kong; a request for CN is answered with nothing, as a success.
_PARTNERS = "US+CN_X_HK"
RESOURCES = (
    Resource(
        "services_with_us_china",
        "services of the European Union and its members with the United States and with China without Hong Kong",
        {
            "flow": "BOP_ITS6_DET",
            "dimensions": "freq currency bop_item stk_flow partner geo",
            "key": f"A.MIO_EUR.{_ITEMS}.CRE+DEB.{_PARTNERS}.{_MEMBERS}+EU27_2020",
            "from": "2010",
        },
    ),
    Resource(
        "euro_rates",
        "US dollars for one euro, average of the year",
        {"flow": "ERT_BIL_EUR_A", "dimensions": "freq statinfo unit currency", "key": "A.AVG.NAC.USD", "from": "1999"},
    ),
)
_API = "https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1/data/"


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the one answer of a resource."""
    url = f"{_API}{resource.ask['flow']}/{resource.ask['key']}"
    answer = feed.get(CARD, resource, url, params={"format": "SDMX-CSV", "startPeriod": resource.ask["from"]})
    yield require_table(answer, ("DATAFLOW",))


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``bilateral_services``: rows in million euros, or in dollars for one euro.

    The vintage is the day of the publisher's last update.
    """
    ask = next(resource.ask for resource in RESOURCES if resource.key == payload.origin.resource)
    flow, updated = first_value(payload, "DATAFLOW"), first_value(payload, "LAST UPDATE")
    if not re.fullmatch(rf"ESTAT:{ask['flow']}\(\d+(\.\d+)*\)", flow):
        raise payload.error(f"flow {flow!r} answered, not ESTAT:{ask['flow']}", row="row 1")
    stamped = {"DATAFLOW": (flow,), "LAST UPDATE": (updated,)}
    only = requested_codes(ask["key"], ask["dimensions"])
    yield sdmx_csv(
        payload,
        "bilateral_services",
        TABLES["bilateral_services"],
        _day_of(payload, updated),
        optional=("CONF_STATUS", *(name for name in _DIMENSIONS if name not in only)),
        only={**stamped, **only},
        complete=[name for name in only if name != "geo"],
        marks=(":",),
    )


_DIMENSIONS = ("bop_item", "stk_flow", "partner", "geo", "statinfo", "unit")
"""Those that one of the flows lacks."""

TABLES = {
    "bilateral_services": columns(
        "DATAFLOW string, LAST UPDATE string, freq string, currency string, bop_item string?, stk_flow "
        "string?, partner string?, geo string?, statinfo string?, unit string?, TIME_PERIOD string, OBS_VALUE "
        "string?, OBS_FLAG string?, CONF_STATUS string?"
    )
}
OBSERVATIONS = {
    "bilateral_services": Observations(
        measure="stk_flow",
        area="geo",
        counterpart="partner",
        item="bop_item",
        year="try_cast(TIME_PERIOD as integer)",
        value="try_cast(OBS_VALUE as double)",
        where="bop_item is not null",
    )
}


def _day_of(payload: Payload, updated: str) -> date:
    """Return the day of a last update, written dd/mm/yy before the time of day."""
    try:
        return datetime.strptime(updated.partition(" ")[0], "%d/%m/%y").date()
    except ValueError:
        raise payload.error(f"LAST UPDATE is {updated!r}; it must be written dd/mm/yy hh:mm:ss", row="row 1") from None
