// The map of the front page: the ranking with which a metric's own page begins.
(function () {
  "use strict";
  const at = (id) => document.getElementById(id), metric = bilateral.open(Object.values(bilateral.data)[0]), data = metric.data;
  const wanted = Object.fromEntries(data.columns.map((column, place) => [column, data.codes[column][data.first.codes[place]][0]]));
  const {rows} = bilateral.settle(metric, wanted, "area"), {countries} = bilateral.ranking(metric, rows, data.first.year);
  if (!countries.length) { return; }
  at("map").hidden = false;
  at("map-title").textContent = `${at("map").dataset.title}, ${data.first.year}, ${countries[0].figure.unit.label}`;
  at("map-source").textContent = `Source: ${bilateral.originOf(countries.map((row) => row.figure))}.`;
  bilateral.drawMap(at("map-drawing"), at("map-legend"), countries, data.first.year, "economies/");
}());
