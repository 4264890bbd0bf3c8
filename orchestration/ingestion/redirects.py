"""Redirects: followed, but what is secret goes to the host that it is meant for and to no other. What comes back is not read here."""

from __future__ import annotations

from collections.abc import Collection

import httpx

from orchestration.ingestion.download import RefusedError
from orchestration.ingestion.redaction import Secrets

LONGEST_CHAIN = 5


def follow(
    client: httpx.Client,
    request: httpx.Request,
    secrets: Secrets,
    secret_params: Collection[str],
    secret_headers: Collection[str],
) -> httpx.Response:
    """Send a request and go where its answers lead; the last answer, its body still to be read.

    On the way to another host, or to the same one without encryption, secret headers are left out, and so are
    parameters that bear a secret's name or value. They do not come back on a later hop.

    Raises:
        RefusedError: more than ``LONGEST_CHAIN`` hops, no usable address, or a secret in an address of another host.
        httpx.HTTPError: the network failed.
    """
    for _ in range(LONGEST_CHAIN + 1):
        response = client.send(request, stream=True, follow_redirects=False)
        if not response.has_redirect_location:
            return response
        response.close()
        request = _next(client, request, response.headers["Location"], secrets, secret_params, secret_headers)
    raise RefusedError(f"more than {LONGEST_CHAIN} redirects")


def _next(
    client: httpx.Client,
    request: httpx.Request,
    location: str,
    secrets: Secrets,
    secret_params: Collection[str],
    secret_headers: Collection[str],
) -> httpx.Request:
    try:
        target = request.url.join(location)
    except (httpx.InvalidURL, ValueError):
        target = httpx.URL("")
    if target.scheme not in ("http", "https") or not target.host:
        raise RefusedError("a redirect without a usable address")
    headers = httpx.Headers([(name, value) for name, value in request.headers.raw if name.lower() != b"host"])
    if not _same_party(request.url, target):
        hidden = {name.lower() for name in (*secret_headers, "Authorization", "Cookie")}
        headers = httpx.Headers([(name, value) for name, value in headers.items() if name.lower() not in hidden])
        target = _without_secrets(target, secrets, secret_params)
    return client.build_request("GET", target, headers=headers)


def _same_party(origin: httpx.URL, target: httpx.URL) -> bool:
    """Whether a redirect stays with whom the secret was sent to, at least as well protected."""
    if origin.host != target.host:
        return False
    if origin.scheme == target.scheme:
        return origin.port == target.port
    return (origin.scheme, target.scheme) == ("http", "https") and origin.port is None and target.port is None


def _without_secrets(target: httpx.URL, secrets: Secrets, secret_params: Collection[str]) -> httpx.URL:
    names = {name.lower() for name in secret_params}
    kept = [
        (name, value)
        for name, value in target.params.multi_items()
        if name.lower() not in names and not any(one.lower() in value.lower() for one in secrets.values)
    ]
    if len(kept) < len(target.params.multi_items()):
        target = target.copy_with(params=kept)
    if secrets.clean(str(target)) != str(target):
        raise RefusedError(f"a redirect to {target.host} whose address carries the key")
    return target
