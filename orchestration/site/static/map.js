// World map of one year's figures: classes by fifths, hatching for no figure, dots for small economies.
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg", CLASSES = 5;
  let drawing = null, touched = "";

  function svg(name, attributes, ...children) {
    const one = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => one.setAttribute(key, value));
    one.append(...children);
    return one;
  }

  // Upper bounds of the classes: quantiles of the values, without repeated ones.
  function bounds(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const upper = Array.from({length: CLASSES}, (_, at) => sorted[Math.ceil((at + 1) * sorted.length / CLASSES) - 1]);
    return sorted.length ? [...new Set(upper)] : [];
  }

  function hatch(id, path) {
    return svg("pattern", {id, width: 8, height: 8, patternUnits: "userSpaceOnUse"}, svg("path", {d: path, class: "hatch"}));
  }

  // The empty map: every economy once, as a shape and, where it is small, as a dot.
  function prepare(box) {
    const world = bilateral.world, places = new Map();
    const root = svg("svg", {viewBox: world.box.join(" "), role: "group", "aria-labelledby": "map-title", "aria-describedby": "map-rules"});
    root.append(svg("defs", {}, hatch("no-figure", "M-2 2L2-2M0 8L8 0M6 10L10 6"), hatch("withheld", "M0 0L8 8M0 8L8 0")));
    root.append(svg("path", {d: world.others, class: "area other"}));
    const codes = new Set([...Object.keys(world.paths), ...Object.keys(world.dots)]);
    codes.forEach((code) => {
      const shapes = svg("g", {class: "shapes"});
      if (world.paths[code]) { shapes.append(svg("path", {d: world.paths[code]})); }
      if (world.dots[code]) { shapes.append(svg("circle", {cx: world.dots[code][0], cy: world.dots[code][1], r: 6})); }
      places.set(code, shapes);
    });
    const tip = bilateral.element("div", {class: "map-tip", hidden: true, "aria-hidden": "true"});
    box.replaceChildren(root, tip);
    const order = [...places.keys()].sort((a, b) => (a in world.dots) - (b in world.dots));  // dots lie above shapes
    return {box, root, tip, places, order};
  }

  function show(one, label) {
    const frame = drawing.box.getBoundingClientRect(), at = one.getBoundingClientRect(), tip = drawing.tip;
    tip.textContent = label;
    tip.hidden = false;
    const left = at.left + at.width / 2 - frame.left - tip.offsetWidth / 2;
    tip.style.left = Math.max(0, Math.min(frame.width - tip.offsetWidth, left)) + "px";
    tip.style.top = Math.max(0, at.top - frame.top - tip.offsetHeight - 6) + "px";
  }

  // Draws rows of {code, name, figure, rank}, all of countries; the arrow keys pass through them in this order.
  function drawMap(box, legend, rows, year, folder = "../economies/") {
    drawing = drawing || {...prepare(box), folder};
    const held = new Map(rows.map((row) => [row.code, row])), shown = new Map();
    const values = rows.filter((row) => row.figure.value !== null).map((row) => row.figure.value), upper = bounds(values);
    const focused = document.activeElement.dataset.code;
    drawing.root.querySelectorAll(".economy").forEach((one) => one.remove());
    drawing.tip.hidden = true;
    drawing.order.forEach((code) => {
      const one = economy(code, held.get(code), kindOf(held.get(code), upper), year);
      drawing.root.append(one);
      if (held.has(code)) { shown.set(code, one); }
    });
    const order = rows.map((row) => shown.get(row.code)).filter(Boolean);
    if (order.length) { (shown.get(focused) || order[0]).setAttribute("tabindex", "0"); }
    if (shown.has(focused)) { shown.get(focused).focus(); }
    drawing.root.onkeydown = (event) => step(event, order);
    drawLegend(legend, upper, values, rows);
  }

  function kindOf(row, upper) {
    if (row && row.figure.value !== null) { return `class-${upper.findIndex((one) => row.figure.value <= one) + 1} of-${upper.length}`; }
    return row && row.figure.word === bilateral.words.noValue.Q ? "withheld" : "no-figure";
  }

  // One economy of the map; with a row it has a label, and with a page it is a link.
  function economy(code, row, kind, year) {
    const isLink = row && bilateral.words.pages.includes(code);
    const one = svg(isLink ? "a" : "g", {class: `economy area ${kind}`, "data-code": code}, drawing.places.get(code));
    if (!row) { return one; }
    const {value, unit, word, mark, quotation} = row.figure;
    const figure = value === null ? word : bilateral.readable(value, unit, unit.phrase, quotation) + (mark ? ` (${word})` : "");
    const label = `${row.name}: ${figure}, ${year}${row.rank ? `, rank ${row.rank}` : ""}`;
    const given = {"aria-label": label, tabindex: "-1", ...(isLink ? {href: `${drawing.folder}${code}.html`} : {role: "img"})};
    Object.entries(given).forEach(([name, value]) => one.setAttribute(name, value));
    ["pointerenter", "focus"].forEach((name) => one.addEventListener(name, () => show(one, label)));
    ["pointerleave", "blur"].forEach((name) => one.addEventListener(name, () => { drawing.tip.hidden = true; }));
    // a finger sees the figure first and follows the link with a second touch
    one.addEventListener("pointerdown", (event) => { one.dataset.touched = event.pointerType === "touch" && touched !== code ? "first" : ""; touched = code; });
    one.addEventListener("click", (event) => { if (one.dataset.touched) { event.preventDefault(); show(one, label); } });
    return one;
  }

  function step(event, order) {
    const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}, ends = {Home: order[0], End: order.at(-1)};
    const place = order.indexOf(document.activeElement);
    const next = ends[event.key] || (steps[event.key] && order[place + steps[event.key]]);
    if (!next || place < 0) { return; }
    event.preventDefault();
    order[place].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  function drawLegend(legend, upper, values, rows) {
    const entry = (kind, words) => {
      const box = svg("svg", {viewBox: "0 0 24 14", width: 24, height: 14, "aria-hidden": "true"});
      box.append(svg("g", {class: "area " + kind}, svg("rect", {width: 24, height: 14})));
      return bilateral.element("li", {}, box, bilateral.element("span", {}, words));
    };
    const entries = upper.map((bound, at) => {
      const unit = rows[0].figure.unit, inside = values.filter((one) => one <= bound && (at === 0 || one > upper[at - 1]));
      const [low, high] = [Math.min(...inside), bound].map((one) => bilateral.readable(one, unit, ""));
      return entry(`class-${at + 1} of-${upper.length}`, `${low === high ? high : `${low} to ${high}`} ${unit.phrase}`.trim());
    });
    if (rows.some((row) => row.figure.word === bilateral.words.noValue.Q)) { entries.push(entry("withheld", bilateral.words.noValue.Q)); }
    entries.push(entry("no-figure", "no figure"));
    legend.replaceChildren(...entries);
  }

  Object.assign(bilateral, {drawMap});
}());
