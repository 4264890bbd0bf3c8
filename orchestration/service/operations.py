"""The kinds of operations in a GraphQL document: query, mutation, subscription."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, parse

LARGEST_DOCUMENT = 20_000
"""Tokens of a document that is read; the largest of the UI has a fifth of them."""

UNREADABLE = frozenset({"unreadable"})


def kinds_of(request: Any) -> frozenset[str]:
    """The kinds of all operations in the ``query`` of a request; ``UNREADABLE`` where there is no document that can be read."""
    text = request.get("query") if isinstance(request, dict) else None
    if not isinstance(text, str):
        return UNREADABLE
    try:
        document = parse(text, max_tokens=LARGEST_DOCUMENT, no_location=True)
    except (GraphQLError, RecursionError):
        return UNREADABLE
    return frozenset(one.operation.value for one in document.definitions if isinstance(one, OperationDefinitionNode))
