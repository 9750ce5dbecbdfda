// What the pages do beyond being read: keep the place when the language changes, and search. Works from a folder, without a server.
"use strict";

window.dxgov = (() => {
  const waiting = new Map(); // what was asked for, by name: a promise and how to keep it

  // A script that was loaded hands over its content: JSON, deflated, in base64.
  function part(name, packed) {
    const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
    waiting.get(name)?.keep(new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json());
  }

  // Pages that were opened from a folder may not read files, but they may run scripts that stand beside them.
  function load(root, name) {
    if (!waiting.has(name)) {
      const asked = {};
      asked.promise = new Promise((keep, fail) => {
        asked.keep = keep;
        const script = document.createElement("script");
        script.src = `${root}parts/${name}.js`;
        script.onerror = () => { waiting.delete(name); fail(new Error(name)); };
        document.head.append(script);
      });
      waiting.set(name, asked);
    }
    return waiting.get(name).promise;
  }

  // How texts are folded and cut, which the contents of the index tell (dxgov.analysis.search_terms).
  let folding;
  function takeFolding({ variants, removed, cluster, unspaced, prefix }) {
    folding = { variants, removed: removed.map((each) => new RegExp(each, "gu")), cluster: new RegExp(cluster, "gsu"), unspaced: new RegExp(unspaced, "u"), prefix };
  }
  const foldCharacters = (text) => [...text.normalize("NFKC").toLowerCase()].map((sign) => folding.variants[sign] ?? sign).join("");
  const fold = (text) => folding.removed.reduce((folded, pattern) => folded.replace(pattern, "$1"), foldCharacters(text));

  // The folded text, and where in the text each of its characters and its end stand.
  function foldWithOffsets(text) {
    let folded = "";
    const offsets = [];
    for (const { 0: cluster, index } of text.matchAll(folding.cluster)) {
      const piece = foldCharacters(cluster);
      folded += piece;
      for (let place = 0; place < piece.length; place++) offsets.push(index);
    }
    for (const pattern of folding.removed) {
      for (const match of [...folded.matchAll(pattern)].reverse()) {
        const [from, to] = [match.index + match[1].length, match.index + match[0].length];
        folded = folded.slice(0, from) + folded.slice(to);
        offsets.splice(from, to - from);
      }
    }
    return [folded, [...offsets, text.length]];
  }

  // The terms of a text, as the index has them: words, and pairs of characters where a script has no spaces. What is looked for has no
  // single character for the end of a run.
  function terms(text, sought = false) {
    const found = [];
    for (const run of fold(text).match(/[\p{L}\p{N}\u{20000}-\u{3ffff}]+/gu) ?? []) {
      for (const piece of run.split(folding.unspaced)) {
        if (!folding.unspaced.test(piece)) { if (piece) found.push(piece); continue; }
        const signs = [...piece];
        const last = sought && signs.length > 1 ? signs.length - 1 : signs.length;
        for (let place = 0; place < last; place++) found.push(signs.slice(place, place + 2).join(""));
      }
    }
    return found;
  }
  // A word may go on, and so may a single character.
  const goesOn = (term) => folding.unspaced.test(term) ? [...term].length === 1 : [...term].length >= folding.prefix;

  class Index {
    constructor(root, lang, contents) { Object.assign(this, { root, lang, contents }); }

    load(name) { return load(this.root, name); }

    // The postings of all terms that begin as given, or of that one alone.
    async postings(term, more) {
      const firsts = this.contents.terms;
      const end = more ? `${term}\uffff` : term;
      let part = 0;
      while (part + 1 < firsts.length && firsts[part + 1] <= term) part++;
      const parts = [];
      for (; part < firsts.length && firsts[part] <= end; part++) parts.push(this.load(`terms-${part}`));
      return (await Promise.all(parts)).flat().filter(([each]) => each === term || (more && each.startsWith(term)));
    }

    // The records that refer to a record, or after the sign @ those of its page.
    async members(id, sign = "=") {
      const [entry] = await this.postings(`${sign}${id}`, false);
      return new Set(entry ? numbers(entry[2]) : []);
    }

    // Records in whose texts all the words stand, the likeliest first; or else, with half of them or more. Each has its number and the terms that
    // were found. A word weighs the more the fewer records have it (as in BM25, without the lengths of texts), three times as much in a
    // caption, and less where it is only the beginning of what stands there.
    async search(text, keep) {
      const sought = [...new Set(terms(text, true))];
      const found = new Map(); // by number: the weight, the words that were found and the terms that they were found in
      const all = await Promise.all(sought.map((word) => this.postings(word, goesOn(word))));
      all.forEach((entries, word) => {
        const best = new Map();
        for (const [term, head, body] of entries) {
          const [heads, bodies] = [numbers(head), numbers(body)];
          const owners = heads.length + bodies.length;
          const weight = Math.log(1 + (this.contents.records - owners + 0.5) / (owners + 0.5)) * [...sought[word]].length / [...term].length;
          for (const [some, boost] of [[heads, 3], [bodies, 1]]) {
            for (const number of some) {
              if (!keep(number)) continue;
              const known = best.get(number) ?? { weight: 0, terms: [] };
              best.set(number, { weight: Math.max(known.weight, weight * boost), terms: [...known.terms, term] });
            }
          }
        }
        for (const [number, each] of best) {
          const hit = found.get(number) ?? { id: number, weight: 0, words: 0, terms: [] };
          found.set(number, { id: number, weight: hit.weight + each.weight, words: hit.words + 1, terms: [...hit.terms, ...each.terms] });
        }
      });
      const hits = [...found.values()].sort((one, other) => other.weight - one.weight || one.id - other.id);
      const whole = hits.filter((hit) => hit.words === sought.length);
      return whole.length ? { hits: whole, some: false } : { hits: hits.filter((hit) => 2 * hit.words >= sought.length), some: true };
    }

    // The record with an id, if there is one.
    async numberOf(id) {
      for (const table of this.contents.tables) {
        let block = table.ids.length - 1;
        while (block >= 0 && table.ids[block] > id) block--;
        if (block < 0 || table.last < id) continue;
        const place = (await this.load(`${this.lang}-${table.block + block}`)).findIndex((row) => row[0] === id);
        if (place >= 0) return table.first + block * this.contents.block + place;
      }
      return null;
    }

    tableOf(number) { return this.contents.tables.find((table) => number < table.first + table.count); }

    async row(number) {
      const table = this.tableOf(number), place = number - table.first, { block } = this.contents;
      return (await this.load(`${this.lang}-${table.block + Math.floor(place / block)}`))[place % block];
    }

    // Where a record stands: on a page of its own, or in the list of its table.
    address(number, [id, , , , , file = id]) {
      const { list, first } = this.tableOf(number);
      if (!list) return `id/${file}.html`;
      const page = Math.floor((number - first) / this.contents.listed) + 1;
      return `${page > 1 ? list.replace(/\.html$/, `-${page}.html`) : list}#_${file}`;
    }
  }

  // Numbers from the steps between them.
  function numbers(steps) {
    let number = 0;
    return steps.map((step) => (number += step));
  }

  // First and last day, counted from 1970, of what was typed as a year, a month or a day; undefined where it is none of these.
  function days(text) {
    const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text.normalize("NFKC").trim().replace(/[/.年月]/g, "-").replace(/日|-$/g, ""));
    if (!match) return undefined;
    const [year, month, day] = match.slice(1).map((each) => each && Number(each));
    const at = (...date) => { const each = new Date(0); each.setUTCFullYear(...date); return Math.round(each / 86400000); };
    if (month < 1 || month > 12 || day < 1) return undefined;
    if (day) return new Date(at(year, month - 1, day) * 86400000).getUTCMonth() === month - 1 ? [at(year, month - 1, day), at(year, month - 1, day)] : undefined;
    return month ? [at(year, month - 1, 1), at(year, month, 0)] : [at(year, 0, 1), at(year, 11, 31)];
  }

  // The text with what was looked for marked. It is never read as HTML.
  function marked(text, found) {
    const [plain, offsets] = foldWithOffsets(text);
    const hit = new Uint8Array(text.length);
    for (const term of found) for (let at = plain.indexOf(term); at >= 0; at = plain.indexOf(term, at + 1)) hit.fill(1, offsets[at], offsets[at + term.length]);
    const nodes = [];
    for (let from = 0; from < text.length;) {
      let to = from;
      while (to < text.length && hit[to] === hit[from]) to++;
      const piece = text.slice(from, to);
      nodes.push(hit[from] ? Object.assign(document.createElement("mark"), { textContent: piece }) : piece);
      from = to;
    }
    return nodes;
  }

  const SHOWN = 25;

  async function find(form) {
    const words = JSON.parse(form.dataset.words), lang = document.documentElement.lang, root = form.dataset.root;
    const at = (id) => document.getElementById(id);
    const fields = [...form.elements].filter((each) => each.name && each.type !== "checkbox");
    const records = [...form.elements].filter((each) => each.type === "checkbox"); // of which the results are the referrers, or on the page
    let turn = 0, page = 0;

    // The place is kept in the address, so that it can be sent to others, and is the same in the other language.
    function read() {
      const given = new URLSearchParams(location.hash.slice(1) || location.search);
      for (const each of fields) {
        const value = given.get(each.name) ?? "";
        if (each.dataset.facet !== undefined && value && ![...each.options].some((option) => option.value === value)) each.add(new Option(value, value));
        each.value = value;
      }
      for (const box of records) {
        box.closest("p").hidden = !given.get(box.name);
        box.value = given.get(box.name) ?? "";
        box.checked = Boolean(box.value);
      }
      page = Math.max(0, Math.trunc(Number(given.get("page")) || 1) - 1);
    }
    function state() {
      const given = new URLSearchParams();
      for (const each of fields) if (each.value) given.set(each.name, each.value);
      for (const box of records) if (box.checked) given.set(box.name, box.value);
      if (page) given.set("page", page + 1);
      return given;
    }
    function write() {
      history.replaceState(null, "", `#${state()}`);
      keepPlace();
    }

    let index, results = [];
    async function choose() {
      const given = state(), wanted = [...fields.filter((each) => each.dataset.facet !== undefined).map((each) => each.value), given.get("to")];
      const sets = await Promise.all(wanted.filter(Boolean).map((id) => index.members(id)));
      if (given.get("on")) sets.push(await index.members(given.get("on"), "@"));
      const table = index.contents.tables.find((each) => each.name === given.get("table"));
      const spans = ["from", "until"].map((name) => given.get(name) && days(given.get(name)));
      for (const [place, name] of ["from", "until"].entries()) at(name).setAttribute("aria-invalid", spans[place] === undefined);
      if (spans.includes(undefined)) return { wrong: true };
      const [from, until] = [spans[0]?.[0] ?? -Infinity, spans[1]?.[1] ?? Infinity];
      const [starts, ends] = spans.some(Boolean) || given.get("sort") === "date" ? await index.load("dates") : [];
      const keep = (number) =>
        sets.every((set) => set.has(number)) &&
        (!given.get("table") || (table && number >= table.first && number < table.first + table.count)) &&
        (!spans.some(Boolean) ||
          ((starts[number] !== null || ends[number] !== null) && (starts[number] ?? -Infinity) <= until && (ends[number] ?? Infinity) >= from));
      let found = [], some = false;
      if (terms(given.get("q") ?? "").length) {
        const { hits, some: only } = await index.search(given.get("q"), keep);
        [found, some] = [hits.map((hit) => [hit.id, hit.terms]), only];
        const exact = await index.numberOf(given.get("q").trim());
        if (exact !== null && keep(exact)) found = [[exact, []], ...found.filter(([number]) => number !== exact)];
        if (exact !== null && some) found = found.slice(0, 1);
        some = some && exact === null;
      } else if (!given.get("q")) {
        const first = table?.first ?? 0, last = table ? table.first + table.count : index.contents.records;
        const all = sets.length ? [...sets[0]].sort((a, b) => a - b) : Array.from({ length: last - first }, (_, place) => first + place);
        found = all.filter(keep).map((number) => [number, []]);
      }
      if (given.get("sort") === "date") {
        const none = (number) => starts[number] === null && ends[number] === null;
        const less = (a, b) => (a === b ? 0 : a < b ? -1 : 1);
        found.sort(([a], [b]) => none(a) - none(b) || less(starts[a] ?? -Infinity, starts[b] ?? -Infinity) || less(ends[a] ?? Infinity, ends[b] ?? Infinity) || a - b);
      }
      return { found, some };
    }

    async function show() {
      const mine = ++turn;
      write();
      let chosen;
      try {
        if (!index) {
          const contents = await load(root, "contents");
          takeFolding(contents.folding);
          index = new Index(root, lang, contents);
        }
        for (const box of records.filter((each) => each.checked)) {
          const number = await index.numberOf(box.value);
          box.parentElement.querySelector("b").textContent = number === null ? box.value : (await index.row(number))[1];
        }
        chosen = await choose();
        if (chosen.found) chosen.rows = await Promise.all(chosen.found.slice(page * SHOWN, (page + 1) * SHOWN).map(([number]) => index.row(number)));
      } catch (error) {
        if (mine === turn) at("status").textContent = words.failed;
        console.error(error);
        return;
      }
      if (mine !== turn) return; // something else was asked meanwhile
      const { found = [], rows = [], some, wrong } = chosen;
      const pages = Math.ceil(found.length / SHOWN);
      at("status").textContent = wrong ? words["span wrong"] : !found.length ? words.nothing : words.found.replace("{count}", found.length.toLocaleString(lang)) + (some ? ` ${words.some}` : "");
      results = found.map(([number]) => number);
      at("save").hidden = !found.length;
      at("hits").replaceChildren(...rows.map((row, place) => {
        const [number, hit] = found[page * SHOWN + place], [id, caption, spoken, date, look] = row;
        const item = document.createElement("li"), link = document.createElement("a"), more = document.createElement("small");
        link.href = index.address(number, row);
        if (spoken) link.lang = spoken;
        link.append(...marked(caption, hit));
        const when = Object.assign(document.createElement("span"), { className: `date ${look}`, textContent: date });
        more.append(words.tables[index.tableOf(number).name], " ", when, " ", Object.assign(document.createElement("code"), { textContent: id }));
        item.append(link, more);
        return item;
      }));
      at("turning").hidden = pages < 2;
      at("place").textContent = words["page of"].replace("{page}", page + 1).replace("{pages}", pages.toLocaleString(lang));
      at("back").disabled = page === 0;
      at("on").disabled = page + 1 >= pages;
      form.dataset.shown = mine;
    }

    // All results as a file. An apostrophe keeps spreadsheet programs from taking a text for a formula.
    async function save(format) {
      const rows = await Promise.all(results.map(async (number) => {
        const [id, text, , date] = await index.row(number);
        return { id, table: words.tables[index.tableOf(number).name], date, text };
      }));
      const formula = new RegExp(words.formula, "u"), cell = (text) => `"${text.replace(formula, "'$&").replaceAll('"', '""')}"`;
      const lines = [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].map((cells) => `${cells.map(cell).join(",")}\r\n`);
      const content = format === "csv" ? ["\ufeff", ...lines] : [JSON.stringify(rows, null, 1), "\n"];
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(content, { type: format === "csv" ? "text/csv" : "application/json" }));
      link.download = `results.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
    }

    const turned = (by) => { page += by; show(); at("results").focus(); at("results").scrollIntoView(); };
    let pause;
    form.addEventListener("input", () => { page = 0; clearTimeout(pause); pause = setTimeout(show, 150); });
    form.addEventListener("submit", (event) => { event.preventDefault(); page = 0; show(); });
    form.addEventListener("reset", () => { page = 0; setTimeout(() => { for (const box of records) { box.checked = false; box.closest("p").hidden = true; } show(); }); });
    at("save").addEventListener("click", (event) => { if (event.target.value) save(event.target.value); });
    at("back").addEventListener("click", () => turned(-1));
    at("on").addEventListener("click", () => turned(1));
    window.addEventListener("hashchange", () => { read(); show(); });
    read();
    await show();
  }

  const MEMORY = "dxgov-language";
  const remembered = (set) => {
    try {
      if (set) localStorage.setItem(MEMORY, set);
      return localStorage.getItem(MEMORY);
    } catch { return null; } // some browsers keep nothing for pages in folders
  };

  // The other language begins where this one is read.
  function keepPlace() {
    const link = document.getElementById("language");
    if (link) link.hash = location.hash;
  }

  // Pages in folders may not write to the clipboard in every browser; there a selected text is copied.
  async function copy(text) {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  // A list gets a field that hides the rows without some words, and buttons in its heads that sort the rows.
  function enrich(table) {
    const body = table.tBodies[0], rows = [...body.rows], label = document.createElement("label"), field = document.createElement("input");
    field.type = "search";
    label.className = "filter";
    label.append(table.dataset.filter, " ", field);
    table.before(label);
    table.classList.add("sortable");
    const plain = (text) => text.normalize("NFKC").toLowerCase();
    field.addEventListener("input", () => {
      const words = plain(field.value).split(/\s+/u);
      for (const row of rows) row.hidden = !words.every((word) => plain(row.textContent).includes(word));
    });
    const heads = [...table.tHead.rows[0].cells], key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent.trim();
    for (const [column, head] of heads.entries()) {
      const button = Object.assign(document.createElement("button"), { type: "button", title: table.dataset.sort });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const order = [...rows].sort((a, b) => (key(a, column) === "") - (key(b, column) === "") || key(a, column).localeCompare(key(b, column), document.documentElement.lang) * (down ? -1 : 1));
        body.append(...order);
      });
    }
  }

  // The page above the languages goes on to the reader's, and, behind a #, to a record.
  async function enter() {
    const lang = remembered() ?? (navigator.languages.find((each) => /^(ja|en)\b/.test(each)) ?? "ja").slice(0, 2);
    const id = decodeURIComponent(location.hash.slice(1));
    let page = /^[a-z0-9][a-z0-9._-]*$/.test(id) ? `id/${id}.html` : "index.html";
    if (id) {
      try {
        const index = new Index("", lang, await load("", "contents")), number = await index.numberOf(id);
        if (number !== null) page = index.address(number, await index.row(number));
      } catch (error) { console.error(error); }
    }
    location.replace(`${lang}/${page}`);
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("[data-entrance]")) { enter(); return; }
    keepPlace();
    window.addEventListener("hashchange", keepPlace);
    document.getElementById("language").addEventListener("click", (event) => remembered(event.currentTarget.hreflang));
    for (const table of document.querySelectorAll("table.list[data-filter]")) enrich(table);
    for (const button of document.querySelectorAll("button.copy")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await copy(document.getElementById(button.dataset.from).textContent);
        button.textContent = button.dataset.copied;
      });
    }
    const form = document.getElementById("find");
    if (form) find(form);
  });

  return { part, terms, days };
})();
