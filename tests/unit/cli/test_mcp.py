"""The figures of an answer to an assistant, and answers to calls that the library drops. All figures are synthetic."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def test_hostile_arguments_keep_the_session_alive(tmp_path: Path) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    start: list[dict[str, Any]]
    start = [{"id": 0, "method": "initialize", "params": hello}, {"method": "notifications/initialized"}]
    call = '{"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "query", "arguments": {"sql": %s}}}'
    deep = ["[" * depth + "]" * depth for depth in (150, 1_000, 100_000)]
    arguments = ['"select 1"', *deep, '[{"a": ' * 500 + r'"\"]\ud800"' + "}]" * 500, r'"select \ud800"', '"select 1"']
    lines = [json.dumps(message | {"jsonrpc": "2.0"}) for message in start]
    lines += [call % (number, argument) for number, argument in enumerate(arguments, 1)]
    server = [sys.executable, "-m", "orchestration.cli.main", "mcp"]
    environment = {"BILATERAL_DATA": str(tmp_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(server, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(*lines, sep="\n", file=process.stdin, flush=True)
        replies = [json.loads(process.stdout.readline()) for _ in [hello, *arguments]]
        process.stdin.close()
    answers = {reply.get("id"): reply for reply in replies}
    texts = [answers[number]["result"]["content"][0]["text"] for number in range(1, len(arguments) + 1)]
    assert ["valid string" in text for text in texts] == [False, True, True, True, True, False, False]
    assert texts[0] == texts[-1]
