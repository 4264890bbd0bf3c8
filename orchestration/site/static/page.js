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
    if (chapter) { chapter.open = true; place.scrollIntoView(); }
  }

  // Queries of charts: the link from a chart names its economies after the question mark.
  const codes = /^\?[A-Z0-9_,]+$/.test(location.search) ? location.search.slice(1).split(",") : [];
  document.querySelectorAll("pre[id]").forEach((query) => {
    const sql = query.textContent.replace(/\$(area|counterpart)\b/g, (place, name) => { const code = codes[name === "area" ? 0 : 1]; return code ? `'${code}'` : place; });
    if (/\$area\b/.test(sql)) { return; }
    query.textContent = sql;
    query.after(element("a", {class: "run", href: new URL(`query.html#sql=${encodeURIComponent(sql)}`, folder).href}, "Run this query"));
  });

  addEventListener("hashchange", openChapter);
  openChapter();
  globalThis.bilateral = Object.assign(globalThis.bilateral ?? {}, {element, drawn, save, saveCsv});
}());
