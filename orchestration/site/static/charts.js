// Vega, Vega-Lite and Vega-Embed for every page that draws: bilateral.draw(box, specification). Colours come from the style sheet.
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

// Draws one chart into a box; the promise has the view of Vega.
function draw(box, spec) {
  return vegaEmbed(box, spec, {
    actions: false, renderer: "svg", ast: true, defaultStyle: false, config: look,
    tooltip: {disableDefaultStyle: true}, hover: false,
  });
}

// Draws the charts that a page holds as specifications, one after another, so that the page answers meanwhile.
async function drawAll() {
  for (const box of document.querySelectorAll("[data-spec]")) {
    await draw(box, JSON.parse(document.getElementById(box.dataset.spec).textContent));
    await new Promise((next) => setTimeout(next));
  }
  document.documentElement.dataset.drawn = "all";
}

globalThis.bilateral = Object.assign(globalThis.bilateral || {}, {draw});
drawAll();
