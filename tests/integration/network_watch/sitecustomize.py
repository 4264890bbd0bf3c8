"""Note each other machine that a Python process looks up or connects to; loaded from the path of modules."""

import os
import sys
from typing import Any

NOTES = os.environ.get("NETWORK_NOTES")


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if NOTES and host not in (None, "", "localhost", "127.0.0.1", "::1"):
        with open(NOTES, "a", encoding="utf-8") as notes:
            notes.write(f"{host} by {' '.join(sys.orig_argv)}\n")


if NOTES:
    open(NOTES, "a").close()  # shows that this file was loaded
    sys.addaudithook(_note)
