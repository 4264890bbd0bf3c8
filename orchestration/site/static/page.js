(function () {
  "use strict";
  var scriptless = document.getElementById("scriptless");
  if (scriptless) { scriptless.hidden = true; }
  document.querySelectorAll("button.copy").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.dataset.copy).textContent;
      function done() { button.textContent = "Copied"; setTimeout(function () { button.textContent = "Copy"; }, 2000); }
      function byHand() {
        var range = document.createRange(), chosen = getSelection();
        range.selectNodeContents(document.getElementById(button.dataset.copy));
        chosen.removeAllRanges(); chosen.addRange(range);
        if (document.execCommand("copy")) { done(); }
      }
      if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, byHand); } else { byHand(); }
    });
  });
  if (matchMedia("(max-width: 63.99rem)").matches) {
    document.querySelectorAll(".contents > details").forEach(function (one) { one.open = false; });
  }
  var finder = document.getElementById("finder");
  if (!finder) { return; }
  var pairs = new Set(JSON.parse(document.getElementById("finder-pairs").textContent));
  var one = document.getElementById("one"), other = document.getElementById("other");
  var open = document.getElementById("open"), found = document.getElementById("found");
  function look() {
    var codes = [one.value, other.value].sort(), stem = codes.join("-");
    open.hidden = codes[0] === codes[1];
    open.href = pairs.has(stem) ? "pairs/" + stem + ".html" : "pairs/compare.html#" + codes.join(",");
    found.textContent = open.hidden ? "Choose two different economies."
      : pairs.has(stem) ? "" : "This release has no figure between these two; the page shows the figures of each with the world.";
  }
  one.addEventListener("change", look);
  other.addEventListener("change", look);
  finder.addEventListener("submit", function (event) { event.preventDefault(); if (!open.hidden) { location.href = open.href; } });
  finder.hidden = false;
  look();
}());
