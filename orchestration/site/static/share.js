// Citation, link and card to embed of every chart and every figure of its table; the chart as a picture and as CSV.
(function () {
  "use strict";
  const release = document.querySelector(".stamp code")?.textContent ?? "";
  const address = location.href.replace(/[?#].*$/, "");
  const css = getComputedStyle(document.documentElement), {element} = bilateral;

  function chartOf(part) {
    const table = document.getElementById(part.querySelector("[data-table]")?.dataset.table), heading = part.querySelector("h1, h3");
    return {
      part, table, id: heading.id, title: heading.textContent, unit: part.querySelector(".unit")?.textContent ?? "",
      source: part.querySelector(".source").textContent.replace(/\s+/g, " ").trim(),
    };
  }

  function cellsOf(chart) {
    if (!chart.table) { return []; }
    const heads = [...chart.table.tHead.rows[0].cells];
    // The address of a figure has its year and the codes of its series, so that it survives new figures and other words.
    const keyOf = (one, other) => (one.dataset.key ? `${other.textContent}.${one.dataset.key}` : `${one.textContent}.${other.dataset.key}`);
    return [...chart.table.tBodies[0].rows].flatMap((row) => [...row.cells].slice(1).map((cell, c) => {
      const figure = cell.querySelector("data"), mark = cell.querySelector("abbr");
      if (!figure) { return null; }
      return {
        cell, key: keyOf(row.cells[0], heads[c + 1]),
        name: `${row.cells[0].textContent}, ${heads[c + 1].textContent}`, exact: figure.value,
        shown: `${figure.textContent} ${chart.table.dataset.unit}`, status: mark ? mark.title : "",
        source: `Source: ${originOf(chart, cell, row, heads[c + 1])}.`,
      };
    })).filter(Boolean);
  }

  // The source of a figure: its own, that of its series, or that of all series.
  function originOf(chart, cell, row, head) {
    const {origin, vintage} = cell.dataset, shared = head.dataset.origin ?? row.cells[0].dataset.origin ?? chart.table.dataset.origin;
    return origin ?? (vintage ? shared.replace(/, vintage [^;]*/g, `, vintage ${vintage}`) : shared);
  }

  // A page whose chart is chosen by the reader keeps the choice after the number sign.
  function choice() { return document.getElementById("choices") ? location.hash : ""; }
  function cardOf(chart, cell) { return `${address}?card=${chart.id}${cell ? `&figure=${encodeURIComponent(cell.key)}` : ""}${choice()}`; }
  function linkTo(chart, cell) { return cell ? cardOf(chart, cell) : `${address}${choice() || `#${chart.id}`}`; }

  function citation(chart, cell) {
    const status = cell?.status ? ` (${cell.status})` : "";
    const what = cell ? `${chart.title}: ${cell.name}: ${cell.shown}${status}; exactly ${cell.exact} in the base unit.` : `${chart.title}. ${chart.unit ? `${chart.unit}. ` : ""}`.trim();
    return `${what} ${(cell ?? chart).source} Bilateral, release ${release}, ${linkTo(chart, cell)}`;
  }

  function cardCode(chart, cell) {
    const source = cardOf(chart, cell), height = cell ? 230 : 620;
    const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
    return `<iframe src="${quoted(source)}" title="${quoted(chart.title)}" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
  }

  function copyable(words, text) {
    const box = element("textarea", {readonly: true, rows: 3}, text);
    const button = element("button", {type: "button"}, "Copy");
    button.addEventListener("click", () => {
      box.select();
      const done = () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy"; }, 2000); };
      navigator.clipboard?.writeText(box.value).then(done);
    });
    return element("div", {class: "copyable"}, element("label", {}, words, box), button);
  }

  let dialog;
  function open(chart, key) {
    dialog?.remove();
    const cells = cellsOf(chart);
    const choice = element("select", {}, element("option", {value: ""}, "The whole chart"),
      ...cells.map((cell) => element("option", {value: cell.key}, `${cell.name}: ${cell.shown}`)));
    choice.value = key ?? "";
    const fields = element("div"), close = element("button", {type: "button"}, "Close");
    const heading = element("h2", {id: "share-title"}, chart.title);
    dialog = element("dialog", {class: "share", "aria-labelledby": "share-title"}, heading, element("label", {}, "What to share", choice), fields, close);
    const fill = () => {
      const cell = cells.find((one) => one.key === choice.value);
      fields.replaceChildren(copyable("Citation", citation(chart, cell)), copyable("Link", linkTo(chart, cell)), copyable("Card to embed", cardCode(chart, cell)));
    };
    choice.addEventListener("change", fill);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } });
    fill();
    document.body.append(dialog);
    dialog.showModal();
  }

  // ---- a picture: the chart with its title, legend and source, in the colours of the page
  const WIDE = 16, FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif", node = bilateral.drawn;

  // A copy of a drawing that keeps the looks that the style sheet gives it.
  function styled(original) {
    const copy = original.cloneNode(true), copies = copy.querySelectorAll("*");
    original.querySelectorAll("*").forEach((one, place) => {
      const look = getComputedStyle(one);
      if (look.display === "none") { copies[place].setAttribute("display", "none"); }
      ["fill", "stroke", "stroke-width", "stroke-dasharray", "paint-order", "font-size", "font-weight"].forEach((name) => copies[place].setAttribute(name, look.getPropertyValue(name).replace(/px/g, "")));
    });
    return copy;
  }

  function picture(chart) {
    const drawn = chart.part.querySelector("svg.marks"), box = drawn.getBoundingClientRect();
    const width = Math.max(box.width, 320) + 2 * WIDE, root = node("svg", {"font-family": FONT});
    const background = node("rect", {width, fill: "var(--page)"}), patterns = document.querySelector("#patterns defs");
    root.append(...(patterns ? [patterns.cloneNode(true)] : []), background);
    let y = WIDE;
    const write = (text, size, weight, colour) => bilateral.wrapped(text, width - 2 * WIDE, `${weight} ${size}px`).forEach((line) => {
      y += size * 1.35;
      root.append(node("text", {x: WIDE, y: y - size * 0.35, "font-size": size, "font-weight": weight, fill: `var(--${colour})`}, line));
    });
    write(chart.title, 17, 700, "text");
    write(chart.unit, 13, 400, "quiet");
    y += 14;
    const inner = styled(drawn);
    Object.entries({x: WIDE, y, width: box.width, height: box.height}).forEach(([name, value]) => inner.setAttribute(name, value));
    root.append(inner);
    y += box.height + 8;
    write(chart.source, 11, 400, "quiet");
    write(`Bilateral, release ${release}`, 11, 400, "quiet");
    const height = y + WIDE;
    background.setAttribute("height", height);
    Object.entries({width, height, viewBox: `0 0 ${width} ${height}`}).forEach(([name, value]) => root.setAttribute(name, value));
    const text = new XMLSerializer().serializeToString(root);
    return {width, height, text: text.replace(/var\((--[a-z0-9-]+)\)/g, (_, name) => css.getPropertyValue(name).trim())};
  }

  function nameOf(chart, suffix) { return `bilateral-${location.pathname.replace(/^.*\/|\.html$/g, "")}-${chart.id}.${suffix}`; }

  async function savePng(chart) {
    const made = picture(chart), image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(made.text)}`;
    await image.decode();
    const canvas = element("canvas", {width: made.width * 2, height: made.height * 2});
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => bilateral.save(blob, nameOf(chart, "png")), "image/png");
  }

  // The figures of a chart with their exact values; a suppressed or missing one has its word as status.
  function saveFigures(chart) {
    const unit = chart.table.dataset.unit.replace(/^(million|billion|trillion) /, ""), heads = [...chart.table.tHead.rows[0].cells];
    const rows = [...chart.table.tBodies[0].rows].flatMap((row) => [...row.cells].slice(1).map((cell, c) => {
      const figure = cell.querySelector("data"), status = figure ? cell.querySelector("abbr")?.title ?? "" : cell.textContent;
      return cell.className === "none" ? null : [row.cells[0].textContent, heads[c + 1].textContent, figure ? figure.value : null, unit, status, originOf(chart, cell, row, heads[c + 1])];
    })).filter(Boolean);
    bilateral.saveCsv([[heads[0].textContent.toLowerCase(), "series", "value", "unit", "status", "source"], ...rows], nameOf(chart, "csv"));
  }

  // ---- a card: one part of the page, or one figure, alone
  function showCard(id, key) {
    // a figure may have moved to another axis of its chart
    const charts = [...document.querySelectorAll(`.part > [id^="${CSS.escape(id)}"]`)].map((one) => chartOf(one.parentElement));
    const holds = (one) => cellsOf(one).find((cell) => cell.key === key), chart = charts.find(holds) ?? charts[0];
    if (!chart) { return; }
    const {part} = chart, cell = holds(chart), heading = document.getElementById(chart.id);
    const whole = element("a", {href: `${address}#${chart.id}`, target: "_top"}, `Bilateral, release ${release}`);
    const card = element("main", {id: "main", class: "wide card"});
    if (cell) {
      card.append(element("p", {class: "value"}, cell.shown),
        element("h1", {}, `${chart.title}: ${cell.name}${cell.status ? ` (${cell.status})` : ""}`),
        element("p", {class: "source"}, cell.source));
    } else {
      card.append(part);
      if (heading.tagName === "H3") { heading.replaceWith(element("h1", {id: chart.id}, chart.title)); }
    }
    card.append(element("p", {class: "source"}, whole));
    const kept = ["events", "patterns"].map((name) => document.getElementById(name)).filter(Boolean);
    document.body.replaceChildren(card, ...kept);
    document.documentElement.classList.add("framed");
  }

  const asked = new URLSearchParams(location.search);
  if (asked.has("card")) { showCard(asked.get("card"), asked.get("figure")); }

  for (const part of document.querySelectorAll(".part")) {
    if (!part.querySelector("[data-table]")) { continue; }
    const button = (words, action) => {
      const made = element("button", {type: "button", class: "plain", "aria-label": `${words}: ${chartOf(part).title}`}, words);
      made.addEventListener("click", () => action(chartOf(part)));
      return made;
    };
    part.querySelector(".source").after(element("p", {class: "shares"},
      button("Cite, link or embed", (chart) => open(chart)), button("PNG", savePng), button("CSV", saveFigures)));
    part.querySelector("table")?.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (!cell?.querySelector("data")) { return; }
      const chart = chartOf(part);
      open(chart, cellsOf(chart).find((one) => one.cell === cell)?.key);
    });
  }
}());
