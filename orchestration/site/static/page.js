// What all pages share: places in closed chapters, queries to run, elements, and files that a reader saves.
(function () {
  "use strict";
  const folder = document.currentScript.src, SVG = "http://www.w3.org/2000/svg";
  document.getElementById("scriptless")?.setAttribute("hidden", "");

  // Elements with attributes and children; texts become text nodes, so that no text is read as markup.
  const maker = (create) => (name, attributes = {}, ...children) => {
    const made = create(name);
    Object.entries(attributes).forEach(([key, value]) => { if (value !== undefined && value !== false && value !== null) { made.setAttribute(key, value === true ? "" : value); } });
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  };
  const element = maker((name) => document.createElement(name)), drawn = maker((name) => document.createElementNS(SVG, name));

  // As core/text.py writes cells: no text begins like a formula of a spreadsheet; a plain number stays as it is.
  function cell(text) {
    const number = /^[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?%?$/;
    const safe = /^\s*[=+\-@\t\r＝＋－＠]/.test(text) && !number.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function save(blob, name) {
    const link = element("a", {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // Saves rows as CSV; null is an empty cell.
  function saveCsv(rows, name) {
    const text = rows.map((row) => row.map((value) => (value === null ? "" : cell(String(value)))).join(",") + "\r\n").join("");
    save(new Blob([text], {type: "text/csv;charset=utf-8"}), name);
  }

  // A link to a place in a closed chapter opens the chapter.
  function openChapter() {
    const place = document.getElementById(location.hash.slice(1)), chapter = place?.closest("details:not([open])");
    if (chapter) { chapter.open = true; }
    if (chapter || place?.tagName === "TR") { place.scrollIntoView({block: "center"}); }
  }

  // Queries of charts: the link from a chart names its economies after the question mark.
  const codes = /^\?[A-Z0-9_,]+$/.test(location.search) ? location.search.slice(1).split(",") : [];
  document.querySelectorAll("pre[id]").forEach((query) => {
    const sql = query.textContent.replace(/\$(area|counterpart)\b/g, (place, name) => { const code = codes[name === "area" ? 0 : 1]; return code ? `'${code}'` : place; });
    if (/\$area\b/.test(sql)) { return; }
    query.textContent = sql;
    query.after(element("a", {class: "run", href: new URL(`query.html#sql=${encodeURIComponent(sql)}`, folder).href}, "Run this query"));
  });

  // Tables of many rows: heads sort them, words filter them, and a long one shows its first rows until a reader wants all.
  const flat = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  function keyOf(row, place) {
    const cell = row.cells[place], number = Number(cell.querySelector("data")?.value ?? cell.textContent.replaceAll(",", ""));
    return /^(–|)$/.test(cell.textContent) ? null : Number.isNaN(number) ? flat(cell.textContent) : number;
  }
  function sortRows(table, place, isDown) {
    const body = table.tBodies[0], keys = new Map([...body.rows].map((row) => [row, keyOf(row, place)]));
    const order = (a, b) => (typeof a === "string" && typeof b === "string" ? (a < b ? -1 : a > b ? 1 : 0) : a < b ? -1 : a > b ? 1 : 0);
    body.append(...[...body.rows].sort((one, other) => { // rows without a figure are last
      const a = keys.get(one), b = keys.get(other);
      return a === null || b === null ? (a === null) - (b === null) : order(a, b) * (isDown ? -1 : 1);
    }));
  }
  function prepare(table) {
    const heads = [...table.tHead.rows[0].cells], rows = () => [...table.tBodies[0].rows], box = table.parentElement;
    const status = element("p", {class: "quiet", role: "status"}), more = element("button", {type: "button", class: "plain", hidden: true}), field = element("input", {type: "search", autocomplete: "off"});
    let most = Number(table.dataset.first ?? Infinity);
    const fill = () => {
      const words = flat(field.value).split(/\s+/).filter(Boolean), fitting = rows().filter((row) => { const text = words.length ? flat(row.textContent) : ""; return words.every((word) => text.includes(word)); });
      const shown = new Set(words.length ? fitting : fitting.slice(0, most));
      rows().forEach((row) => row.classList.toggle("later", !shown.has(row)));
      more.hidden = words.length > 0 || most >= rows().length;
      more.textContent = `Show all ${rows().length.toLocaleString("en-GB")} rows`;
      status.textContent = words.length ? `${shown.size.toLocaleString("en-GB")} of ${rows().length.toLocaleString("en-GB")} rows` : "";
    };
    heads.forEach((head, place) => {
      const button = element("button", {type: "button", class: "sort"}, ...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isDown = head.ariaSort ? head.ariaSort === "ascending" : head.classList.contains("number");
        heads.forEach((one) => { one.ariaSort = null; });
        head.ariaSort = isDown ? "descending" : "ascending";
        sortRows(table, place, isDown);
        fill();
      });
    });
    if (rows().length > 12) { box.before(element("p", {class: "filter"}, element("label", {}, "Filter ", field)), status); }
    box.after(more);
    field.addEventListener("input", fill);
    const all = () => { most = Infinity; fill(); };
    more.addEventListener("click", all);
    addEventListener("beforeprint", all);
    table.fill = fill;
    fill();
  }
  document.querySelectorAll("table.listing").forEach((table) => { if (table.tHead && (table.tBodies[0].rows.length > 3 || table.id)) { prepare(table); } });

  // Pairs of a data file become rows of the second table of the list of pairs.
  function addPairs({names, kinds, rows}) {
    const table = document.getElementById("others").parentElement.querySelector("table");
    table.tBodies[0].append(...rows.map(([stem, hasPage, kind, exact, shown, year, mark, word]) => {
      const name = stem.split("-").map((code) => names[code]).join(" \u2013 "), link = hasPage ? element("a", {href: `${stem}.html`}, name) : name;
      const figure = element("td", {}, element("data", {value: exact}, shown), mark ? element("abbr", {title: word}, mark) : "");
      return element("tr", {id: hasPage ? null : stem}, element("th", {scope: "row"}, link), element("td", {}, kinds[kind]), figure, element("td", {class: "number"}, String(year)));
    }));
    table.fill();
    openChapter();
  }

  // A box that is wider than its page says so.
  const boxes = new ResizeObserver((seen) => seen.map(({target}) => target.parentElement).forEach((box) => { box.classList.toggle("sideways", box.scrollWidth > box.clientWidth + 1); }));
  document.querySelectorAll(".scroll > table").forEach((table) => { boxes.observe(table); });

  // Tables print open.
  addEventListener("beforeprint", () => { document.querySelectorAll("main details.table").forEach((one) => { one.open = true; }); });
  addEventListener("hashchange", openChapter);
  openChapter();
  globalThis.bilateral = Object.assign(globalThis.bilateral ?? {}, {element, drawn, save, saveCsv, addPairs});
}());
