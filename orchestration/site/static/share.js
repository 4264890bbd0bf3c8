// Citation, link, card to embed and picture of every chart, and of every figure of its table.
(function () {
  "use strict";
  const release = document.querySelector(".stamp code")?.textContent ?? "";
  const address = location.href.replace(/[?#].*$/, "");
  const css = getComputedStyle(document.documentElement);

  // ---- what is shared: a chart, or one figure of its table
  function chartOf(part) {
    const table = document.getElementById(part.querySelector("[data-table]")?.dataset.table), heading = part.querySelector("h1, h3, figcaption");
    return {
      part, table, id: heading.id, title: heading.textContent, unit: part.querySelector(".unit")?.textContent ?? "",
      source: part.querySelector(".source").textContent.replace(/\s+/g, " ").replace(/ Lines with words are .*$/, "").trim(),
    };
  }

  function cellsOf(chart) {
    if (!chart.table) { return []; }
    const heads = [...chart.table.tHead.rows[0].cells], times = new Map();
    // The address of a figure has the words of its row and column, so that it survives new years and publishers.
    const keyOf = (words) => {
      const key = words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-"), count = (times.get(key) ?? 0) + 1;
      times.set(key, count);
      return count > 1 ? `${key}~${count}` : key;
    };
    return [...chart.table.tBodies[0].rows].flatMap((row) => [...row.cells].slice(1).map((cell, c) => {
      const figure = cell.querySelector("data"), mark = cell.querySelector("abbr");
      if (!figure) { return null; }
      return {
        cell, key: keyOf(`${row.cells[0].textContent} ${heads[c + 1].textContent}`),
        name: `${row.cells[0].textContent}, ${heads[c + 1].textContent}`, exact: figure.value,
        shown: `${figure.textContent} ${chart.table.dataset.unit}`, status: mark ? mark.title : "",
        source: `Source: ${cell.dataset.origin ?? originOf(heads[c + 1].dataset.origin ?? row.cells[0].dataset.origin, cell.dataset.vintage)}.`,
      };
    })).filter(Boolean);
  }

  function originOf(origin, vintage) { return vintage ? origin.replace(/, vintage [^;]*/g, `, vintage ${vintage}`) : origin; }

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

  // ---- the dialog
  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function copyable(words, text) {
    const box = make("textarea", {readOnly: true, rows: 3, value: text});
    const button = make("button", {type: "button", textContent: "Copy"});
    button.addEventListener("click", () => {
      box.select();
      const done = () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy"; }, 2000); };
      if (navigator.clipboard) { navigator.clipboard.writeText(box.value).then(done, () => document.execCommand("copy") && done()); }
      else if (document.execCommand("copy")) { done(); }
    });
    return make("div", {className: "copyable"}, make("label", {}, words, box), button);
  }

  let dialog;
  function open(chart, key) {
    dialog?.remove();
    const cells = cellsOf(chart);
    const choice = make("select", {}, make("option", {value: "", textContent: "The whole chart"}),
      ...cells.map((cell) => make("option", {value: cell.key, textContent: `${cell.name}: ${cell.shown}`})));
    choice.value = key ?? "";
    const fields = make("div", {}), close = make("button", {type: "button", textContent: "Close"});
    const heading = make("h2", {id: "share-title", textContent: chart.title});
    dialog = make("dialog", {className: "share"}, heading, make("label", {}, "What to share", choice), fields, close);
    dialog.setAttribute("aria-labelledby", "share-title");
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
  const XML = "http://www.w3.org/2000/svg", WIDE = 16, FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
  const measure = document.createElement("canvas").getContext("2d");

  function wrapped(text, size, weight, width) {
    measure.font = `${weight} ${size}px ${FONT}`;
    const lines = [""];
    for (const word of text.split(/\s+/)) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (measure.measureText(longer).width <= width || !lines.at(-1)) { lines[lines.length - 1] = longer; } else { lines.push(word); }
    }
    return lines;
  }

  function node(tag, attributes, ...children) {
    const element = document.createElementNS(XML, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

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
    const marks = chart.part.querySelector("svg.marks"), drawn = marks ?? chart.part.querySelector("#map-drawing svg"), box = drawn.getBoundingClientRect();
    const width = Math.max(box.width, 320) + 2 * WIDE, root = node("svg", {xmlns: XML, "font-family": FONT});
    const background = node("rect", {width, fill: "var(--page)"}), patterns = document.querySelector("#patterns defs");
    root.append(...(patterns ? [patterns.cloneNode(true)] : []), background);
    let y = WIDE;
    const write = (text, size, weight, colour, left = 0) => wrapped(text, size, weight, width - 2 * WIDE - left).forEach((line) => {
      y += size * 1.35;
      root.append(node("text", {x: WIDE + left, y: y - size * 0.35, "font-size": size, "font-weight": weight, fill: `var(--${colour})`}, line));
    });
    write(chart.title, 17, 700, "text");
    write(chart.unit, 13, 400, "quiet");
    y += 6;
    for (const item of chart.part.querySelectorAll(".legend li, .classes li")) {
      root.append(node("g", {transform: `translate(${WIDE} ${y + 4})`}, ...styled(item.querySelector("svg")).childNodes));
      write(item.querySelector("span").textContent, 13, 400, "text", 42);
    }
    y += 8;
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

  function save(blob, name) {
    const link = make("a", {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function nameOf(chart, suffix) { return `bilateral-${location.pathname.replace(/^.*\/|\.html$/g, "")}-${chart.id}.${suffix}`; }

  function saveSvg(chart) { save(new Blob([picture(chart).text], {type: "image/svg+xml"}), nameOf(chart, "svg")); }

  async function savePng(chart) {
    const made = picture(chart), image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(made.text)}`;
    await image.decode();
    const canvas = make("canvas", {width: made.width * 2, height: made.height * 2});
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, nameOf(chart, "png")), "image/png");
  }

  // ---- a card: one part of the page, or one figure, alone
  function showCard(id, key) {
    const heading = document.getElementById(id), part = heading?.closest(".part");
    if (!part) { return; }
    const chart = chartOf(part), cell = key && cellsOf(chart).find((one) => one.key === key);
    const whole = make("a", {href: `${address}#${id}`, textContent: `Bilateral, release ${release}`, target: "_top"});
    const card = make("main", {id: "main", className: "wide card"});
    if (cell) {
      card.append(make("p", {className: "value", textContent: cell.shown}),
        make("h1", {}, `${chart.title}: ${cell.name}${cell.status ? ` (${cell.status})` : ""}`),
        make("p", {className: "source", textContent: cell.source}));
    } else {
      card.append(part);
      if (heading.tagName === "H3") { heading.replaceWith(make("h1", {id, textContent: chart.title})); }
    }
    card.append(make("p", {className: "source"}, whole));
    const kept = ["events", "patterns"].map((name) => document.getElementById(name)).filter(Boolean);
    document.body.replaceChildren(card, ...kept);
    document.documentElement.classList.add("framed");
  }

  const asked = new URLSearchParams(location.search);
  if (asked.has("card")) { showCard(asked.get("card"), asked.get("figure")); }

  for (const part of document.querySelectorAll(".part")) {
    if (!part.querySelector("[data-table], #map-drawing")) { continue; }
    const button = (words, action) => {
      const made = make("button", {type: "button", className: "plain", textContent: words});
      made.setAttribute("aria-label", `${words}: ${chartOf(part).title}`);
      made.addEventListener("click", () => action(chartOf(part)));
      return made;
    };
    part.querySelector(".source").after(make("p", {className: "shares"},
      button("Cite, link or embed", (chart) => open(chart)), button("PNG", savePng), button("SVG", saveSvg)));
    part.querySelector("table")?.addEventListener("click", (event) => {
      const cell = event.target.closest("td");
      if (!cell?.querySelector("data")) { return; }
      const chart = chartOf(part);
      open(chart, cellsOf(chart).find((one) => one.cell === cell)?.key);
    });
  }
}());
