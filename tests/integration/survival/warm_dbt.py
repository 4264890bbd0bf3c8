"""In the place of ``bilateral-dbt``: let the process that has loaded dbt run it with these arguments, and end as it ends."""

import json
import os
import socket
import sys

with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(os.environ["TESTS_DBT_SOCKET"])
    order = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": os.getcwd()}
    said = json.dumps(order).encode() + b"\n"
    sent = socket.send_fds(connection, [said], [1, 2])
    connection.sendall(said[sent:])
    answer = connection.recv(1)
sys.exit(answer[0] if answer else 1)
