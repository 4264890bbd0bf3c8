// The query page: SQL over the release's Parquet files, answered by DuckDB in a worker of this page.
(function () {
  "use strict";
  const ROWS_SHOWN = 200, SECONDS = 60;
  const ANSWER = '"the answer"';
  const NUMBERS = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT|FLOAT|DOUBLE|DECIMAL)/;
  const at = (id) => document.getElementById(id);
  const given = JSON.parse(at("query-given").textContent);
  const nearby = (path) => new URL(path, document.baseURI).href;
  const {element} = bilateral;
  let engine = null, answer = null, running = null;

  // As core/text.py shows texts: what hides, turns direction or imitates Latin letters is written out.
  const SUSPECT = /[\p{C}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0\u2800\uff01-\uff5e\u{1d400}-\u{1d7ff}]|(?=\p{L})[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/gu;
  function shown(text) {
    const cut = text.length > 4000 ? text.slice(0, 4000) + "… (" + (text.length - 4000).toLocaleString("en") + " more characters)" : text;
    return cut.replace(SUSPECT, (one) => one === "\n" ? one : one <= "\uffff" && one.length === 1
      ? "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0") : "\\U" + one.codePointAt(0).toString(16).padStart(8, "0"));
  }

  function grouped(text) {
    const found = /^(-?)([0-9]{4,})(\.[0-9]+)?$/.exec(text.replace(/\.0$/, ""));
    return found ? found[1] + found[2].replace(/\B(?=([0-9]{3})+$)/g, ",") + (found[3] || "") : text.replace(/^(-?[0-9]+)\.0$/, "$1");
  }

  const counted = (number, word) => number.toLocaleString("en") + " " + word + (number === 1 ? "" : "s");

  class Refused extends Error {}

  async function fetched(path, what) {
    const response = await fetch(nearby(path)).catch(() => null), failure = response ? `answers ${response.status} for ${path}` : "does not answer. Start it again, or check the connection";
    if (!response?.ok) { throw new Refused(`${what} could not be fetched: the server ${failure}.`); }
    return response;
  }

  async function unpacked(name, what) {
    const response = await fetched(given.engine + name, what);
    return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }

  function script(path) {
    return new Promise((done, failed) => {
      const one = element("script", {src: nearby(path)});
      Object.assign(one, {onload: done, onerror: () => failed(new Refused(path + " could not be fetched."))});
      document.head.append(one);
    });
  }

  // What a cancelled query leaves for the next one: the files, fetched and unpacked once.
  let kept = null;
  const files = () => { kept ??= fetchFiles().catch((error) => { kept = null; throw error; }); return kept; };

  async function fetchFiles() {
    const [wasm, worker, parquet] = await Promise.all([
      unpacked("duckdb.wasm.gz", "DuckDB"),
      fetched(given.engine + "duckdb.worker.js", "DuckDB").then((response) => response.text()),
      unpacked("parquet.wasm.gz", "The reader of Parquet"),
      script(given.engine + "arrow.js"),
    ]);
    const duckdb = await import(nearby(given.engine + "duckdb.js"));
    const reader = await import(nearby(given.engine + "parquet.js"));
    await reader.default({module_or_path: parquet});
    const blob = (content, type) => URL.createObjectURL(new Blob([content], {type}));
    return {duckdb, reader, wasm: blob(wasm, "application/wasm"), worker: blob(worker, "text/javascript")};
  }

  // A fresh DuckDB without tables.
  async function started() {
    const {duckdb, reader, wasm, worker} = await files();
    const thread = new Worker(worker);
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), thread);
    await database.instantiate(wasm);
    const connection = await database.connect();
    await connection.query("set autoinstall_known_extensions = false");
    await connection.query("set autoload_known_extensions = false");
    await connection.query("set enable_external_access = false");
    await connection.query("set lock_configuration = true");
    return {thread, database, connection, reader, held: new Set(), views: new Set()};
  }

  // Tables that a query names, fetched whole at their first use: the largest is about a megabyte.
  async function provide(one, sql) {
    const words = new Set(sql.toLowerCase().match(/\w+/g));
    const views = given.views.filter((view) => !one.views.has(view) && view.words.some((name) => words.has(name)));
    views.forEach((view) => view.tables.forEach((name) => words.add(name)));
    const wanted = given.tables.filter((name) => words.has(name) && !one.held.has(name));
    await Promise.all(wanted.map(async (name) => {
      const response = await fetched(given.parquet + name + ".parquet", "The table " + name);
      const table = one.reader.readParquet(new Uint8Array(await response.arrayBuffer())).intoIPCStream();
      await one.connection.insertArrowFromIPCStream(table, {name, create: true});
      one.held.add(name);
    }));
    for (const view of views) {
      for (const statement of view.statements) { await one.connection.query(statement); }
      one.views.add(view);
    }
  }

  // A text as a subquery, which cannot be another statement, nor several; a semicolon may end it.
  function subquery(text) {
    const query = text.replace(/;\s*(?:--.*(?:\n\s*|$))*$/, "");
    if (!query.trim()) { throw new Refused("There is no query yet. Write one, or choose a worked question."); }
    return `from (\n${query}\n)`;
  }

  async function texts(one, sql) {
    const table = await one.connection.query(sql);
    const columns = table.schema.fields.map((_, place) => table.getChildAt(place));
    return Array.from({length: table.numRows}, (_, row) => columns.map((column) => column.get(row)));
  }

  // DuckDB writes every value as text, so that no figure passes through another kind of number.
  const values = (one, limit) => texts(one, "select columns(*)::varchar from " + ANSWER + (limit ? " limit " + limit : ""));

  async function answered(one, text, begin) {
    await one.connection.query("drop table if exists " + ANSWER);
    const sql = subquery(text);
    await provide(one, /^\s*show\b/i.test(text) ? given.tables.join(" ") : text);
    begin();
    const began = performance.now();
    try {
      await one.connection.query("create or replace temp table " + ANSWER + " as " + sql);
    } catch (error) {
      throw new Error(error.message.replace(/^LINE (\d+):/m, (_, line) => "LINE " + (line - 1) + ":"));
    }
    const seconds = (performance.now() - began) / 1000;
    const columns = (await texts(one, "describe " + ANSWER)).map(([name, type]) => ({name, type, isNumber: NUMBERS.test(type)}));
    const [[count]] = await texts(one, "select count(*)::varchar from " + ANSWER);
    return {seconds, columns, count: Number(count), rows: await values(one, ROWS_SHOWN)};
  }

  function tableOf({columns, rows}) {
    const heads = columns.map((one) => element("th", {scope: "col", title: one.type.toLowerCase(), class: one.isNumber && "number"}, shown(one.name)));
    return [element("caption", {}, "The answer" + (rows.length === ROWS_SHOWN ? ", its first " + ROWS_SHOWN + " rows" : "")),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((text, place) => cellOf(text, columns[place])))))];
  }

  function cellOf(text, column) {
    if (text === null) { return element("td", {class: column.isNumber ? "none number" : "none", title: "no value"}, "–"); }
    if (!column.isNumber) { return element("td", {class: text.length > 40 && "words"}, shown(text)); }
    const isYear = /INT/.test(column.type) && /(^|_)year$/i.test(column.name);
    return element("td", {class: "number"}, element("data", {value: text}, isYear ? text : grouped(text)));
  }

  function show(found) {
    answer = found;
    at("answer").hidden = false;
    at("count").textContent = counted(found.count, "row") + (found.count > found.rows.length ? ", of which the first " + found.rows.length + " are shown" : "");
    at("rows").replaceChildren(...tableOf(found));
  }

  function fail(words, from) {
    at("failure").replaceChildren(element("p", {}, words), ...(from ? [element("pre", {}, shown(from))] : []));
    at("state").textContent = "";
  }

  // DuckDB computes in its worker until it is done; ending the worker is what stops it for certain. The next query starts a new one.
  function stop(words) {
    if (!running) { return; }
    running.stopped(new Refused(words));
    if (engine) { engine.thread.terminate(); }
    engine = null;
  }

  async function run() {
    if (running) { return; }
    const sql = at("sql").value;
    const end = {};
    running = end;
    history.replaceState(null, "", "#sql=" + encodeURIComponent(sql)); // the address of the page has the query
    const ended = new Promise((_, failed) => { end.stopped = failed; });
    let limit;
    const begin = () => {
      limit = setTimeout(() => stop("Stopped after " + SECONDS + " seconds, the time limit of a query. Ask for less: fewer years, fewer joins."), SECONDS * 1000);
    };
    at("failure").replaceChildren();
    at("answer").hidden = true;
    at("run").disabled = true;
    at("cancel").hidden = false;
    at("state").textContent = engine ? "The query is running …" : "Starting DuckDB …";
    try {
      const work = (async () => {
        const own = engine || await started();
        if (running !== end) { own.thread.terminate(); throw new Refused(""); }
        engine = own;
        at("state").textContent = "The query is running …";
        return answered(own, sql, begin);
      })();
      work.catch(() => {}); // after a cancel nobody waits for it
      const found = await Promise.race([work, ended]);
      show(found);
      at("state").textContent = counted(found.count, "row") + " in " + found.seconds.toFixed(found.seconds < 1 ? 3 : 1) + " seconds.";
      document.documentElement.dataset.answered = String(Number(document.documentElement.dataset.answered || 0) + 1);
    } catch (error) {
      if (error instanceof Refused) { fail(error.message); } else { fail("DuckDB did not answer this query. What it says:", error.message); }
    } finally {
      clearTimeout(limit);
      running = null;
      at("run").disabled = false;
      at("cancel").hidden = true;
    }
  }

  function fromLink() {
    const found = /^#sql=(.*)$/s.exec(location.hash);
    if (!found) { return; }
    at("sql").value = decodeURIComponent(found[1]).slice(0, 20000);
    at("state").textContent = "The query comes from the link. Run it when you have read it.";
  }

  function choose() {
    const one = given.questions.find((question) => question.name === at("question").value);
    at("remarks").textContent = one ? one.remarks : "";
    if (one) { at("sql").value = one.sql; }
  }

  async function look() {
    if (location.protocol === "file:") {
      return "Queries need a web server, since a browser lets no page read files beside it. Start one with: bilateral site --serve";
    }
    if (!globalThis.DecompressionStream || !globalThis.WebAssembly) {
      return "This browser is too old for the query page; it has no WebAssembly or DecompressionStream.";
    }
    const mark = await fetch(nearby(given.engine + given.mark)).catch(() => null);
    return mark && mark.ok ? "" : "The query engine is not here. It is fetched once, by: make query. Then start the server again: bilateral site --serve";
  }

  at("query").addEventListener("submit", (event) => { event.preventDefault(); run(); });
  at("question").addEventListener("change", choose);
  at("cancel").addEventListener("click", () => stop("Cancelled."));
  at("csv").addEventListener("click", async () => {
    try {
      bilateral.saveCsv([answer.columns.map((one) => one.name), ...await values(engine)], "bilateral-" + given.release + "-answer.csv");
    } catch (error) {
      fail("The CSV was not made. Run the query again. What DuckDB says:", error.message);
    }
  });
  at("sql").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
  });
  addEventListener("hashchange", fromLink);
  look().then((missing) => {
    at("missing").textContent = missing;
    at("missing").hidden = !missing;
    at("query").hidden = Boolean(missing);
    if (!missing) { fromLink(); }
    document.documentElement.dataset.ready = missing ? "missing" : "yes";
  });
}());
