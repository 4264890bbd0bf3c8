"""The ``bilateral mcp`` command: a server of the Model Context Protocol over standard input and output."""

import functools
import json
import re
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import anyio.to_thread
import click
from mcp.server.fastmcp import FastMCP
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations

from orchestration.cli.assistant.tools import INSTRUCTIONS, TOOLS

_HINTS = ToolAnnotations(readOnlyHint=True, destructiveHint=False, idempotentHint=True, openWorldHint=False)

AT_ONCE = 2
"""Calls that are answered at once; others wait, so that the limits of queries bound the whole server."""

_COMMANDS = {
    "bilateral describe": "list_metrics or describe_metric",
    'bilateral query "': 'query "',
    "bilateral query --output FILE.csv": "bilateral query on the command line",
    "bilateral refresh": "bilateral refresh on the command line",
    "--only ": "",
}


class _Server(FastMCP[None]):
    """A server that refuses unknown arguments instead of ignoring them, and refuses in the words of the tools."""

    async def list_tools(self) -> list[Tool]:
        tools = await super().list_tools()
        for tool in tools:
            tool.inputSchema["additionalProperties"] = False
        return tools

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> Any:
        known = {tool.name: tool.inputSchema["properties"] for tool in await self.list_tools()}.get(name, arguments)
        if unknown := sorted(arguments.keys() - known):
            raise ToolError(f"unknown arguments of {name}: {', '.join(unknown)[:200]}; known: {', '.join(known)}")
        try:
            return await super().call_tool(name, arguments)
        except ToolError as error:
            raise ToolError(in_arguments(str(error))) from error


@click.command()
def mcp() -> None:
    """Serve the current release to a language assistant over standard input and output (Model Context Protocol).

    The assistant's program starts this command; docs/assistants.md shows its settings. Nothing is written.
    """
    if sys.stdin.isatty():
        click.echo("Waiting for the program of an assistant, which starts this command: docs/assistants.md", err=True)
    server = _Server("bilateral", instructions=INSTRUCTIONS, log_level="ERROR")
    limiter = anyio.CapacityLimiter(AT_ONCE)
    for function in TOOLS:
        server.add_tool(_in_thread(function, limiter), annotations=_HINTS, structured_output=False)
    server.run()


def _in_thread(
    function: Callable[..., str], limiter: anyio.CapacityLimiter
) -> Callable[..., Coroutine[Any, Any, CallToolResult]]:
    """Return a tool that answers in a thread, so that the server hears its client while a query runs."""

    @functools.wraps(function)
    async def tool(**arguments: Any) -> CallToolResult:
        text = await anyio.to_thread.run_sync(functools.partial(function, **arguments), limiter=limiter)
        return CallToolResult(content=[TextContent(type="text", text=text)], structuredContent=json.loads(text))

    return tool


def in_arguments(message: str) -> str:
    """Return a message of the command line in the words of the tools: arguments for options, tools for commands."""
    for command, tool in _COMMANDS.items():
        message = message.replace(command, tool)
    return re.sub(r"--([a-z][a-z-]*)", lambda option: option[1].replace("-", "_"), message)
