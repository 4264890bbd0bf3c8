// The page of a metric: choices, year, ranking and lines, all of which the address keeps after its number sign.
(function () {
  "use strict";
  const {element} = bilateral, MOST = 8, at = (id) => document.getElementById(id);
  const metric = bilateral.open(Object.values(bilateral.data)[0]), data = metric.data;
  const named = new Map(data.areas.map((area) => [area[0], area]));
  const LABELS = {
    counterpart_area: "with", base_year: "from year", authority: "office or database", clock: "year counted",
  };
  const PREFIXES = {counterpart_area: "with ", base_year: "from ", source: "source: ", vintage: "vintage "};
  const state = {wanted: {}, year: null, picked: []}, MANY = data.first.pairs ? "pairs" : "economies";

  function first() {
    data.columns.forEach((column, place) => { state.wanted[column] = data.codes[column][data.first.codes[place]][0]; });
    Object.assign(state, {year: data.first.year, picked: []});
  }

  function isFirst() { return data.columns.every((column, place) => state.wanted[column] === data.codes[column][data.first.codes[place]][0]); }

  // The state from the address; what it does not name or what is not known stays as it is at first.
  function read() {
    first();
    const asked = new URLSearchParams(location.hash.slice(1));
    data.columns.forEach((column) => { if (asked.has(column)) { state.wanted[column] = asked.get(column); } });
    if (/^\d{4}$/.test(asked.get("year") || "")) { state.year = Number(asked.get("year")); }
    if (asked.has("economies")) { state.picked = asked.get("economies").split(",").filter((code) => code.split("-").every((one) => named.has(one))).slice(0, MOST); }
  }

  function write(choices) {
    const kept = new URLSearchParams();
    choices.forEach(({column, chosen}) => { if (chosen[0] !== null) { kept.set(column, chosen[0]); } });
    kept.set("year", state.year);
    kept.set("economies", state.picked.join(","));
    history.replaceState(null, "", "#" + kept.toString().replace(/%2C/g, ","));
  }

  function show() {
    const {choices, rows} = bilateral.settle(metric, state.wanted);
    choices.forEach(({column, chosen}) => { state.wanted[column] = chosen[0]; });
    const {years, best, complete, missing} = bilateral.coveredYear(metric, rows);
    if (!years.includes(state.year)) { state.year = best; }
    const countries = rows.some((row) => row.area[2] === "country") ? rows.filter((row) => row.area[2] === "country") : rows;
    state.picked = state.picked.filter((code) => countries.some((row) => row.area[0] === code));
    const ranked = bilateral.ranking(metric, rows, state.year, complete.has(state.year));
    if (!state.picked.length) { state.picked = (ranked.countries.length ? ranked.countries : ranked.others).slice(0, 5).map((row) => row.code); }
    drawChoices(choices);
    drawYear(years);
    drawTables(ranked, complete.has(state.year) ? null : missing.get(state.year), isFirst() && state.year === data.first.year && state.year < data.first.newest);
    drawLines(countries, choices);
    write(choices);
  }

  function drawChoices(choices) {
    const selects = choices.filter(({offered}) => offered.length > 1).map(({column, chosen, offered}) => select(column, offered.map(([code, words]) => [code, words || "\u2013"]), chosen[0]));
    const focused = document.activeElement ? document.activeElement.id : "";
    at("choices").replaceChildren(...selects);
    at("choices").hidden = !at("choices").children.length;
    if (focused.startsWith("choice-") && at(focused)) { at(focused).focus(); }
  }

  function select(column, offered, chosen) {
    const box = element("select", {id: "choice-" + column});
    offered.forEach(([code, words]) => box.append(element("option", {value: String(code), selected: String(code) === String(chosen)}, words)));
    box.addEventListener("change", () => {
      state.wanted[column] = box.value;
      show();
    });
    return element("label", {}, LABELS[column] || column.replaceAll("_", " "), box);
  }

  function drawYear(years) {
    const slider = at("year");
    slider.max = years.length - 1;
    slider.value = years.indexOf(state.year);
    slider.disabled = years.length < 2;
    slider.setAttribute("aria-valuetext", state.year);
    at("year-shown").textContent = state.year;
    slider.oninput = () => { state.year = years[Number(slider.value)]; show(); };
    at("time").hidden = false;
  }

  // What is ranked besides the metric: measure, item and counterpart of one that has several.
  function subject() {
    return ["measure", "item", "counterpart_area"].filter((column) => data.codes[column].length > 1 && !["_T", "W00"].includes(state.wanted[column]) && !(data.first.pairs && column === "counterpart_area"))
      .map((column) => (PREFIXES[column] ?? "") + data.codes[column].find(([code]) => code === state.wanted[column])[1]).join(", ");
  }

  function titled() { return [data.title, subject()].filter(Boolean).join(": "); }

  function drawTables(ranked, missing, isOlder) {
    const title = titled();
    const several = data.columns.filter((column) => column !== "unit" && state.wanted[column] !== null && !(column === "counterpart_area" && data.first.pairs));
    const chosen = several.map((column) => (PREFIXES[column] || "")
      + data.codes[column].find(([code]) => String(code) === String(state.wanted[column]))[1]);
    at("series").textContent = chosen.length ? "One series: " + chosen.join(", ") + "." : "";
    at("ranking").caption.textContent = title + ", " + state.year;
    const all = [...ranked.countries, ...ranked.others];
    const hasVintages = new Set(all.map((row) => row.figure.vintage)).size > 1;
    at("ranking").tBodies[0].replaceChildren(...all.map((row) => tableRow(row, hasVintages ? `vintage ${row.figure.vintage}` : "")));
    const head = at("ranking").tHead.rows[0].cells[2];
    (head.querySelector("button") ?? head).textContent = `Figure, ${all[0].figure.unit.label}`;
    at("ranking-title").textContent = found(ranked.countries.filter((row) => row.rank), isOlder ? ", the newest complete year" : "");
    at("ranking").fill();
    at("ranking-source").textContent = `Source: ${bilateral.originOf(all.map((row) => row.figure))}.`;
    at("unranked").textContent = missing && missing.names.length ? `${state.year} is not ranked: ${missing.names.slice(0, 5).join(", ")}`
      + `${missing.names.length > 5 ? ` and ${missing.names.length - 5} more` : ""} have no figure; they had ${Math.round(100 * missing.part)} percent of the last figures of all.` : "";
    at("save").hidden = false;
    at("save").onclick = () => save(all);
  }

  // Who is first, of how many; nothing where fewer than five rank.
  function found(rows, older) {
    const [first] = rows, {figure} = first ?? {};
    if (rows.length < 5) { return `${MANY[0].toUpperCase()}${MANY.slice(1)} by year`; }
    const names = rows.filter((row) => row.rank === 1).map((row) => row.name).join(" and ");
    return `${names}: ${bilateral.readable(figure.value, figure.unit, figure.unit.phrase, figure.quotation)} in ${state.year}${older}, the highest of ${rows.length.toLocaleString("en")} ${data.first.pairs === "directed" ? "figures between two economies" : MANY}${figure.status === "E" ? ", by estimates" : ""}${subject() ? ` (${subject()})` : ""}`;
  }

  function tableRow(row, vintage) {
    const name = bilateral.words.pages.includes(row.code) ? element("a", {href: "../economies/" + row.code + ".html"}, row.name) : row.name;
    return element("tr", {}, element("td", {class: "number"}, row.rank === null ? "\u2013" : String(row.rank)),
      element("th", {scope: "row"}, name, ...(row.kind === "country" ? [] : [" ", element("span", {class: "quiet"}, "no country")])), bilateral.cell(row.figure, (value, quotation) => bilateral.readable(value, row.figure.unit, "", quotation)),
      element("td", {}, [...(row.figure.value === null ? [] : [row.figure.word, vintage]), ...row.others].filter(Boolean).join("; ")));
  }

  function save(rows) {
    bilateral.saveCsv([["rank", "area", "name", "kind", "year", "value", "unit", "obs_status", "source", "vintage"],
      ...rows.map(({rank, code, name, kind, figure}) => [rank, code, name, kind, figure.year, figure.value, ...figure.codes, figure.vintage])], `${data.metric}-${state.year}.csv`);
  }

  function drawLines(rows, choices) {
    at("over-years").hidden = false;
    at("economies").replaceChildren(...rows.filter((row) => !state.picked.includes(row.area[0])).map((row) => row.area[1]).sort()
      .map((name) => element("option", {value: name})));
    at("economy").disabled = state.picked.length >= MOST;
    at("picked-note").textContent = state.picked.length >= MOST ? `Eight ${MANY} are shown; remove one to add another.`
      : state.picked.length + ` of ${rows.length.toLocaleString("en")} ${MANY} are shown; up to ` + MOST + ".";
    // A chosen option is added at once; what is typed is added with Enter, since one name may begin another.
    const add = (fits) => {
      const typed = at("economy").value.trim().toLowerCase();
      const found = typed && rows.find((row) => fits(row.area[1].toLowerCase(), row.area[0].toLowerCase(), typed) && !state.picked.includes(row.area[0]));
      if (found && state.picked.length < MOST) { at("economy").value = ""; state.picked.push(found.area[0]); show(); }
    };
    const exactly = (name, code, typed) => name === typed || code === typed;
    at("economy").onchange = () => add(exactly);
    at("economy").oninput = (event) => { if (!/^(insertText|insertComposition|delete)/.test(event.inputType || "")) { add(exactly); } };
    at("picker").onsubmit = (event) => { event.preventDefault(); add((name, code, typed) => name.startsWith(typed)); };
    const chosen = state.picked.map((code) => rows.find((row) => row.area[0] === code));
    at("picked").replaceChildren(...chosen.map((row, place) => {
      const button = element("button", {type: "button", "aria-label": "Remove " + row.area[1]}, "\u00d7");
      button.addEventListener("click", () => { state.picked = state.picked.filter((code) => code !== row.area[0]); show(); at("economy").focus(); });
      const item = element("li", {}, row.area[1], button);
      item.style.color = bilateral.colourOf({flow: row.area[0], place: place + 1});
      return item;
    }));
    const columns = chosen.map((row) => ({name: row.area[1], key: row.area[0], metric, series: row.series}));
    const filled = bilateral.fillTable(at("lines-table"), titled(), columns);
    at("lines-unit").textContent = filled.label;
    at("lines-source").textContent = filled.source;
    const box = element("div", {id: "lines", class: "chart lines", "data-kind": "lines", "data-table": "lines-table"});
    at("lines").replaceWith(box);
    bilateral.drawTable(box);
  }

  window.addEventListener("hashchange", () => { read(); show(); });
  read();
  show();
  document.documentElement.dataset.explored = "yes";
}());
