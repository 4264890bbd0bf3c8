"""The rules that a request to the Dagster UI must fulfil, each with the reason that it states when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.service.access import Access

SIGN_IN = "/sign-in"
GRAPHQL = "/graphql"
REPORTS = "/report_asset_"
"""How the paths begin at which Dagster takes events of assets from outside."""

LARGEST_BODY = 10_000_000
"""Bytes of a request; a run's configuration in the launchpad is a thousandth of it."""


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered, and with which HTTP status."""

    status: int
    failure: str
    remedy: str

    @property
    def text(self) -> str:
        return f"refused: {self.failure}\nwhat to do: {self.remedy}\n"


def refusal_of(access: Access, request: HTTPConnection) -> Refusal | None:
    """The first rule that a request breaks; sign-in is judged by the guard itself."""
    return next((found for rule in RULES if (found := rule(access, request))), None)


def unknown_host(access: Access, request: HTTPConnection) -> Refusal | None:
    """A name that is not of this service: a foreign page had its own name resolve to this machine."""
    hosts = request.headers.getlist("host")
    if len(hosts) == 1 and access.knows_host(hosts[0]):
        return None
    return Refusal(
        421,
        "the Host of the request is not a name of this service",
        f"use one of {', '.join(sorted(access.hosts))}; where people reach it by another name, set {ADDRESS} to that address",
    )


def foreign_origin(access: Access, request: HTTPConnection) -> Refusal | None:
    """A page of another origin; browsers state it with every POST and every WebSocket."""
    origins = request.headers.getlist("origin")
    if all(access.knows_origin(one, request.headers["host"]) for one in origins):
        return None
    return Refusal(
        403,
        "the request comes from a page of another origin",
        f"open the Dagster UI itself; where a proxy serves it under another address, set {ADDRESS} to that address",
    )


def foreign_page(_: Access, request: HTTPConnection) -> Refusal | None:
    """An image, frame, script or form of another site; a link to a page of the UI is let through."""
    headers = request.headers
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return None
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    if is_link and request.scope.get("method") == "GET":
        return None
    return Refusal(403, "the request comes from a page of another site", "open the address itself")


def wrong_method(_: Access, request: HTTPConnection) -> Refusal | None:
    """What changes or starts something arrives as POST, and GraphQL is executed for a POST only."""
    if request.scope["type"] == "websocket":
        is_known = _path(request) == GRAPHQL
        return None if is_known else Refusal(403, "there is no WebSocket at this path", f"connect to {GRAPHQL}")
    method = request.scope["method"]
    if method not in ("GET", "HEAD", "POST"):
        return Refusal(405, "the method is not GET, HEAD or POST", "send one of these")
    is_page = "text/html" in request.headers.get("accept", "")
    if _path(request) == GRAPHQL and method != "POST" and not is_page:
        return Refusal(405, "GraphQL is answered for POST only", "send the query as JSON by POST")
    return None


def wrong_body(_: Access, request: HTTPConnection) -> Refusal | None:
    """A POST carries JSON and says so, which no form and no simple request of a foreign page can."""
    if request.scope.get("method") != "POST":
        return None
    kinds, lengths = request.headers.getlist("content-type"), request.headers.getlist("content-length")
    wanted = "application/x-www-form-urlencoded" if request.scope["path"] == SIGN_IN else "application/json"
    if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != wanted:
        return Refusal(415, f"the body is not declared as {wanted}", f"send it with Content-Type: {wanted}")
    if len(lengths) != 1 or not lengths[0].isdigit() or not 0 < int(lengths[0]) <= LARGEST_BODY:
        return Refusal(
            413,
            f"the body must have a stated length of 1 to {LARGEST_BODY:,} bytes",
            "send a shorter one with its Content-Length",
        )
    return None


def read_only_report(access: Access, request: HTTPConnection) -> Refusal | None:
    """Dagster's endpoints for events of assets, where nothing may be changed."""
    if access.read_only and _path(request).startswith(REPORTS):
        return read_only()
    return None


def read_only() -> Refusal:
    """The refusal of every change where the service is read-only."""
    return Refusal(403, "this service is read-only", "start it without --read-only, or use the command line")


def not_signed_in(access: Access) -> Refusal:
    """The refusal of a request that nobody signed in for."""
    way = (
        "open the UI in a browser and sign in, or send Authorization: Bearer with the token"
        if access.token
        else "reach the UI through the proxy that signs people in"
    )
    return Refusal(401, "nobody is signed in", way)


def _path(request: HTTPConnection) -> str:
    path: str = request.scope["path"]
    return path.rstrip("/") or "/"


RULES: tuple[Callable[[Access, HTTPConnection], Refusal | None], ...] = (
    unknown_host,
    foreign_origin,
    foreign_page,
    wrong_method,
    wrong_body,
    read_only_report,
)
