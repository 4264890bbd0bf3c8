"""Server of the Model Context Protocol over standard input and output: lists the tools, checks arguments, words refusals."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import partial
from typing import Any, TextIO

import anyio
import anyio.to_thread
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import TypeAdapter, ValidationError, validate_call

from orchestration import __version__
from orchestration.cli.assistant.answers import Answer
from orchestration.cli.assistant.tools import INSTRUCTIONS, TOOLS
from orchestration.core.errors import BilateralError

_HINTS = ToolAnnotations(readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False)

AT_ONCE = 2
"""Calls that are answered at once; others wait, so that the limits of queries bound the whole server."""


def serve() -> None:
    """Answer until standard input ends."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    outgoing = sys.stdout
    with redirect_stdout(sys.stderr):  # whatever else is printed would be no message of the protocol
        anyio.run(_serve, sys.stdin, outgoing)


async def _serve(stdin: TextIO, stdout: TextIO) -> None:
    server: Any = Server("bilateral", version=__version__, instructions=INSTRUCTIONS)
    server.list_tools()(_listed)
    call = partial(_call, anyio.CapacityLimiter(AT_ONCE))
    server.call_tool(validate_input=False)(call)  # the functions check their own arguments, in words
    streams = stdio_server(anyio.wrap_file(stdin), anyio.wrap_file(stdout))
    async with streams as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _listed() -> list[Tool]:
    return [_tool(name, function) for name, function in TOOLS.items()]


def _tool(name: str, function: Any) -> Tool:
    return Tool(
        name=name,
        description=inspect.getdoc(function),
        inputSchema=TypeAdapter(function).json_schema(),
        annotations=_HINTS,
    )


async def _call(limiter: anyio.CapacityLimiter, name: str, arguments: Mapping[str, Any]) -> CallToolResult:
    """Answer in a thread, so that the server hears its client while a query runs."""
    try:
        found = await anyio.to_thread.run_sync(partial(answered, name, arguments), limiter=limiter)
    except BilateralError as error:
        return CallToolResult(isError=True, content=[_text(f"refused: {in_arguments(str(error))}")])
    return CallToolResult(
        # clients that know no structured content read the same from the second text
        content=[_text(found.text), _text(json.dumps(found.content, ensure_ascii=False))],
        structuredContent=dict(found.content),
    )


def answered(name: str, arguments: Mapping[str, Any]) -> Answer:
    """The answer of a tool.

    Raises:
        BilateralError: there is no such tool, an argument does not fit, or the tool refuses.
    """
    if name not in TOOLS:
        raise BilateralError(f"there is no tool {name[:40]!r}", remedy=f"call one of {', '.join(TOOLS)}")
    try:
        found: Answer = validate_call(TOOLS[name])(**arguments)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise BilateralError(
            f"arguments of {name} do not fit: {'; '.join(faults)}", remedy="correct them by the tool's input schema"
        ) from None
    return found


_COMMANDS = {
    "bilateral describe": "list_metrics or describe_metric",
    'bilateral query "': 'query "',
    "bilateral query --output FILE.csv": "bilateral query on the command line",
    "bilateral refresh": "bilateral refresh on the command line",
}


def in_arguments(message: str) -> str:
    """Return a message of the command line in the words of the tools: arguments for options, tools for commands."""
    for command, tool in _COMMANDS.items():
        message = message.replace(command, tool)
    return re.sub(r"--([a-z][a-z-]*)", lambda option: option[1].replace("-", "_"), message)


def _text(words: str) -> TextContent:
    return TextContent(type="text", text=words)
