"""A server that speaks S3, with an empty bucket, for tests of object storage. Nothing leaves the machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

BUCKET = "s3://figures/warehouse"


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """The environment in which the AWS SDK finds the server."""
    from moto.server import ThreadedMotoServer  # takes half a second, which only these tests need

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        httpx.put(f"{address}/figures").raise_for_status()
        yield {
            "AWS_ENDPOINT_URL": address,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "synthetic",
            "AWS_SECRET_ACCESS_KEY": "synthetic",
        }
    finally:
        server.stop()
