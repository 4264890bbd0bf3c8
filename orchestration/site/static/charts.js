// Charts of the tables of a page, with Vega-Lite: what is drawn is what the table says. Colours come from the style sheet.
const DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [10, 4], [4, 2, 1, 2], [1, 3], [12, 3, 3, 3]];
const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"];
const LINES = 260, LOWEST = 110, BAR = 44, APART = 36;
const look = {
  background: "transparent",
  font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  padding: {left: 2, right: 8, top: 8, bottom: 2},
  mark: {aria: false},
  view: {stroke: null},
  text: {color: "var(--text)", fontSize: 12},
  axis: {
    aria: false, labelColor: "var(--quiet)", titleColor: "var(--quiet)", gridColor: "var(--line)", domainColor: "var(--line)",
    tickColor: "var(--line)", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400,
  },
  axisY: {domain: false, ticks: false, labelPadding: 6},
};
const fitted = {width: "container", autosize: {type: "fit-x", contains: "padding"}};
const schema = "https://vega.github.io/schema/vega-lite/v6.json";

// Draws one specification into a box; the promise has the view of Vega.
function draw(box, spec) {
  return vegaEmbed(box, {$schema: schema, ...spec}, {
    actions: false, renderer: "svg", ast: true, defaultStyle: false, config: look,
    tooltip: {disableDefaultStyle: true}, hover: false,
  });
}

// A chart of lines over years.
// series: [{name, colour, shape, flow, basis, points: [{year, value, shown, word, isPartial}]}] with colours and shapes from 1 to 8;
// a value is in the unit of the axis, or null where the word says why there is none. events: [{year, title}].
function lines({series, events = [], description = ""}) {
  const points = series.flatMap((one, s) => filled(one.points).map((point) => ({
    s, year: point.year, value: point.isUnreliable ? null : point.value ?? null, sign: point.sign ?? "", withheld: point.value == null && point.word === "suppressed",
  })));
  const years = points.map((point) => point.year), first = Math.min(...years), last = Math.max(...years);
  const ids = series.map((_, s) => s);
  const by = (range) => ({field: "s", type: "nominal", legend: null, scale: {domain: ids, range}});
  const colour = by(series.map((one) => `var(--series-${one.colour})`));
  const encoding = {
    x: {
      field: "year", type: "quantitative",
      scale: {domain: [first, last], zero: false, nice: false, padding: 14},
      axis: {format: "d", tickMinStep: 1, title: null, grid: false, labelFlush: false, labelSeparation: 8},
    },
    y: {field: "value", type: "quantitative", axis: {title: null}},
  };
  const layer = [
    {
      mark: {type: "line", invalid: "break-paths-show-domains", strokeWidth: 2},
      encoding: {color: colour, strokeDash: by(series.map((one) => DASHES[one.shape - 1])), detail: {field: "s"}},
    },
    {
      mark: {type: "point", filled: true, size: 36, opacity: 1},
      encoding: {color: colour, shape: by(series.map((one) => SHAPES[one.shape - 1]))},
    },
  ];
  if (points.some((point) => point.sign)) {
    layer.push({
      transform: [{filter: "datum.sign != '' && isValid(datum.value)"}],
      mark: {type: "text", fontWeight: "bold", baseline: "bottom", dy: -5},
      encoding: {color: colour, text: {field: "sign"}},
    });
  }
  if (points.some((point) => point.withheld)) {
    layer.push({
      transform: [{filter: "datum.withheld"}],
      mark: {type: "text", text: "S", fontWeight: "bold", baseline: "bottom"},
      encoding: {color: colour, y: {value: {expr: "height - 2"}, type: "quantitative"}},
    });
  }
  const drawn = {data: {values: points}, encoding, layer};
  const behind = [...partialYears(series), ...eventMarks(events, last - first), ...ranges(series)];
  return {...fitted, description, height: globalThis.bilateral.chartHeight ?? LINES, layer: [...behind, drawn]};
}

// The points of a series with an empty one for every year between its ends that has none, so that the line breaks there.
function filled(points) {
  const held = new Map(points.map((point) => [point.year, point])), years = [...held.keys()];
  const first = Math.min(...years), length = Math.max(...years) - first + 1;
  return Array.from({length}, (_, step) => held.get(first + step) ?? {year: first + step});
}

// Years of which a series has only a part, hatched.
function partialYears(series) {
  const years = [...new Set(series.flatMap((one) => one.points.filter((point) => point.isPartial).map((point) => point.year)))];
  if (!years.length) { return []; }
  const values = years.map((year) => ({from: year - 0.5, to: year + 0.5, year, words: "part of the year"}));
  const x = {field: "from", type: "quantitative"};
  return [
    {data: {values}, mark: {type: "rect", fill: "url(#hatch)", clip: true}, encoding: {x, x2: {field: "to"}}},
    {
      data: {values},
      mark: {type: "text", angle: 270, align: "right", baseline: "top", dx: -4, dy: -14, fontSize: 11, color: "var(--quiet)"},
      encoding: {x: {field: "year", type: "quantitative"}, y: {value: 0}, text: {field: "words"}},
    },
  ];
}

// A thin line at every year with events, with their numbers above it where there is space: numbers are left out that
// would come nearer than APART pixels to others. The pointer and the list at the end of the page have the titles.
function eventMarks(events, span) {
  if (!events.length) { return []; }
  const years = new Map();
  events.forEach((one) => years.set(one.year, [...(years.get(one.year) ?? []), one.number]));
  const values = apart([...years].map(([year, numbers]) => (
    {year, words: numbers.length > 1 ? `${numbers[0]}\u2013${numbers.at(-1)}` : String(numbers[0])}
  )));
  const x = {field: "year", type: "quantitative"};
  return [
    {data: {values}, mark: {type: "rule", color: "var(--event)", strokeDash: [2, 3], strokeWidth: 1}, encoding: {x}},
    {
      data: {values},
      transform: [{filter: `datum.space * width / ${span + 1} > ${APART}`}],
      mark: {type: "text", baseline: "bottom", dy: -2, fontSize: 10, color: "var(--quiet)"},
      encoding: {x, y: {value: 0}, text: {field: "words"}},
    },
  ];
}

// Each of some values with the years between it and the nearest of those before it in the order, the most remote one first: those
// with more space than a limit are further apart from each other than the limit.
function apart(values) {
  const left = values.map((one) => ({...one, space: 1e3})), ordered = [];
  while (left.length) {
    const next = left.reduce((best, one) => (one.space > best.space ? one : best));
    left.splice(left.indexOf(next), 1);
    left.forEach((one) => { one.space = Math.min(one.space, Math.abs(one.year - next.year)); });
    ordered.push(next);
  }
  return ordered;
}

// The range between the reports of both sides on one flow in one year.
function ranges(series) {
  const held = new Map();
  series.filter((one) => one.flow).forEach((one) => one.points.filter((point) => point.value != null).forEach((point) => {
    const key = `${one.flow} ${point.year}`;
    const range = held.get(key) ?? {flow: one.flow, colour: one.colour, year: point.year, values: [], bases: new Set()};
    range.values.push(point.value);
    range.bases.add(one.basis);
    held.set(key, range);
  }));
  const several = [...held.values()].filter((one) => one.bases.size > 1);
  if (!several.length) { return []; }
  const flows = [...new Set(several.map((one) => one.flow))];
  const years = new Set(several.map((one) => `${one.flow} ${one.year}`));
  const values = several.map((one) => ({
    flow: one.flow, year: one.year, low: Math.min(...one.values), high: Math.max(...one.values),
    isAlone: !years.has(`${one.flow} ${one.year - 1}`) && !years.has(`${one.flow} ${one.year + 1}`),
  }));
  const gaps = several.filter((one) => !years.has(`${one.flow} ${one.year + 1}`)).map((one) => ({flow: one.flow, year: one.year + 1, low: null, high: null}));
  const colours = flows.map((flow) => `var(--series-${several.find((one) => one.flow === flow).colour})`);
  const encoding = {
    x: {field: "year", type: "quantitative"},
    y: {field: "low", type: "quantitative"},
    y2: {field: "high"},
    color: {field: "flow", type: "nominal", legend: null, scale: {domain: flows, range: colours}},
  };
  return [
    {
      data: {values: [...values, ...gaps]}, resolve: {scale: {color: "independent"}}, encoding,
      layer: [
        {mark: {type: "area", opacity: 0.18, invalid: "break-paths-show-domains"}, encoding: {detail: {field: "flow"}}},
        {transform: [{filter: "datum.isAlone"}], mark: {type: "rule", strokeWidth: 9, opacity: 0.22}},
      ],
    },
  ];
}

// A chart of bars, each with its figure and name above it. bars: [{name, value, shown}].
function bars({bars, description = ""}) {
  const values = bars.map((one, place) => ({place, value: one.value, words: `${one.shown}  ${one.name}`}));
  return {
    ...fitted, description, height: BAR * values.length, data: {values},
    encoding: {y: {field: "place", type: "ordinal", axis: null}},
    layer: [
      {
        mark: {type: "bar", color: "var(--series-1)", height: 14, yOffset: 8},
        encoding: {x: {field: "value", type: "quantitative", axis: {title: null, tickCount: 5}}},
      },
      {
        mark: {type: "text", align: "left", dy: -10, limit: {expr: "width - 4"}},
        encoding: {x: {value: 2}, text: {field: "words"}},
      },
    ],
  };
}

// The rows and columns of a figure's table. Its divisor makes a figure one of the axis; a column is drawn if it has a colour.
function readTable(table) {
  const divisor = Number(table.dataset.divisor), columns = [...table.tHead.rows[0].cells].slice(1);
  const series = columns.map((head) => ({
    name: head.textContent, colour: Number(head.dataset.colour), shape: Number(head.dataset.shape), flow: head.dataset.flow ?? "", basis: head.dataset.basis ?? "",
    points: [],
  }));
  for (const row of table.tBodies[0].rows) {
    [...row.cells].slice(1).forEach((cell, place) => {
      if (cell.className === "none") { return; }
      series[place].points.push({head: row.cells[0].textContent, year: Number(row.cells[0].textContent), ...readCell(cell, divisor)});
    });
  }
  return series;
}

function readCell(cell, divisor) {
  const figure = cell.querySelector("data"), mark = cell.querySelector("abbr");
  if (!figure) { return {value: null, shown: "", word: cell.textContent}; }
  const word = mark ? mark.title : "";
  const sign = mark ? mark.textContent.replace(/[^B!]/g, "") : "";
  return {
    value: Number(figure.value) / divisor, shown: figure.textContent, word, sign,
    isPartial: word.startsWith("part of the year"), isUnreliable: mark !== null && mark.textContent.startsWith("U"),
  };
}

// The specification of a figure's chart from its table.
function specOf(box, table) {
  const description = `${table.caption.textContent}; the figures are in the table below`;
  const series = readTable(table);
  if (box.dataset.kind === "bars") {
    const held = series.flatMap((one) => one.points.map((point) => ({...point, year: one.name})));
    const name = series.length > 1 ? (point) => `${point.head}, ${point.year}` : (point) => point.head;
    return bars({description, bars: held.filter((point) => point.value != null).map((point) => ({...point, name: name(point)}))});
  }
  const drawn = series.filter((one) => one.colour && one.points.length);
  return lines({series: drawn, description, events: eventsOf(box)});
}

function eventsOf(box) {
  const all = JSON.parse(document.getElementById("events")?.textContent ?? "[]");
  const numbers = new Set((box.dataset.events ?? "").split(" ").map(Number));
  return all.filter((one) => numbers.has(one.number));
}

// All figures of the year that is nearest to the pointer, anywhere on a chart of lines.
function follow(box, table, view) {
  const series = readTable(table).filter((one) => one.colour), events = eventsOf(box);
  const years = [...new Set([...series.flatMap((one) => one.points.map((point) => point.year)), ...events.map((one) => one.year)])];
  const unit = table.dataset.unit;
  const tip = document.createElement("div"), line = document.createElement("div");
  tip.className = "tip"; line.className = "tip-line";
  tip.hidden = line.hidden = true;
  box.append(line, tip);
  box.addEventListener("pointermove", (event) => {
    const frame = box.querySelector("svg").getBoundingClientRect(), left = frame.left - box.getBoundingClientRect().left;
    const scale = view.scale("x"), origin = view.origin()[0];
    const at = scale.invert(event.clientX - frame.left - origin);
    const year = years.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best));
    if (tip.dataset.year !== String(year)) { say(tip, year, series, unit, events); }
    const x = left + origin + scale(year), half = box.clientWidth / 2;
    line.style.left = `${x}px`;
    tip.style.left = x < half ? `${x + 12}px` : "";
    tip.style.right = x < half ? "" : `${box.clientWidth - x + 12}px`;
    tip.hidden = line.hidden = false;
  });
  box.addEventListener("pointerleave", () => { tip.hidden = line.hidden = true; });
}

function say(tip, year, series, unit, events) {
  tip.dataset.year = year;
  const head = document.createElement("b");
  head.textContent = `${year}, ${unit}`;
  const list = document.createElement("ul");
  const row = (words, kind, colour) => {
    const item = document.createElement("li");
    item.textContent = words;
    item.className = colour ? `${kind} series-${colour}` : kind;
    list.append(item);
  };
  for (const one of series) {
    const point = one.points.find((other) => other.year === year);
    if (point) { row(`${one.name}: ${[point.shown, point.word].filter(Boolean).join(", ")}`, "figure", one.colour); }
  }
  events.filter((one) => one.year === year).forEach((one) => row(one.title, "event"));
  tip.replaceChildren(head, list);
}

function hatch() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("width", 0); svg.setAttribute("height", 0); svg.setAttribute("aria-hidden", "true"); svg.id = "patterns";
  svg.innerHTML = '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    + '<rect width="1.6" height="6" fill="var(--event)" opacity="0.55"/></pattern></defs>';
  document.body.append(svg);
}

// Draws one chart from the table that its box names.
async function drawTable(box) {
  const table = document.getElementById(box.dataset.table);
  if (box.dataset.kind === "lines" && !readTable(table).some((one) => one.colour && one.points.some((point) => point.value !== null && !point.isUnreliable))) {
    box.textContent = "No figure of normal reliability; the table has all.";
    return;
  }
  let {view} = await draw(box, specOf(box, table));
  const root = document.documentElement, over = root.scrollHeight - root.clientHeight;
  if (root.classList.contains("framed") && box.dataset.kind === "lines" && over > 0) { // a card fits the frame that embeds it
    bilateral.chartHeight = Math.max(LOWEST, LINES - over);
    ({view} = await draw(box, specOf(box, table)));
  }
  if (box.dataset.kind === "lines") { follow(box, table, view); }
}

// Draws the charts of a page one after another, so that the page answers meanwhile.
async function drawAll() {
  hatch();
  for (const box of document.querySelectorAll("[data-table]")) {
    await drawTable(box);
    await new Promise((next) => setTimeout(next));
  }
  document.documentElement.dataset.drawn = "all";
}

globalThis.bilateral = Object.assign(globalThis.bilateral || {}, {draw, drawTable, lines, bars});
drawAll();
