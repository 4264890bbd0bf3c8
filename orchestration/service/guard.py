"""The guard before the Dagster UI and the pages: a middleware that refuses requests of foreign pages, names and peers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, parse
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.service.access import Access

GRAPHQL = "/graphql"
REPORTS = "/report_asset_"
"""The start of the paths at which Dagster takes events of assets from outside."""

LARGEST_BODY = 10_000_000
"""Bytes of a request; a run's configuration in the launchpad is a thousandth of it."""

BODY_LIMIT = 30.0
"""Seconds within which the body of a request must arrive."""

LARGEST_DOCUMENT = 20_000
"""Tokens of a GraphQL document; the largest of the UI has a fifth of them."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy of the UI. Its pages bring a stricter rule for scripts, and browsers obey both."""

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_POLICY_VIOLATION = 1008
"""The code with which a WebSocket is closed."""


@dataclass(frozen=True)
class Refusal:
    """Why a request is not answered, and with which HTTP status."""

    status: int
    failure: str
    remedy: str

    @property
    def response(self) -> PlainTextResponse:
        text = f"refused: {self.failure}\nwhat to do: {self.remedy}\n"
        return PlainTextResponse(text, status_code=self.status, headers={"Cache-Control": "no-store"})


READ_ONLY = Refusal(403, "this service is read-only", "start it without --read-only, or use the command line")
TOO_SLOW = Refusal(408, f"the body did not arrive within {BODY_LIMIT:.0f} seconds", "send the request again")
NO_GRAPHQL = Refusal(
    400,
    "the body is not one GraphQL request",
    'send one JSON object such as {"query": "{ version }", "variables": {}}; lists of requests are not answered',
)


class Guard:
    """A middleware; ``policy`` is the Content-Security-Policy of every answer, ``methods`` are those that are answered."""

    def __init__(
        self, app: ASGIApp, access: Access, policy: str = POLICY, methods: Collection[str] = ("GET", "HEAD", "POST")
    ) -> None:
        self._app, self._access, self._policy, self._methods = app, access, policy, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(HTTPConnection(scope))
        if scope["type"] == "websocket":
            await self._websocket(refusal, scope, receive, send)
            return
        if refusal is None and scope["method"] == "POST":
            try:
                async with asyncio.timeout(BODY_LIMIT):
                    body = await Request(scope, receive).body()
            except ClientDisconnect:
                return
            except TimeoutError:
                refusal = TOO_SLOW
            else:
                receive = _replay(body, receive)
                refusal = self._refusal_of_body(scope["path"], body)
        await (refusal.response if refusal else self._app)(scope, receive, _with_headers(send, self._policy))

    def _refusal(self, request: HTTPConnection) -> Refusal | None:
        """Return the first rule that a request breaks."""
        return (
            _foreign_address(self._access, request)
            or _foreign_page(self._access, request)
            or _wrong_method(self._methods, request)
            or _wrong_body(request)
        )

    def _refusal_of_body(self, path: str, body: bytes) -> Refusal | None:
        """Return why the body of a POST is refused."""
        is_graphql = path.rstrip("/") == GRAPHQL
        if is_graphql and not _is_graphql_request(body):
            return NO_GRAPHQL
        if self._access.read_only and not (is_graphql and _kinds_of(body) == {"query"}):
            return READ_ONLY
        return None

    async def _websocket(self, refusal: Refusal | None, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal is None:
            await self._app(scope, _subscriptions_only(receive, send), send)
            return
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.failure})


def _foreign_address(access: Access, request: HTTPConnection) -> Refusal | None:
    """Refuse a peer that is not the proxy, and a name that a foreign page had resolve to this machine."""
    if not access.knows_peer(request.client.host if request.client else ""):
        return Refusal(403, "the peer is not the proxy of this service", "open the public address of the service")
    hosts = request.headers.getlist("host")
    if len(hosts) == 1 and access.knows_host(hosts[0]):
        return None
    names = ", ".join(sorted(access.hosts))
    return Refusal(
        421, "the Host of the request is not a name of this service", f"use one of {names}, or set {ADDRESS}"
    )


def _foreign_page(access: Access, request: HTTPConnection) -> Refusal | None:
    """Refuse a request of another origin; a link to a page is let through."""
    headers = request.headers
    if not all(access.knows_origin(origin, headers["host"]) for origin in headers.getlist("origin")):
        return Refusal(403, "the request comes from a page of another origin", f"open the UI itself, or set {ADDRESS}")
    is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin") or (
        is_link and request.scope.get("method") == "GET"
    ):
        return None
    return Refusal(403, "the request comes from a page of another site", "open the address itself")


def _wrong_method(methods: Collection[str], request: HTTPConnection) -> Refusal | None:
    """Refuse other methods, GraphQL but by POST, and WebSockets but of GraphQL."""
    path = request.scope["path"].rstrip("/")
    if request.scope["type"] == "websocket":
        return None if path == GRAPHQL else Refusal(403, "there is no WebSocket at this path", f"connect to {GRAPHQL}")
    method = request.scope["method"]
    if method not in methods:
        return Refusal(405, f"the method is not {' or '.join(methods)}", "send one of these")
    if path == GRAPHQL and method != "POST" and "text/html" not in request.headers.get("accept", ""):
        return Refusal(405, "GraphQL is answered for POST only", "send the query as JSON by POST")
    return None


def _wrong_body(request: HTTPConnection) -> Refusal | None:
    """Refuse a POST that does not carry bounded JSON and say so, which no form of a foreign page can."""
    if request.scope.get("method") != "POST":
        return None
    kinds, lengths = request.headers.getlist("content-type"), request.headers.getlist("content-length")
    if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != "application/json":
        return Refusal(415, "the body is not declared as JSON", "send it with Content-Type: application/json")
    if len(lengths) != 1 or not lengths[0].isdigit() or not 0 < int(lengths[0]) <= LARGEST_BODY:
        return Refusal(413, f"the body must have a stated length of 1 to {LARGEST_BODY:,} bytes", "send a shorter one")
    return None


def _is_graphql_request(body: bytes) -> bool:
    """Return whether a body is a JSON object with the text of a query and, where present, an object of variables."""
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(content, dict)
        and isinstance(content.get("query"), str)
        and isinstance(content.get("variables"), dict | None)
        and isinstance(content.get("operationName"), str | None)
    )


def _kinds_of(body: str | bytes) -> frozenset[str]:
    """Return the kinds of all operations (query, mutation, subscription) in a JSON request; empty if it cannot be read."""
    try:
        content: Any = json.loads(body)
        document = parse(content["query"], max_tokens=LARGEST_DOCUMENT, no_location=True)
    except (ValueError, TypeError, KeyError, RecursionError, GraphQLError):
        return frozenset()
    return frozenset(node.operation.value for node in document.definitions if isinstance(node, OperationDefinitionNode))


def _with_headers(send: Send, policy: str) -> Send:
    """Return ``send`` with ``HEADERS`` and a Content-Security-Policy in every answer."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers.append("Content-Security-Policy", policy)
        await send(message)

    return guarded


def _replay(body: bytes, rest: Receive) -> Receive:
    """Return a body that was read, to be read once more."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await rest()

    return receive


def _subscriptions_only(receive: Receive, send: Send) -> Receive:
    """Return the messages of a WebSocket up to the first that starts more than a subscription."""

    async def guarded() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive" or _is_subscription(
            message.get("text") or message.get("bytes") or b""
        ):
            return message
        reason = "a WebSocket takes subscriptions only"
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    return guarded


def _is_subscription(text: str | bytes) -> bool:
    """Return whether a message of the graphql-ws protocol starts nothing but a subscription."""
    try:
        content = json.loads(text)
        return content.get("type") != "start" or _kinds_of(json.dumps(content.get("payload"))) == {"subscription"}
    except (ValueError, AttributeError, RecursionError):
        return False
