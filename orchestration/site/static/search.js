// Search over economies, pairs, metrics, items, terms and claims of the release, without a network; a combobox with a list of options.
(function () {
  "use strict";
  const MOST = 8;
  const KINDS = {pair: "two economies", economy: "economy", area: "world and regions", event: "policy event", metric: "metric", item: "item", term: "term", claim: "claim", page: "page"};
  const WEIGHT = {pair: 0, economy: 0, area: 0, event: 0.8, page: 0.2, metric: 0.3, item: 0.6, term: 0.9, claim: 1.2};
  const LANGUAGES = ["de", "zh-Hans", "zh-Hant"];
  const IDLE = new Set(["a", "and", "between", "by", "for", "from", "in", "of", "on", "the", "to", "versus", "vs", "with"]);
  const folder = new URL(".", document.currentScript.src).href;
  const form = document.getElementById("search"), input = document.getElementById("search-words");
  const list = document.getElementById("search-found"), status = document.getElementById("search-status");
  let entries = null, index = null, found = [], active = -1, asked = false, isForgiving = false;

  // Words without accents, case and punctuation.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/ı/g, "i").replace(/['’]s\b/g, "s").replace(/&/g, " and ").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  const wordsOf = (text) => plain(text).split(" ").filter(Boolean);

  function load() {
    if (asked) { return; }
    asked = true;
    const script = bilateral.element("script", {src: `${folder}search-index.js`});
    script.onload = () => { prepare(globalThis.bilateral.index); look(); };
    script.onerror = () => { asked = false; status.textContent = "The index could not be loaded."; };
    document.head.append(script);
  }

  function prepare(given) {
    index = given;
    entries = given.entries.map(([kind, key, title, address, names]) => ({
      kind, key, title, address, wholes: [title, ...names].map(plain), groups: [title, ...names].map(wordsOf),
      translated: kind === "economy" ? translations(names) : [],
    }));
  }

  // The names of an economy in other languages, which the browser knows by its code of two letters.
  function translations(names) {
    const code = names.find((name) => /^[A-Z]{2}$/.test(name));
    return code ? LANGUAGES.map((language) => plain(new Intl.DisplayNames([language], {type: "region"}).of(code))) : [];
  }

  // How far a typed word is from a word: 0 for the same, up to 2 for a beginning.
  function apart(typed, word) {
    if (typed === word) { return 0; }
    return word.startsWith(typed) ? 1 + Math.min(word.length - typed.length, 10) / 10 : isForgiving && isTypo(typed, word) ? 2.5 : Infinity;
  }

  // One letter more, less, other or exchanged with the next.
  function isTypo(typed, word) {
    if (typed.length < 4 || Math.abs(typed.length - word.length) > 1) { return false; }
    let at = 0;
    while (typed[at] === word[at]) { at += 1; }
    const same = (one, other) => typed.slice(at + one) === word.slice(at + other);
    return same(1, 1) || same(1, 0) || same(0, 1) || typed[at] === word[at + 1] && typed[at + 1] === word[at] && same(2, 2);
  }

  // How far the typed words are from one entry; all must be in one of its names.
  function score(entry, typed) {
    const whole = typed.join(" ");
    if (entry.wholes.includes(whole) || entry.translated.includes(whole)) { return -2; }
    if (whole.length > 3 && entry.translated.some((name) => name.startsWith(whole))) { return 1; }
    return Math.min(...entry.groups.map((words) => typed.reduce((sum, one) => sum + Math.min(Infinity, ...words.map((word) => apart(one, word))), 0)));
  }

  function economyOf(typed) {
    if (typed.length === 1 && typed[0].length < 2) { return null; }
    // one word of two letters is a whole name, such as "US", and no beginning of another
    const isCode = typed.length === 1 && typed[0].length === 2;
    let best = null;
    for (const entry of entries) {
      if (entry.kind !== "economy" || isCode && score(entry, typed) > 0) { continue; }
      const far = score(entry, typed) + entry.title.length / 100;
      if (Number.isFinite(far) && (!best || far < best.far)) { best = {entry, far}; }
    }
    return best;
  }

  // The page of two economies, wherever the words divide into two names; both are whole where the words also name one economy.
  function pairOf(typed) {
    const isOne = economyOf(typed) !== null;
    let best = null;
    for (let cut = 1; cut < typed.length; cut += 1) {
      const one = economyOf(typed.slice(0, cut)), other = economyOf(typed.slice(cut));
      if (one && other && one.entry !== other.entry && (!best || one.far + other.far < best.far)) {
        best = {far: one.far + other.far, pair: [one.entry, other.entry].sort((a, b) => (a.key < b.key ? -1 : 1))};
      }
    }
    if (!best || isOne && best.far > -3) { return []; }
    const [one, other] = best.pair, stem = one.key + "-" + other.key;
    const address = index.pairs[stem] ? `pairs/${index.pairs[stem]}.html` : stem in index.pairs ? `pairs/index.html#${stem}` : index.both && `${index.both}#economies=${one.key},${other.key}`;
    return address ? [{kind: "pair", title: one.title + " – " + other.title, address, far: best.far / 2}] : [];
  }

  // What is typed, or where nothing has its words, what differs by one letter of each.
  function search(text) {
    isForgiving = false;
    const exactly = searchOnce(text);
    if (exactly.length) { return exactly; }
    isForgiving = true;
    const nearly = searchOnce(text);
    isForgiving = false;
    // where nothing has all words, each word by itself
    const words = wordsOf(text);
    return nearly.length || words.length < 2 ? nearly : words.flatMap((word) => search(word).slice(0, 1)).slice(0, MOST);
  }

  function searchOnce(text) {
    const all = wordsOf(text), typed = all.filter((word) => !IDLE.has(word));
    const words = typed.length ? typed : all;
    if (!words.length) { return []; }
    const near = entries.filter((entry) => entry.address).map((entry) => (
      {...entry, far: (entry.wholes.includes(plain(text)) ? -2 : score(entry, words)) / words.length + WEIGHT[entry.kind] + Math.min(entry.title.length, 80) / 200}
    ));
    const fitting = [...pairOf(words), ...near].filter((one) => Number.isFinite(one.far)).sort((a, b) => a.far - b.far || (a.title < b.title ? -1 : 1));
    return fitting.slice(0, MOST);
  }

  function look() {
    if (!entries) { return; }
    found = search(input.value);
    active = -1;
    list.replaceChildren(...found.map((one, place) => {
      const option = bilateral.element("li", {id: `search-${place}`, role: "option", "aria-selected": "false"}, one.title, bilateral.element("span", {}, KINDS[one.kind]));
      option.addEventListener("click", () => go(one));
      return option;
    }));
    open(found.length > 0);
    status.textContent = !input.value.trim() ? "" : found.length ? found.length + (found.length === 1 ? " result" : " results") : "Nothing has this name.";
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) { mark(-1); }
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === place));
      if (at === place) { option.scrollIntoView({block: "nearest"}); }
    });
    if (place < 0) { input.removeAttribute("aria-activedescendant"); } else { input.setAttribute("aria-activedescendant", "search-" + place); }
  }

  function go(one) {
    open(false);
    location.href = folder + one.address;
  }

  input.addEventListener("focus", load);
  input.addEventListener("input", () => { load(); look(); });
  input.addEventListener("blur", () => open(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the box
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const one = found[Math.max(active, 0)];
    if (one) { go(one); }
  });
  input.addEventListener("keydown", (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && found.length) {
      event.preventDefault();
      if (list.hidden) { open(true); }
      mark((active + step + found.length + (active < 0 && step < 0 ? 1 : 0)) % found.length);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (list.hidden) { input.value = ""; look(); } else { open(false); }
    }
  });
  form.hidden = false;
}());
