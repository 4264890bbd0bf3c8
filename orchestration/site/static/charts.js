// Charts of the tables of a page as SVG: what is drawn is what the table says. Colours come from the style sheet.
(function () {
  "use strict";
  const HEIGHT = 300, LOWEST = 110, TOP = 16, BOTTOM = 26, LINE = 15, ROW = 28, BAR = 42;
  const pen = document.createElement("canvas").getContext("2d");
  const SMALL = "600 12.5px", node = bilateral.drawn, {element} = bilateral;

  function widthOf(words, font = SMALL) {
    pen.font = `${font} ${getComputedStyle(document.body).fontFamily}`;
    return pen.measureText(words).width;
  }

  // Words as lines that fit a width.
  function wrapped(words, space, font = SMALL) {
    return words.split(/\s+/).reduce((lines, word) => {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (widthOf(longer, font) <= space || !lines.at(-1)) { lines[lines.length - 1] = longer; } else { lines.push(word); }
      return lines;
    }, [""]);
  }

  function readTable(table) {
    const divisor = Number(table.dataset.divisor);
    const series = [...table.tHead.rows[0].cells].slice(1).map((head) => ({
      name: head.textContent, place: Number(head.dataset.colour), flow: head.dataset.flow ?? "", basis: head.dataset.basis ?? "", points: [],
    }));
    for (const row of table.tBodies[0].rows) {
      [...row.cells].slice(1).forEach((cell, place) => {
        if (cell.className !== "none") { series[place].points.push({head: row.cells[0].textContent, year: Number(row.cells[0].textContent), ...readCell(cell, divisor)}); }
      });
    }
    series.forEach((one) => one.points.sort((a, b) => a.year - b.year));
    return series;
  }

  function readCell(cell, divisor) {
    const figure = cell.querySelector("data"), mark = cell.querySelector("abbr"), word = mark ? mark.title : "";
    if (!figure) { return {value: null, shown: "", word: cell.textContent}; }
    return {
      value: mark?.textContent.startsWith("U") ? null : Number(figure.value) / divisor, shown: figure.textContent, word, edition: cell.dataset.vintage ?? "",
      sign: mark ? mark.textContent.replace(/[^B!]/g, "") : "", isPartial: word.startsWith("part of the year"),
    };
  }

  // The colour of an economy where the series is about one, else that of its place.
  function colourOf(series) { return series.colour ?? (/^[A-Z]{3}$/.test(series.flow) ? `var(--${series.flow}, var(--series-${series.place}))` : `var(--series-${series.place})`); }
  function isEstimate(series) { return series.basis === "balanced"; }

  function eventsOf(box) {
    const all = JSON.parse(document.getElementById("events")?.textContent ?? "[]"), numbers = new Set((box.dataset.events ?? "").split(" ").map(Number));
    return all.filter((one) => numbers.has(one.number));
  }

  function ticksOf(low, high) {
    const raw = (high - low || 1) / 5, power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].find((factor) => factor * power >= raw) * power;
    const ticks = [];
    for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) { ticks.push(Math.abs(at) < step / 1e6 ? 0 : at); }
    return ticks;
  }

  function tickWords(value, step) { return value.toLocaleString("en-GB", {maximumFractionDigits: Math.max(0, Math.ceil(-Math.log10(step)))}).replace("-", "\u2212"); }

  // Places for labels near their lines, none over another: pushed down, then up where the chart ends.
  function spread(labels, low, high) {
    labels.sort((a, b) => a.y - b.y);
    labels.forEach((label, place) => { if (place) { label.y = Math.max(label.y, labels[place - 1].y + labels[place - 1].height); } });
    let limit = high;
    for (const label of [...labels].reverse()) { label.y = Math.max(low, Math.min(label.y, limit - label.height)); limit = label.y; }
    labels.forEach((label, place) => { if (place) { label.y = Math.max(label.y, labels[place - 1].y + labels[place - 1].height); } });
  }

  // ---- a chart of lines over years, each with its name and newest figure at its end
  function lines(box, series, height) {
    const width = box.clientWidth, isNarrow = width < 560, gap = Number(box.dataset.until ?? 0), events = eventsOf(box);
    const held = series.flatMap((one) => one.points), years = held.map((point) => point.year), values = held.map((point) => point.value).filter((value) => value !== null);
    const first = Math.min(...years), newest = Math.max(...years), last = Math.max(newest + (held.some((point) => point.isPartial && point.year === newest) ? 0.5 : 0), gap), low = Math.min(0, ...values), high = Math.max(0, ...values) || 1;
    const ticks = ticksOf(low, high), step = ticks[1] - ticks[0] || 1, left = 10 + Math.max(...ticks.map((tick) => widthOf(tickWords(tick, step))));
    const isAlone = series.length === 1 && !box.dataset.gap, space = Math.min(isNarrow ? width * 0.34 : 210, 16 + Math.max(...series.map((one) => widthOf(isAlone ? "000.00 in 0000" : one.name))));
    const beside = Math.max(8, space + 12 - (last - newest) / (last - first || 1) * (width - left - space) * 0.98);
    const right = width - beside, x = (year) => left + 6 + (year - first) / (last - first || 1) * (right - left - 12);
    const labels = labelsOf(series, space, isAlone), words = box.dataset.gap ? wrapped(box.dataset.gap, space) : [];
    const needed = labels.reduce((sum, label) => sum + label.height, 0) + words.length * LINE, size = Math.max(height, Math.min(needed + TOP + BOTTOM, 900));
    const y = (value) => size - BOTTOM - (value - low) / (high - low) * (size - BOTTOM - TOP);
    const drawing = node("svg", {class: "marks", width, height: size, viewBox: `0 0 ${width} ${size}`, role: "img", tabindex: 0, "aria-label": `${box.dataset.words ?? ""}; the figures are in the table below`});
    for (const tick of ticks) {
      drawing.append(node("line", {class: tick === 0 ? "zero" : "grid", x1: left, x2: right, y1: y(tick), y2: y(tick)}), node("text", {class: "tick", x: left - 5, y: y(tick) + 4, "text-anchor": "end"}, tickWords(tick, step)));
    }
    yearTicks(first, last, right - left).forEach((year) => drawing.append(node("text", {class: "tick", x: x(year), y: size - 6, "text-anchor": "middle"}, String(year))));
    const band = (from, to) => drawing.append(node("rect", {fill: "url(#hatch)", x: from, y: TOP, width: Math.max(0, to - from), height: size - BOTTOM - TOP}));
    if (gap > newest) { band(x(Number(box.dataset.since) + 0.5), x(gap)); }
    new Set(held.filter((point) => point.isPartial).map((point) => point.year)).forEach((year) => band(x(year - 0.5), Math.min(x(year + 0.5), right)));
    const marked = node("g", {class: "events", display: "none"}, ...events.map((one) => node("line", {x1: x(one.year), x2: x(one.year), y1: TOP, y2: size - BOTTOM})));
    drawing.append(marked, ...series.flatMap((one) => line(one, x, y, size)));
    labels.forEach((label) => { label.y = y(label.point.value) - 8; label.x = Math.max(x(label.point.year) + 9, Math.min(x(newest) + 9, width - space)); });
    if (words.length) { labels.push({y: TOP + (size - TOP - BOTTOM) * 0.45, x: x(newest) + 14, height: words.length * LINE + 6, words, colour: "var(--text)", figure: -1}); }
    spread(labels, TOP - 6, size - BOTTOM + 6);
    labels.forEach((label) => drawing.append(labelled(label, x, y)));
    return {drawing, x, years: [...new Set([...years, ...events.map((one) => one.year)])].sort((a, b) => a - b), events, marked};
  }

  // The newest figure of a whole year, or of a part of one where there is no other.
  function ending(series) {
    const held = series.points.filter((point) => point.value !== null);
    return held.filter((point) => !point.isPartial).at(-1) ?? held.at(-1);
  }

  function labelsOf(series, space, isAlone) { // the title names a line that is alone
    return series.flatMap((one) => {
      const point = ending(one);
      const words = point ? [...(isAlone ? [] : wrapped(one.name, space)), `${point.shown} in ${point.year}`] : [];
      return point ? [{point, words, colour: colourOf(one), height: words.length * LINE + 5, figure: words.length - 1}] : [];
    });
  }

  function labelled(label, x, y) {
    const text = node("text", {class: "label", x: label.x, y: label.y + 12});
    label.words.forEach((words, place) => text.append(node("tspan", {x: label.x, dy: place ? LINE : 0, fill: place === label.figure ? "var(--quiet)" : label.colour, "font-weight": place === label.figure ? 400 : 600}, words)));
    if (!label.point || (Math.abs(label.y + 8 - y(label.point.value)) < 14 && label.x - x(label.point.year) < 20)) { return text; }
    return node("g", {}, node("polyline", {class: "leader", stroke: label.colour, points: `${x(label.point.year) + 5},${y(label.point.value)} ${label.x - 5},${label.y + 8}`}), text);
  }

  function yearTicks(first, last, width) {
    const step = [1, 2, 5, 10, 20, 50].find((years) => (last - first) / years * 46 <= width) ?? 100, ticks = [];
    for (let year = Math.ceil(first / step) * step; year <= last; year += step) { ticks.push(year); }
    return ticks.length ? ticks : [first];
  }

  // A line is thinner where the edition changes, dotted across years without a figure, and broken at a withheld one.
  function line(series, x, y, size) {
    const colour = colourOf(series), drawn = series.points.filter((point) => point.value !== null), made = [];
    drawn.forEach((point, place) => {
      const before = drawn[place - 1], withheld = before && series.points.some((other) => other.value === null && other.year > before.year && other.year < point.year);
      if (before && !withheld) {
        const kind = point.year - before.year > 1 ? "gap" : isEstimate(series) ? "estimate" : before.edition !== point.edition ? "link" : "line";
        made.push(node("line", {class: kind, stroke: colour, x1: x(before.year), y1: y(before.value), x2: x(point.year), y2: y(point.value)}));
      }
      const isEnd = place === drawn.length - 1, radius = isEstimate(series) ? 1.6 : isEnd ? 4 : 2.4;
      made.push(node("circle", {class: "point", cx: x(point.year), cy: y(point.value), r: radius, fill: point.isPartial ? "var(--page)" : colour, stroke: colour}));
      if (point.sign) { made.push(node("text", {class: "sign", x: x(point.year), y: y(point.value) - 6, fill: colour, "text-anchor": "middle"}, point.sign)); }
    });
    series.points.filter((point) => point.word === "suppressed").forEach((point) => made.push(node("text", {class: "sign", x: x(point.year), y: size - BOTTOM - 3, fill: colour, "text-anchor": "middle"}, "S")));
    return made;
  }

  // Names of series in as many lines as the width needs.
  function keysOf(series, width) {
    let x = 0, y = 12;
    return series.map((one) => {
      const words = `${isEstimate(one) ? "\u25c7" : "\u25cf"} ${one.name}`, wide = widthOf(words) + 18;
      [x, y] = x && x + wide > width + 18 ? [wide, y + 16] : [x + wide, y];
      return {one, words, x: x - wide, y};
    });
  }

  // ---- a row for each year with the reports of both sides, and the estimate between them
  function range(box, series) {
    const width = box.clientWidth, keys = keysOf(series, width), rows = [...new Set(series.flatMap((one) => one.points.map((point) => point.year)))].sort((a, b) => a - b), top = keys.at(-1).y + 12, size = top + rows.length * ROW + 26;
    const values = series.flatMap((one) => one.points.map((point) => point.value)).filter((value) => value !== null), spare = (Math.max(...values) - Math.min(...values)) * 0.12 || Math.max(...values) * 0.1;
    const low = Math.max(0, Math.min(...values) - spare), high = Math.max(...values) + spare, left = 44 + 34, right = width - 44, x = (value) => left + (value - low) / (high - low) * (right - left);
    const drawing = node("svg", {class: "marks", width, height: size, viewBox: `0 0 ${width} ${size}`, role: "img", "aria-label": `${box.dataset.words ?? ""}; the figures are in the table below`});
    const ticks = ticksOf(low, high);
    ticks.forEach((tick) => drawing.append(node("line", {class: "grid", x1: x(tick), x2: x(tick), y1: top - 4, y2: size - 22}), node("text", {class: "tick", x: x(tick), y: size - 7, "text-anchor": "middle"}, tickWords(tick, ticks[1] - ticks[0] || 1))));
    keys.forEach(({one, words, x: from, y}) => drawing.append(node("text", {class: "label", x: from, y, fill: isEstimate(one) ? "var(--quiet)" : colourOf(one), "font-weight": 600}, words)));
    rows.forEach((year, place) => {
      const y = top + place * ROW + ROW / 2, held = series.map((one) => ({one, point: one.points.find((point) => point.year === year && point.value !== null)})).filter((row) => row.point);
      const reports = held.filter((row) => !isEstimate(row.one)).sort((a, b) => a.point.value - b.point.value);
      drawing.append(node("text", {class: "label", x: 0, y: y + 4, "font-weight": 600, fill: "var(--text)"}, String(year)));
      if (reports.length > 1) { drawing.append(node("line", {class: "between", x1: x(reports[0].point.value), x2: x(reports.at(-1).point.value), y1: y, y2: y})); }
      held.filter((row) => isEstimate(row.one)).forEach((row) => drawing.append(node("path", {class: "diamond", d: `M${x(row.point.value)} ${y - 5}l5 5l-5 5l-5-5z`})));
      reports.forEach((row, order) => {
        const isLeft = order === 0 && reports.length > 1;
        drawing.append(node("circle", {cx: x(row.point.value), cy: y, r: 5.5, fill: colourOf(row.one)}),
          node("text", {class: "label", x: x(row.point.value) + (isLeft ? -10 : 10), y: y + 4, "text-anchor": isLeft ? "end" : "start", fill: colourOf(row.one), "font-weight": 600}, row.point.shown));
      });
    });
    return {drawing};
  }

  // ---- bars, each with its name and figure above it
  function bars(box, series) {
    const name = series.length > 1 ? (point, one) => `${point.head}, ${one.name}` : (point) => point.head;
    const rows = series.flatMap((one) => one.points.filter((point) => point.value !== null).map((point) => ({value: point.value, words: name(point, one), shown: point.shown})));
    const width = box.clientWidth, size = rows.length * BAR + 4, low = Math.min(0, ...rows.map((row) => row.value)), high = Math.max(0, ...rows.map((row) => row.value)) || 1;
    const x = (value) => (value - low) / (high - low) * (width - 2);
    const drawing = node("svg", {class: "marks", width, height: size, viewBox: `0 0 ${width} ${size}`, role: "img", "aria-label": `${box.dataset.words ?? ""}; the figures are in the table below`});
    rows.forEach((row, place) => {
      const y = place * BAR, shown = node("tspan", {"font-weight": 600}, row.shown);
      const words = wrapped(row.words, width - widthOf(row.shown) - 24);
      drawing.append(node("text", {class: "label", x: 0, y: y + 14, fill: "var(--text)"}, shown, `  ${words[0]}${words.length > 1 ? "\u2026" : ""}`),
        node("rect", {x: Math.min(x(0), x(row.value)), y: y + 20, width: Math.max(1, Math.abs(x(row.value) - x(0))), height: 12, fill: "var(--quiet)"}));
    });
    return {drawing};
  }

  // ---- reading: all figures of the year nearest to the pointer, or of the next one by the arrow keys
  function follow(box, table, series, chart) {
    const tip = element("div", {class: "tip", hidden: true}), cursor = element("div", {class: "tip-line", hidden: true});
    let at = chart.years.length;
    const hide = () => { tip.hidden = cursor.hidden = true; };
    const show = (place) => {
      at = Math.max(0, Math.min(chart.years.length - 1, place));
      const year = chart.years[at], x = chart.x(year), isLeft = x < box.clientWidth / 2;
      say(tip, year, series, table.dataset.unit, chart.events);
      Object.assign(cursor.style, {left: `${x}px`});
      Object.assign(tip.style, {left: isLeft ? `${x + 12}px` : "", right: isLeft ? "" : `${box.clientWidth - x + 12}px`});
      tip.hidden = cursor.hidden = false;
    };
    chart.drawing.addEventListener("pointermove", (event) => {
      const x = event.clientX - chart.drawing.getBoundingClientRect().left;
      show(chart.years.reduce((best, year, place) => (Math.abs(chart.x(year) - x) < Math.abs(chart.x(chart.years[best]) - x) ? place : best), 0));
    });
    chart.drawing.addEventListener("keydown", (event) => {
      const move = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (move) { event.preventDefault(); show(at + move); } else if (event.key === "Escape") { hide(); }
    });
    ["pointerleave", "blur"].forEach((name) => chart.drawing.addEventListener(name, hide));
    box.append(cursor, tip);
  }

  function say(tip, year, series, unit, events) {
    const list = element("ul"), head = element("b", {}, `${year}, ${unit}`);
    const row = (words, colour) => {
      const item = element("li", {}, words);
      if (colour) { item.style.borderLeft = `4px solid ${colour}`; }
      list.append(item);
    };
    for (const one of series) {
      const point = one.points.find((held) => held.year === year);
      if (point) { row(`${one.name}: ${[point.shown, point.word].filter(Boolean).join(", ")}`, colourOf(one)); }
    }
    events.filter((one) => one.year === year).forEach((one) => row(one.title));
    tip.replaceChildren(head, list);
  }

  function hatch() {
    const svg = node("svg", {id: "patterns", width: 0, height: 0, "aria-hidden": "true"}, node("defs", {}, node("pattern", {id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"},
      node("rect", {width: 1.4, height: 7, fill: "var(--hatch)"}))));
    document.body.append(svg);
  }

  // Draws one chart from the table that its box names, for the width that the box has.
  function drawTable(box, height = box.dataset.until ? 400 : HEIGHT) {
    const table = document.getElementById(box.dataset.table), all = readTable(table), kind = box.dataset.kind;
    if (!box.checkVisibility() || !box.clientWidth) { return; }
    widths.set(box, box.clientWidth);
    const series = kind === "bars" ? all : all.filter((one) => one.place && one.points.some((point) => point.value !== null));
    if (!series.length) { box.textContent = "No figure of normal reliability; the table has all."; return; }
    if (series.length === 1 && !series[0].flow) { series[0].colour = "var(--quiet)"; } // one line needs no colour
    box.dataset.words = table.caption.textContent;
    const chart = {lines, range, bars}[kind](box, series, height);
    box.replaceChildren(chart.drawing);
    const root = document.documentElement, over = root.scrollHeight - root.clientHeight;
    if (root.classList.contains("framed") && kind === "lines" && height >= HEIGHT && over > 0) { drawTable(box, Math.max(LOWEST, Math.min(height - over, HEIGHT - 1))); return; }
    if (kind === "lines") { follow(box, table, series, chart); eventButton(box, chart); }
  }

  // Events are off until a reader wants them.
  function eventButton(box, chart) {
    const part = box.closest(".part"), row = part?.querySelector(".shares");
    if (!chart.events.length || !row) { return; }
    const button = row.querySelector(".toggle") ?? row.appendChild(element("button", {type: "button", class: "plain toggle"}, "Events"));
    button.setAttribute("aria-pressed", "false");
    button.onclick = () => {
      const isOn = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(isOn));
      chart.marked.setAttribute("display", isOn ? "inline" : "none");
    };
  }

  const widths = new WeakMap(), drawAll = (root) => root.querySelectorAll("[data-table]").forEach((box) => { if (widths.get(box) !== box.clientWidth) { drawTable(box); } });
  const observer = new ResizeObserver((changes) => changes.forEach(({target}) => { if (widths.has(target) && widths.get(target) !== target.clientWidth) { drawTable(target); } }));

  hatch();
  drawAll(document);
  document.querySelectorAll("[data-table]").forEach((box) => observer.observe(box));
  document.addEventListener("toggle", (event) => drawAll(event.target), true); // a chapter is drawn when a reader opens it
  document.documentElement.dataset.drawn = "all";
  Object.assign(bilateral, {drawTable, wrapped, colourOf});
}());
