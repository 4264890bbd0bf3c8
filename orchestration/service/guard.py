"""The guard before the Dagster UI and the pages: a middleware that refuses requests of foreign pages, names and peers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, parse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.service.access import Access

GRAPHQL = "/graphql"
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


def refusal(status: int, failure: str, remedy: str) -> PlainTextResponse:
    """Return the answer to a request that is refused: why, and what to do."""
    return PlainTextResponse(f"refused: {failure}\nwhat to do: {remedy}\n", status, {"Cache-Control": "no-store"})


class Guard:
    """A middleware; ``policy`` is the Content-Security-Policy of every answer, ``methods`` are those that are answered."""

    def __init__(
        self, app: ASGIApp, access: Access, policy: str = POLICY, methods: Collection[str] = ("GET", "HEAD", "POST")
    ) -> None:
        self._app, self._access, self._policy, self._methods = app, access, policy, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(send))
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refused = self._foreign(request) or self._wrong_request(request)
        if not refused and request.method == "POST":
            try:
                async with asyncio.timeout(BODY_LIMIT):
                    body = await request.body()
            except ClientDisconnect:
                return
            except TimeoutError:
                refused = refusal(408, f"the body did not arrive within {BODY_LIMIT:.0f} seconds", "send it again")
            else:
                receive, refused = _replay(body, receive), self._wrong_body(request, body)
        await (refused or self._app)(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._foreign(HTTPConnection(scope)) and scope["path"].rstrip("/") == GRAPHQL:
            await self._app(scope, _subscriptions_only(receive, send), send)
            return
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "not a page of this service"})

    def _foreign(self, request: HTTPConnection) -> PlainTextResponse | None:
        """Refuse a peer that is not the proxy, a foreign name of this machine, and a page of another origin.

        A link to a page is let through.
        """
        headers, hosts = request.headers, request.headers.getlist("host")
        if not self._access.knows_peer(request.client.host if request.client else ""):
            return refusal(403, "the peer is not the proxy of this service", "open the public address of the service")
        if len(hosts) != 1 or not self._access.knows_host(hosts[0]):
            remedy = f"use one of {', '.join(sorted(self._access.hosts))}, or set {ADDRESS}"
            return refusal(421, "the Host of the request is not a name of this service", remedy)
        if not all(self._access.knows_origin(origin, hosts[0]) for origin in headers.getlist("origin")):
            return refusal(
                403, "the request comes from a page of another origin", f"open the UI itself, or set {ADDRESS}"
            )
        is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        is_own = headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        if is_own or (is_link and request.scope.get("method") == "GET"):
            return None
        return refusal(403, "the request comes from a page of another site", "open the address itself")

    def _wrong_request(self, request: Request) -> PlainTextResponse | None:
        """Refuse other methods, GraphQL but by POST, and a POST without bounded JSON, which no form of a page can send."""
        if request.method not in self._methods:
            return refusal(405, f"the method is not {' or '.join(self._methods)}", "send one of these")
        if request.method != "POST":
            is_query = request.url.path.rstrip("/") == GRAPHQL and "text/html" not in request.headers.get("accept", "")
            return (
                refusal(405, "GraphQL is answered for POST only", "send the query as JSON by POST")
                if is_query
                else None
            )
        kinds, lengths = request.headers.getlist("content-type"), request.headers.getlist("content-length")
        if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != "application/json":
            return refusal(415, "the body is not declared as JSON", "send it with Content-Type: application/json")
        if len(lengths) != 1 or not lengths[0].isdigit() or not 0 < int(lengths[0]) <= LARGEST_BODY:
            failure = f"the body must have a stated length of 1 to {LARGEST_BODY:,} bytes"
            return refusal(413, failure, "send a shorter one")
        return None

    def _wrong_body(self, request: Request, body: bytes) -> PlainTextResponse | None:
        is_graphql, content = request.url.path.rstrip("/") == GRAPHQL, _read(body)
        if is_graphql and content is None:
            remedy = 'send one JSON object such as {"query": "{ version }", "variables": {}}; lists are not answered'
            return refusal(400, "the body is not one GraphQL request", remedy)
        if self._access.read_only and not (is_graphql and content and content.kinds == {"query"}):
            return refusal(403, "this service is read-only", "start it without --read-only, or use the command line")
        return None

    def _with_headers(self, send: Send) -> Send:
        """Return ``send`` with ``HEADERS`` and a Content-Security-Policy in every answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.append("Content-Security-Policy", self._policy)
            await send(message)

        return guarded


class _GraphQLRequest(BaseModel):
    """The body of a request, which is one object and no list of them."""

    model_config = ConfigDict(strict=True)
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 (its name on the wire)

    @property
    def kinds(self) -> set[str]:
        """The kinds of all operations: query, mutation, subscription; none if the text is not GraphQL."""
        with suppress(GraphQLError, RecursionError):
            document = parse(self.query, max_tokens=LARGEST_DOCUMENT, no_location=True)
            return {node.operation.value for node in document.definitions if isinstance(node, OperationDefinitionNode)}
        return set()


def _read(body: bytes) -> _GraphQLRequest | None:
    try:
        return _GraphQLRequest.model_validate_json(body)
    except ValidationError:
        return None


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
        text = message.get("text") or message.get("bytes") or b""
        if message["type"] != "websocket.receive" or _is_subscription(text):
            return message
        reason = "a WebSocket takes subscriptions only"
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    return guarded


def _is_subscription(text: str | bytes) -> bool:
    """Return whether a message of the graphql-ws protocol starts nothing but a subscription."""
    try:
        content = json.loads(text)
        if content.get("type") != "start":
            return True
        return _GraphQLRequest.model_validate(content.get("payload")).kinds == {"subscription"}
    except (ValueError, AttributeError, RecursionError):
        return False
