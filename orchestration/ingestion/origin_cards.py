"""Origin cards as JSON: read, write, and refuse an incomplete one."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orchestration.contracts.payload import Origin
from orchestration.contracts.source import Card, Resource
from orchestration.core.errors import FeedError

_ADAPTER = TypeAdapter(Origin)


def origin_from(content: Mapping[str, Any], where: str) -> Origin:
    """Return an origin card from its JSON object; raise FeedError if a field is missing or of the wrong kind."""
    try:
        return _ADAPTER.validate_python(dict(content))
    except ValidationError as error:
        first = error.errors()[0]
        raise FeedError(
            f"an origin card is incomplete or wrong: {'.'.join(map(str, first['loc']))}: {first['msg']}",
            payload=where,
            remedy="complete the origin card",
        ) from error


def origin_of(card: Card, resource: Resource, **facts: Any) -> Origin:
    """Return the origin card of an answer before it is stored: the publisher's terms and ``facts`` of the request."""
    return Origin(
        card.id, resource.key, card.publisher, licence=card.licence, citation=card.citation, sha256="", **facts
    )


def origin_json(origin: Origin) -> dict[str, Any]:
    """Return the JSON object of an origin card, with dates as ISO text."""
    content = asdict(origin)
    return content | {name: day.isoformat() for name, day in content.items() if isinstance(day, date)}
