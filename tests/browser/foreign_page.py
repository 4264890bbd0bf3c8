"""A page of another site that tries everything a page can to start a run in the Dagster UI of the reader's machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from tests.publisher_server import Reply, publisher_server

JOB = "fetch_ncses"
REASON = "planted by a foreign page"
LAUNCH = (
    'mutation { launchRun(executionParams: {selector: {repositoryLocationName: "bilateral", '
    f'repositoryName: "__repository__", jobName: "{JOB}"}}, runConfigData: {{}}, mode: "default", '
    f'executionMetadata: {{tags: [{{key: "reason", value: "{REASON}"}}]}}}}) {{ __typename ... on PythonError {{ message }} }} }}'
)

_PAGE = """<!DOCTYPE html><title>a foreign page</title><body><script>
const ui = %(ui)s, query = %(query)s;
const json = JSON.stringify({query});
const done = [];
const settle = one => done.push(one.catch(() => null));
settle(fetch(ui + "/graphql", {method: "POST", mode: "no-cors", credentials: "include", body: json}));
settle(fetch(ui + "/graphql", {method: "POST", mode: "no-cors", body: json, headers: {"Content-Type": "text/plain"}}));
settle(fetch(ui + "/graphql", {method: "POST", mode: "no-cors", body: json,
                               headers: {"Content-Type": "text/plain; application/json"}}));
settle(fetch(ui + "/graphql", {method: "POST", body: json, headers: {"Content-Type": "application/json"}}));
settle(fetch(ui + "/graphql?query=" + encodeURIComponent(query), {mode: "no-cors"}));
settle(fetch(ui + "/graphql?query=" + encodeURIComponent(query), {method: "POST", mode: "no-cors"}));
settle(fetch(ui + "/report_asset_materialization/release", {method: "POST", mode: "no-cors"}));
settle(new Promise(end => { navigator.sendBeacon(ui + "/graphql", json); setTimeout(end, 500); }));
settle(new Promise(end => {
  const image = new Image();
  image.onload = image.onerror = end;
  image.src = ui + "/graphql?query=" + encodeURIComponent(query);
}));
settle(new Promise(end => {
  const socket = new WebSocket(ui.replace("http", "ws") + "/graphql", "graphql-ws");
  socket.onopen = () => {
    document.title = "a WebSocket was opened";
    socket.send(JSON.stringify({type: "connection_init"}));
    socket.send(JSON.stringify({type: "start", id: "1", payload: {query}}));
    setTimeout(end, 2000);
  };
  socket.onerror = end;
}));
for (const kind of ["text/plain", "application/x-www-form-urlencoded"]) {
  settle(new Promise(end => {
    const frame = document.createElement("iframe"), form = document.createElement("form");
    const field = document.createElement("input");
    frame.name = kind;
    form.action = ui + "/graphql?query=" + encodeURIComponent(query);
    form.method = "post"; form.enctype = kind; form.target = kind;
    field.name = '{"query": ' + JSON.stringify(query) + ', "ignored": "'; field.value = '"}';
    form.append(field); document.body.append(frame, form);
    frame.onload = end; setTimeout(end, 2000);
    form.submit();
  }));
}
settle(new Promise(end => {
  const frame = document.createElement("iframe");
  frame.id = "framed"; frame.onload = end; frame.src = ui + "/runs";
  document.body.append(frame); setTimeout(end, 3000);
}));
Promise.all(done).then(() => document.body.dataset.done = "yes");
</script>"""


@contextmanager
def foreign_page(ui: str) -> Iterator[str]:
    """The address of the page, which attacks the UI at ``ui`` as soon as it is opened."""
    page = (_PAGE % {"ui": json.dumps(ui), "query": json.dumps(LAUNCH)}).encode()
    answer = Reply(page, headers={"Content-Type": "text/html; charset=utf-8"})
    with publisher_server(lambda _: answer) as server:
        yield f"http://127.0.0.1:{server.port}/"


def link(ui: str) -> str:
    """The address to which a foreign page may send the reader's browser."""
    return f"{ui}/graphql?query={quote(LAUNCH)}"
