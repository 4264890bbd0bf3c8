// The page that compares two economies, which the address names after its number sign: #DEU,JPN.
(function () {
  "use strict";
  const {element} = bilateral, at = (id) => document.getElementById(id);
  const known = JSON.parse(at("known").textContent), names = new Map(known.economies);
  const metrics = known.metrics.map((name) => bilateral.open(bilateral.data[name]));

  // For every measure the one series of each economy with the world: the first in the order of the choices that both have,
  // or else one of them has.
  function measures(metric, chosen) {
    const found = new Map(), codes = metric.data.areas.map((area) => area[0]);
    metric.series.filter((one) => metric.fixed("counterpart_area", one)[0] === "W00" && chosen.includes(codes[one.area])).forEach((one) => {
      const key = one.codes.join(" "), measure = metric.fixed("measure", one)[1];
      if (![...one.years.keys()].some((year) => metric.figure(one, year).value !== null)) { return; }
      if (!found.has(measure)) { found.set(measure, new Map()); }
      const group = found.get(measure);
      if (!group.has(key)) { group.set(key, {codes: one.codes, of: {}}); }
      group.get(key).of[codes[one.area]] = one;
    });
    return [...found].map(([measure, group]) => {
      const [best] = [...group.values()].sort((a, b) => Object.keys(b.of).length - Object.keys(a.of).length
        || a.codes.map((code, place) => code - b.codes[place]).find(Boolean) || 0);
      const any = Object.values(best.of)[0];
      return {metric, measure, of: best.of, title: titled(metric.data, measure), detail: detail(metric, any)};
    });
  }

  // The metric, its measure where it has several, and that the figures are those with the world where it has other counterparts.
  function titled(data, measure) {
    return data.title + (data.codes.measure.length > 1 ? ": " + measure : "") + (data.codes.counterpart_area.length > 1 && !/ resident$/.test(measure) ? ", with the world" : "");
  }

  // What the series is one of, where its metric has several.
  function detail(metric, one) {
    return metric.data.columns.filter((column) => !["measure", "counterpart_area", "unit"].includes(column))
      .map((column) => (column === "base_year" ? "from " : "") + metric.fixed(column, one)[1]).filter((words) => words && words !== "from ").join(", ");
  }

  function newest(row, chosen) {
    const held = chosen.map((code) => new Set(row.of[code] ? [...row.of[code].years.keys()].filter((year) => row.metric.figure(row.of[code], year).value !== null) : []));
    const both = [...held[0]].filter((year) => held[1].has(year));
    return Math.max(...(both.length ? both : [...held[0], ...held[1]]));
  }

  function show() {
    const chosen = [at("one").value, at("other").value];
    const [a, b] = chosen.map((code) => names.get(code)), stem = [...chosen].sort().join("-");
    history.replaceState(null, "", "#" + chosen.join(","));
    document.title = a + " and " + b + " \u00b7 Bilateral";
    at("title").textContent = a === b ? "Compare two economies" : a + " and " + b;
    at("between").replaceChildren(...between(chosen, stem));
    const rows = a === b ? [] : metrics.flatMap((metric) => measures(metric, chosen));
    at("newest").hidden = !rows.length;
    at("both").tHead.replaceChildren(element("tr", {}, ...["Metric", "Year"].map((head) => element("th", {scope: "col"}, head)),
      ...[a, b].map((head) => element("th", {scope: "col", class: "number"}, head))));
    at("both").tBodies[0].replaceChildren(...rows.map((row) => {
      const year = newest(row, chosen);
      const head = element("th", {scope: "row", class: "words"}, element("a", {href: linesOf(row, chosen)}, row.title),
        element("span", {class: "quiet"}, row.detail));
      return element("tr", {}, head, element("td", {class: "number"}, String(year)),
        ...chosen.map((code) => bilateral.cell(row.of[code] ? row.metric.figure(row.of[code], year) : null)));
    }));
    document.documentElement.dataset.compared = chosen.join(",");
  }

  // The page of the metric with the two economies over the years, of the series whose figures are shown.
  function linesOf({metric, of}, chosen) {
    const any = Object.values(of)[0], codes = metric.data.columns.map((column) => [column, metric.fixed(column, any)[0] ?? ""]);
    return `../metrics/${metric.data.metric}.html#${new URLSearchParams([["across", "area"], ...codes, ["economies", chosen.join(",")]])}`;
  }

  function between(chosen, stem) {
    if (chosen[0] === chosen[1]) { return ["Choose two different economies."]; }
    if (bilateral.index.pairs.includes(stem)) {
      return ["Figures between the two are on their own page: ", element("a", {href: stem + ".html"}, names.get(chosen[0]) + " \u2013 " + names.get(chosen[1])), "."];
    }
    return ["This release has no figure between these two, which does not mean zero."];
  }

  function read() {
    const asked = location.hash.slice(1).split(",").filter((code) => names.has(code));
    const start = [...names.keys()].filter((code) => ["CHN", "USA"].includes(code));
    const [one, other] = asked.length === 2 ? asked : start.length === 2 ? start : [...names.keys()];
    at("one").value = one;
    at("other").value = other;
  }

  at("one").addEventListener("change", show);
  at("other").addEventListener("change", show);
  at("two").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => { read(); show(); });
  at("two").hidden = !names.size;
  read();
  if (names.size > 1) { show(); }
}());
