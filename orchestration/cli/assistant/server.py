"""Server of the Model Context Protocol over standard input and output: strict arguments, and refusals in words."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import anyio.to_thread
from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import ValidationError

from orchestration.cli.assistant.answers import Answer
from orchestration.cli.assistant.tools import INSTRUCTIONS, TOOLS
from orchestration.core.errors import BilateralError

_HINTS = ToolAnnotations(readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False)

AT_ONCE = 2
"""Calls that are answered at once; others wait, so that the limits of queries bound the whole server."""


class _Server(FastMCP[None]):
    """A server that refuses unknown tools and arguments instead of ignoring them."""

    async def list_tools(self) -> list[Tool]:
        tools = await super().list_tools()
        for tool in tools:
            tool.inputSchema["additionalProperties"] = False
        return tools

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        known = {tool.name: tool.inputSchema["properties"] for tool in await self.list_tools()}
        if name not in known:
            return _refused(f"there is no tool {name[:40]!r}\nwhat to do: call one of {', '.join(known)}")
        faults = [f"{argument[:40]}: unknown argument" for argument in arguments if argument not in known[name]]
        try:
            return await super().call_tool(name, arguments) if not faults else _misfit(name, faults)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            return _misfit(name, [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.__cause__.errors()])


def serve() -> None:
    """Answer until standard input ends."""
    server = _Server("bilateral", instructions=INSTRUCTIONS, log_level="ERROR")
    limiter = anyio.CapacityLimiter(AT_ONCE)
    for function in TOOLS:
        server.add_tool(_answering(function, limiter), annotations=_HINTS, structured_output=False)
    server.run()


def _answering(
    function: Callable[..., Answer], limiter: anyio.CapacityLimiter
) -> Callable[..., Coroutine[Any, Any, CallToolResult]]:
    """Return a tool that answers in a thread, so that the server hears its client while a query runs."""

    @functools.wraps(function)
    async def tool(**arguments: Any) -> CallToolResult:
        try:
            answer = await anyio.to_thread.run_sync(functools.partial(function, **arguments), limiter=limiter)
        except BilateralError as error:
            return _refused(in_arguments(str(error)))
        return CallToolResult(
            # clients that know no structured content read the same from the second text
            content=[_text(answer.text), _text(json.dumps(answer.content, ensure_ascii=False))],
            structuredContent=dict(answer.content),
        )

    return tool


def _misfit(name: str, faults: list[str]) -> CallToolResult:
    return _refused(
        f"arguments of {name} do not fit: {'; '.join(faults)}\nwhat to do: correct them by the tool's input schema"
    )


def _refused(message: str) -> CallToolResult:
    return CallToolResult(isError=True, content=[_text(f"refused: {message}")])


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
    return re.sub(r"--([a-z][a-z-]*)", lambda option: option[1].replace("-", "_"), message.replace("--only ", ""))


def _text(words: str) -> TextContent:
    return TextContent(type="text", text=words)
