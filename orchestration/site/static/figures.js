// Figures of metrics from their data files: decoded columns, choices, and figures as readers see them.
(function () {
  "use strict";
  const {words, element} = bilateral;

  // Reads "place, length" runs into an array of places.
  function unrolled(runs, length) {
    const all = new Uint16Array(length);
    for (let at = 0, place = 0; at < runs.length; at += 2) { all.fill(runs[at], place, place += runs[at + 1]); }
    return all;
  }

  function doubles(text) {
    return new Float64Array(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer);
  }

  // The word of a status; as cell_of of answers.py.
  function wordOf(code, value, year, vintage) {
    if (value === null) { return words.noValue[code] || `no figure (status ${code})`; }
    if (code === words.provisional && Number(vintage.slice(0, 4)) <= year) { return `${words.partOfYear} ${vintage}`; }
    return code === "A" ? "" : words.marked[code] || `SDMX status ${code}`;
  }

  // A vintage with the words on it, such as "2021-01-31 (date inferred)"; as vintage of reading/facts.py.
  function dated(day, notes) { return notes.length ? `${day} (${notes.join("; ")})` : day; }

  // A metric's figures. A series has three numbers: its codes, its area and its spans of years (first and length); its figures are at consecutive places.
  function open(data) {
    const values = doubles(data.values);
    const status = unrolled(data.status, values.length), vintage = unrolled(data.vintage, values.length);
    let place = 0;
    const series = Array.from({length: data.series.length / 3}, (_, at) => {
      const [key, area, span] = data.series.slice(3 * at, 3 * at + 3), one = {codes: data.keys[key], area, years: new Map()}, spans = data.spans[span];
      for (let run = 0; run < spans.length; run += 2) {
        for (let year = spans[run]; year < spans[run] + spans[run + 1]; year += 1) { one.years.set(year, place); place += 1; }
      }
      return one;
    });
    const fixed = (column, one) => {
      const at = data.columns.indexOf(column);
      return data.codes[column][at < 0 ? 0 : one.codes[at]];
    };
    const figure = (one, year) => {
      const at = one.years.get(year);
      if (at === undefined) { return null; }
      const marked = data.statuses[status[at]], code = marked.replace("!", ""), isStep = marked.endsWith("!");
      const sources = fixed("source", one)[0].split("+"), quoted = words.quoted;
      const value = Number.isNaN(values[at]) ? null : values[at], day = data.vintages[vintage[at]];
      return {
        value, year, codes: [fixed("unit", one)[0], code, fixed("source", one)[0]], status: code, unit: data.units[fixed("unit", one)[0]], source: fixed("source", one)[1], vintage: day,
        dated: dated(day, sources.map((source) => data.dates[`${source} ${day}`]).filter(Boolean)),
        mark: (value === null || code === "A" ? "" : code) + (isStep ? "!" : ""),
        word: [wordOf(code, value, year, day), isStep ? words.largeStep : ""].filter(Boolean).join("; "),
        quotation: code === "E" && fixed("unit", one)[0] === "USD" && Math.abs(value) < words.leastEstimate ? "estimate"
          : !sources.includes(quoted.source) ? "" : code === quoted.status ? "about" : sources.length === 1 ? "exact" : "",
      };
    };
    return {data, series, figure, fixed};
  }

  // The codes of every column that lead to figures, with what is wanted where it is there, else with the first that is offered.
  // Of pairs of economies, no counterpart is chosen.
  function settle(metric, wanted) {
    const {columns, areas, codes, first} = metric.data;
    let left = metric.series;
    const named = new Map(areas.map((area) => [area[0], area]));
    const capital = (name) => name[0].toUpperCase() + name.slice(1);
    const pairInWords = ([, area], [, other]) => capital(first.pair.replace(/{area}|{counterpart}/g, (end) => (end === "{area}" ? area : other)));
    const pairOf = (one) => [areas[one.area], named.get(metric.fixed("counterpart_area", one)[0])];
    const isPair = (one) => {
      const [area, other] = pairOf(one);
      return area[2] === "country" && other[2] === "country" && (first.pairs === "mutual" ? area[0] < other[0] : area[0] !== other[0]);
    };
    const choices = [];
    if (first.pairs) { left = left.filter(isPair); }
    columns.forEach((column, at) => {
      if (first.pairs && column === "counterpart_area") { return; }
      const offered = [...new Set(left.map((one) => one.codes[at]))].sort((a, b) => a - b), list = codes[column];
      const asked = list.findIndex(([code]) => String(code) === String(wanted[column])), chosen = offered.includes(asked) ? asked : offered[0];
      left = left.filter((one) => one.codes[at] === chosen);
      choices.push({column, chosen: list[chosen], offered: offered.map((one) => list[one])});
    });
    if (first.pairs) {
      return {choices, rows: left.map((one) => ({series: one, area: [pairOf(one).map((area) => area[0]).join("-"), pairInWords(...pairOf(one)), "country"]}))};
    }
    const noted = (area, one) => {
      const note = metric.data.notes.find(([code, measure]) => code === area[0] && (!measure || measure === metric.fixed("measure", one)[0]));
      return note ? [area[0], `${area[1]} (${note[2]})`, area[2]] : area;
    };
    return {choices, rows: left.map((one) => ({series: one, area: noted(areas[one.area], one)}))};
  }

  // All years, the newest complete one, and the largest members missing in each year; the rule of the table fct_series_coverage:
  // those who are missing, of those with a figure in the three years before, had less than mostMissing of the value.
  function coveredYear(metric, rows) {
    const members = rows.filter(({area}) => area[2] === "country").map(({series, area}) => ({series, name: area[1], values: new Map()}));
    const all = new Set();
    rows.forEach(({series}) => series.years.forEach((_, year) => all.add(year)));
    members.forEach((one) => one.series.years.forEach((_, year) => {
      const figure = metric.figure(one.series, year);
      const isPart = figure.status === words.provisional && Number(figure.vintage.slice(0, 4)) <= year;
      if (figure.value === null || figure.status === "U" || isPart) { return; }
      const addsUp = metric.data.additive.includes(metric.fixed("measure", one.series)[0]) && words.summable.includes(figure.unit.dimension);
      one.values.set(year, addsUp ? Math.abs(figure.value) : 1);
    }));
    const missing = new Map();
    const complete = [...all].filter((year) => {
      const known = members.map((one) => ({name: one.name, has: one.values.has(year), size: [1, 2, 3].map((back) => one.values.get(year - back)).find((size) => size !== undefined)}))
        .filter((one) => one.size !== undefined);
      const lost = known.filter((one) => !one.has).sort((a, b) => b.size - a.size), sum = (list) => list.reduce((total, one) => total + one.size, 0);
      const part = known.length ? sum(lost) / (sum(known) || 1) : 0;
      missing.set(year, {names: lost.map((one) => one.name), part});
      return members.some((one) => one.values.has(year)) && part < words.mostMissing;
    });
    return {years: [...all].sort((a, b) => a - b), best: Math.max(...(complete.length ? complete : all)), complete: new Set(complete), missing};
  }

  // Divisor and word for figures of one unit; as scale_of of formatting.py.
  function scaleOf(unit, values) {
    const largest = Math.max(0, ...values.map(Math.abs));
    const [divisor, word] = (unit.scaled && words.scales.find(([size]) => largest >= size)) || [1, ""];
    const top = largest / divisor, count = unit.dimension === "count" && !word;
    const digits = count || top === 0 ? (top >= 10 || top === 0 ? 0 : 1)
      : Math.max(word ? 1 : 0, Math.min(4, 2 - Math.floor(Math.log10(top))));
    return {divisor, digits, count, label: (word + " " + unit.phrase).trim() || "ratio or index", word};
  }

  function number(value, digits) {
    const text = Math.abs(value).toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
    return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text;
  }

  // Decimals of a figure, of a quotation no more than it has itself; as capped of formatting.py.
  function capped(digits, value, divisor, quotation) {
    if (!quotation || quotation === "estimate" || !value) { return digits; }
    const significant = Math.abs(value).toExponential(12).split("e")[0].replace(".", "").replace(/0+$/, "").length, isLong = significant > words.quoted.most;
    if (isLong && quotation === "exact") { return digits; }
    return Math.max(0, Math.min(digits, (isLong ? 1 : significant) - 1 - Math.floor(Math.log10(Math.abs(value) / divisor))));
  }

  // One figure with its unit, or with an empty phrase where the unit is beside it; as readable and brief of formatting.py.
  function readable(value, unit, phrase = unit.phrase, quotation = "") {
    if (quotation === "estimate") { return `${value >= 0 ? "less than" : "above minus"} 1 million ${phrase}`.trim(); }
    const scale = scaleOf(unit, [value]);
    const exact = !scale.word && ["count", "money"].includes(unit.dimension) && Number.isInteger(value) ? 0 : scale.digits;
    const digits = capped(exact, value, scale.divisor, quotation);
    const size = value / scale.divisor, rounds = value && !Number(size.toFixed(digits));
    const shown = rounds ? `${value > 0 ? "less than" : "above minus"} ${(10 ** -digits).toFixed(digits)}` : number(size, digits);
    return `${shown} ${`${scale.word} ${phrase}`.trim()}`.trim();
  }

  // The cell of a figure, as in the tables of the pages.
  function cell(figure, shown = (value, quotation) => readable(value, figure.unit, figure.unit.phrase, quotation)) {
    if (!figure) { return element("td", {class: "none"}, "\u2013"); }
    if (figure.value === null) { return element("td", {class: "word"}, figure.word); }
    return element("td", {class: "number", "data-vintage": figure.dated}, element("data", {value: String(figure.value)}, shown(figure.value, figure.quotation)),
      figure.mark ? element("abbr", {title: figure.word}, figure.mark) : null);
  }

  // The figures of the same thing by other publishers, where they differ by more than they round; as _differences of sections.py.
  function othersOf(metric, series, year) {
    const {columns} = metric.data, same = (one) => one.area === series.area && columns.every((column, at) => ["source", "vintage"].includes(column) || one.codes[at] === series.codes[at]);
    const own = metric.figure(series, year);
    return metric.series.filter((one) => one !== series && one.years.has(year) && same(one)).map((one) => metric.figure(one, year))
      .filter((one) => own.value !== null && one.value !== null && one.source !== own.source && Math.abs(own.value - one.value) > words.alike * Math.max(Math.abs(own.value), Math.abs(one.value)))
      .map((one) => `${one.source}: ${readable(one.value, one.unit, "")}`);
  }

  // The figures of a year: countries with a rank where they have a figure and the year is complete, and all other areas.
  function ranking(metric, rows, year, isComplete = true) {
    const all = rows.map(({series, area}) => ({code: area[0], name: area[1], kind: area[2], figure: metric.figure(series, year), others: metric.figure(series, year) ? othersOf(metric, series, year) : [], rank: null}))
      .filter((row) => row.figure);
    const size = (row) => (row.figure.value === null ? -Infinity : row.figure.value);
    all.sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1));
    const countries = all.filter((row) => row.kind === "country");
    countries.forEach((row, place) => {
      const before = countries[place - 1];
      if (isComplete && row.figure.value !== null) { row.rank = before && size(before) === size(row) ? before.rank : place + 1; }
    });
    return {countries, others: all.filter((row) => row.kind !== "country")};
  }

  // Sources of figures with their vintages, such as "World Bank, vintage 2026-07-01".
  function originOf(figures) {
    const days = new Map();
    figures.forEach((one) => days.set(one.source, [...(days.get(one.source) || []), one.dated].sort()));
    return [...days].map(([source, all]) => `${source}, vintage ${all[0] === all.at(-1) ? all[0] : `${all[0]} to ${all.at(-1)}`}`).join("; ");
  }

  // Fills a table of years from which charts.js draws lines: columns of {name, key, metric, series}, all in one unit.
  function fillTable(table, title, columns) {
    const years = [...new Set(columns.flatMap((one) => [...one.series.years.keys()]))].sort((a, b) => b - a);
    const figures = columns.map((one) => new Map(years.map((year) => [year, one.metric.figure(one.series, year)])));
    const held = figures.flatMap((one) => [...one.values()]).filter((one) => one && one.value !== null);
    const unit = columns[0].metric.data.units[columns[0].metric.fixed("unit", columns[0].series)[0]];
    const scale = scaleOf(unit, held.map((one) => one.value));
    const shown = (value, quotation) => quotation === "estimate" && !scale.word ? (value >= 0 ? "<1 million" : ">\u22121 million") : number(value / scale.divisor, capped(scale.digits, value, scale.divisor, quotation));
    const origins = figures.map((one) => originOf([...one.values()].filter(Boolean)));
    const heads = columns.map((one, place) => element("th", {scope: "col", class: "number", "data-colour": place + 1, "data-flow": one.key, "data-basis": one.metric.fixed("basis", one.series)[0], "data-key": one.key,
      "data-origin": origins[place]}, one.name));
    Object.assign(table.dataset, {unit: scale.label, divisor: scale.divisor});
    table.replaceChildren(element("caption", {}, `${title}, ${scale.label}`),
      element("thead", {}, element("tr", {}, element("th", {scope: "col"}, "Year"), ...heads)),
      element("tbody", {}, ...years.map((year) => element("tr", {}, element("th", {scope: "row"}, String(year)),
        ...figures.map((one) => cell(one.get(year), shown))))));
    return {source: `Source: ${[...new Set(origins)].join("; ")}.`, label: scale.label[0].toUpperCase() + scale.label.slice(1)};
  }

  Object.assign(bilateral, {open, settle, coveredYear, ranking, originOf, readable, cell, fillTable});
}());
