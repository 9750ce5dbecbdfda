
// With a server: changes are sent to it with the digest of what the page shows, and the page is read again after each.
const say = (ja, en) => (japanese() ? ja : en);
const statusLine = document.body.appendChild(document.createElement("p"));
statusLine.id = "status";
statusLine.setAttribute("role", "status");

function tell(text, isFault) {
  statusLine.textContent = text;
  statusLine.classList.toggle("fault", Boolean(isFault));
}

async function ask(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    const response = await fetch(path, { cache: "no-store", ...options });
    const content = response.headers.get("Content-Type")?.includes("json") ? await response.json() : await response.text();
    return { ok: response.ok, status: response.status, content };
  } catch {
    const ja = "サーバーに接続できません。dxgov review が動いているか確かめてください。この変更は保存されていません。";
    return { ok: false, status: 0, content: { ja, en: "The server does not answer; is dxgov review still running? This change is not saved." } };
  }
}

const textOf = (content) => content[japanese() ? "ja" : "en"] ?? String(content);

// Reading the page again

const todoKey = (block) => `${block.dataset.record} ${block.dataset.field ?? ""}`;
const listTodos = () => [...document.querySelectorAll("li.todo")];

// Where the focus is, in a form that outlasts the blocks of the page.
function readPlace() {
  const active = document.activeElement, todo = active?.closest("li.todo");
  return { key: todo && todoKey(todo), index: listTodos().indexOf(todo), id: active?.closest("article, [data-line]")?.id ?? "" };
}

// Whoever works through what is left stays there: at the same thing, or at that which has taken its place.
function goBack(place) {
  const todos = listTodos();
  const todo = place.key && (todos.find((other) => todoKey(other) === place.key) ?? todos[Math.min(place.index, todos.length - 1)]);
  (todo || document.getElementById(place.id) || document.getElementById(shown))?.focus();
}
let shown = "";

// Replace what the page shows by the present state, and keep the place; `record` is the record to go to, null to stay.
async function reload(record = null) {
  const answer = await ask("./");
  if (!answer.ok) {
    tell(textOf(answer.content), true);
    return false;
  }
  const fresh = new DOMParser().parseFromString(answer.content, "text/html");
  const place = readPlace();
  shown = record ?? shown;
  const scrolls = [...document.querySelectorAll("main > section")].map((section) => section.scrollTop);
  const wasOpen = document.querySelector("#keys")?.open;
  document.querySelector("header").replaceWith(fresh.querySelector("header"));
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  document.title = fresh.title;
  root.dataset.digest = fresh.documentElement.dataset.digest;
  for (const [number, section] of document.querySelectorAll("main > section").entries()) section.scrollTop = scrolls[number] ?? 0;
  if (wasOpen) document.querySelector("#keys").showModal();
  if (!document.querySelector("dialog[open]")) goBack(record && !place.key ? { id: record } : place);
  return true;
}

let changes = 0;
async function change(action, details) {
  changes++;
  const answer = await ask("changes", { digest: root.dataset.digest, action, arguments: details });
  if (answer.ok || answer.status === 409) await reload(answer.content.record ?? null);
  changes--;
  tell(textOf(answer.ok ? answer.content.text : answer.content), !answer.ok);
  return answer.ok;
}

// Another window or program may change the draft at any time.
async function watch() {
  if (document.hidden || changes) return;
  const before = root.dataset.digest, answer = await ask("state");
  // What this page has changed meanwhile is no news to it.
  if (changes || before !== root.dataset.digest) return;
  if (answer.ok && answer.content.digest !== before && (await reload()))
    tell(say("ほかのウィンドウかプログラムで変更されたため、読み直しました。", "Another window or program has changed the draft; it was read again."));
}
setInterval(watch, 3000);
document.addEventListener("visibilitychange", watch);

// Dialogs

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function openDialog(title, content, submit, ...buttons) {
  const place = readPlace();
  const heading = make("h2", { id: "dialog-title", textContent: title });
  const fault = make("p", { className: "fault" });
  fault.setAttribute("role", "alert");
  const cancel = make("button", { type: "button", textContent: say("閉じる", "Close") });
  const form = make("form", {}, heading, ...content, fault, make("p", { className: "buttons" }, ...buttons, cancel));
  const dialog = make("dialog", { className: "form" }, form);
  dialog.setAttribute("aria-labelledby", "dialog-title");
  document.body.append(dialog);
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    goBack(place);
  });
  let isBusy = false;
  const send = async (isAccepting) => {
    if (isBusy) return;
    isBusy = true;
    const message = await submit(isAccepting);
    isBusy = false;
    if (message === null) {
      dialog.close();
    } else fault.textContent = message;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.submitter?.value === "accept");
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.target.matches("button")) return;
    event.preventDefault();
    send(event.ctrlKey || event.metaKey);
  });
  dialog.showModal();
  return dialog;
}

const submitButton = (ja, en, value = "") => make("button", { type: "submit", value, textContent: say(ja, en) });

let count = 0;
const nextId = () => `control-${++count}`;

function makeField(label, control) {
  control.id = nextId();
  return make("p", {}, make("label", { htmlFor: control.id, textContent: label }), control);
}

// Forms of records

let forms, records;
const loadForms = async () => (forms ??= (await ask("forms")).content);
async function loadRecords() {
  if (records?.digest !== root.dataset.digest) {
    const answer = await ask("records");
    if (!answer.ok) return null;
    records = answer.content;
  }
  return records;
}
const titleOf = (item) => (japanese() ? item.ja : item.en);
const captionOf = (id) => records.records[id]?.caption ?? forms.known.find((known) => known.id === id)?.caption ?? "";

// The records that a column may refer to, each once, as a list to pick from.
function makePicks(column) {
  const entries = Object.entries(records.records).map(([id, record]) => ({ id, ...record }));
  const isFit = (record) =>
    (!column.target || record.table === column.target) &&
    (!column.kinds.length || !column.kind_column || !record.cells[column.kind_column] || column.kinds.includes(record.cells[column.kind_column]));
  const list = make("datalist", { id: nextId() });
  const seen = new Set();
  for (const record of [...entries, ...forms.known].filter(isFit)) {
    if (seen.has(record.id)) continue;
    seen.add(record.id);
    list.append(make("option", { value: record.id, label: `${record.caption} ${record.id}`.trim() }));
  }
  return list;
}

const parseList = (text) => {
  try {
    return JSON.parse(text || "[]");
  } catch {
    return [text];
  }
};
const formatList = (members) => (members.length ? JSON.stringify(members) : "");
const normalize = (column, text) => (column.many ? formatList(parseList(text)) : text);

function makeSelect(options, value) {
  const select = make("select", {}, make("option", { value: "", textContent: "" }));
  const values = options.map((option) => option.value);
  for (const option of options) select.append(make("option", { value: option.value, textContent: `${titleOf(option)} (${option.value})` }));
  if (value && !values.includes(value)) select.append(make("option", { value, textContent: value }));
  select.value = value;
  return select;
}

// The control of a column: an element to show, and functions that read and write its cell.
function makeControl(column, label, value) {
  if (column.many && column.codes.length) {
    const boxes = column.codes.map((code) => make("input", { type: "checkbox", value: code.value, id: nextId() }));
    const set = make("fieldset", {}, make("legend", { textContent: label }));
    for (const [index, box] of boxes.entries()) set.append(make("span", {}, box, make("label", { htmlFor: box.id, textContent: titleOf(column.codes[index]) })));
    const write = (text) => boxes.forEach((box) => (box.checked = parseList(text).includes(box.value)));
    // Members that are ticked already keep their order, which may tell their weight.
    let order = parseList(value);
    write(value);
    return {
      element: set,
      first: boxes.find((box) => box.checked) ?? boxes[0],
      write: (text) => ((order = parseList(text)), write(text)),
      read: () => {
        const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
        const known = order.filter((member) => ticked.includes(member) || !boxes.some((box) => box.value === member));
        return formatList([...known, ...ticked.filter((member) => !known.includes(member))]);
      },
    };
  }
  if (column.many) {
    const set = make("fieldset", {}, make("legend", { textContent: label }));
    const picks = column.is_reference ? makePicks(column) : null;
    if (picks) set.append(picks);
    const add = (member) => {
      const input = make("input", { value: member, autocomplete: "off" });
      if (picks) input.setAttribute("list", picks.id);
      const caption = make("small", { textContent: member && picks ? captionOf(member) : "" });
      input.setAttribute("aria-label", `${label} ${set.querySelectorAll("input").length + 1}`);
      input.addEventListener("input", () => {
        if (picks) caption.textContent = captionOf(input.value);
        if ([...set.querySelectorAll("input")].every((other) => other.value)) add("");
      });
      set.append(make("span", {}, input, caption));
    };
    const write = (text) => {
      for (const span of set.querySelectorAll("span")) span.remove();
      for (const member of [...parseList(text), ""]) add(member);
    };
    write(value);
    return {
      element: set,
      get first() {
        return [...set.querySelectorAll("input")].find((input) => !input.value) ?? set.querySelector("input");
      },
      write,
      read: () => formatList([...set.querySelectorAll("input")].map((input) => input.value.trim()).filter(Boolean)),
    };
  }
  const booleans = [
    { value: "true", ja: "はい", en: "yes" },
    { value: "false", ja: "いいえ", en: "no" },
  ];
  let control, extra = [];
  if (column.codes.length) control = makeSelect(column.codes, value);
  else if (column.kind === "boolean") control = makeSelect(booleans, value);
  else if (column.is_reference) {
    const picks = makePicks(column), caption = make("small", { textContent: captionOf(value) });
    control = make("input", { value, autocomplete: "off" });
    control.setAttribute("list", picks.id);
    control.addEventListener("input", () => (caption.textContent = captionOf(control.value)));
    extra = [picks, caption];
  } else if (column.kind === "text") control = make("textarea", { rows: 1, value });
  else control = make("input", { value, inputMode: column.kind === "integer" ? "numeric" : "text", autocomplete: "off" });
  const element = makeField(label, control);
  element.append(...extra);
  const write = (text) => {
    control.value = text;
    control.dispatchEvent(new Event("input"));
  };
  return { element, first: control, write, read: () => control.value.trim() };
}

function makePassage(first, last) {
  const passage = make("blockquote", { lang: "ja", className: "source" });
  for (let number = Number(first); number <= Number(last); number++) {
    const text = document.querySelector(`#L${number} > .source`)?.textContent;
    if (text !== undefined) passage.append(make("span", { textContent: `${number}　${text}` }));
  }
  return passage;
}

async function openForm(id, fieldName) {
  await loadForms();
  await loadRecords();
  const record = records?.records[id];
  if (!record) return;
  const table = forms.tables[record.table];
  const marks = new Map([...document.querySelectorAll("li.todo[data-field]")].filter((todo) => todo.dataset.record === id).map((todo) => [todo.dataset.field, todo]));
  // What is left comes first.
  const fields = [...table.fields.filter((field) => marks.has(field.name)), ...table.fields.filter((field) => !marks.has(field.name))];
  const controls = [];
  const content = [makePassage(record.cells.citation_first_line, record.cells.citation_last_line)];
  for (const field of fields) {
    const own = field.columns.map((column) => {
      const value = normalize(column, record.cells[column.name] ?? "");
      const control = makeControl(column, titleOf(field.columns.length > 1 ? column : field), value);
      controls.push({ column, value, control, field });
      return control;
    });
    const box = make("div", { className: `field ${marks.has(field.name) ? "left" : ""}` });
    box.dataset.field = field.name;
    if (field.columns.length > 1) box.append(make("fieldset", {}, make("legend", { textContent: titleOf(field) }), ...own.map((control) => control.element)));
    else box.append(own[0].element);
    const why = marks.get(field.name)?.querySelector(".why");
    if (why) box.append(make("small", { className: "unsure", textContent: [...why.childNodes].filter((node) => !node.lang || node.lang === root.lang).map((node) => node.textContent).join("") }));
    for (const option of marks.get(field.name)?.querySelectorAll("[data-action=choose]") ?? []) {
      const button = make("button", { type: "button" }, ...[...option.childNodes].map((node) => node.cloneNode(true)));
      button.addEventListener("click", () => {
        const parts = field.columns.length > 1 ? JSON.parse(option.dataset.value) : null;
        for (const [index, column] of field.columns.entries()) own[index].write(parts ? (parts[column.part] ?? "") : option.dataset.value);
      });
      box.append(button);
    }
    box.append(" ", make("small", { className: "meaning", textContent: japanese() ? field.meaning_ja : field.meaning_en }));
    content.push(box);
  }
  const submit = async (isAccepting) => {
    const written = controls.filter(({ column, value, control }) => normalize(column, control.read()) !== value);
    // What was changed elsewhere since the form was opened is shown first, and written over only when saved again.
    const now = (await loadRecords())?.records[id];
    if (!now) return say("この記録はもうありません。", "The record is gone.");
    const rivals = written.filter(({ column, value }) => normalize(column, now.cells[column.name] ?? "") !== value);
    if (rivals.length) {
      for (const rival of rivals) rival.value = normalize(rival.column, now.cells[rival.column.name] ?? "");
      const list = rivals.map(({ column, value }) => `${titleOf(column)}: ${value || "–"}`).join(" / ");
      return say(`次の項目はほかで変更されています。もう一度保存すると、この入力に置き換わります。${list}`, `Changed elsewhere since; save again to put yours in its place. ${list}`);
    }
    const cells = Object.fromEntries(written.map(({ column, control }) => [column.name, control.read()]));
    if (isAccepting) cells.review = forms.reviewed;
    if (!Object.keys(cells).length) return null;
    return (await change("amend", { record: id, cells })) ? null : statusLine.textContent;
  };
  const title = `${titleOf(table)}: ${record.caption || id}`;
  openDialog(title, content, submit, submitButton("保存", "Save"), submitButton("保存して確認済みにする", "Save and accept", "accept"));
  const focused = controls.find(({ field }) => field.name === fieldName) ?? controls.find(({ field }) => marks.has(field.name)) ?? controls[0];
  focused.control.first.focus();
}

async function openSplit(id) {
  await loadForms();
  await loadRecords();
  const record = records?.records[id];
  if (!record) return;
  const { citation_first_line: first, citation_last_line: last } = record.cells;
  const line = make("input", { inputMode: "numeric", autocomplete: "off" });
  const hint = say("二つ目の記録の最初の行。同じ行から二つの記録を作るときは空欄にします。", "First line of the second record; empty if both are read in the same lines.");
  const content = [makePassage(first, last), makeField(hint, line)];
  const submit = async () => ((await change("split", { record: id, line: line.value.trim() ? Number(line.value) : null })) ? null : statusLine.textContent);
  openDialog(say(`分割: ${record.caption || id}`, `Split: ${record.caption || id}`), content, submit, submitButton("分割", "Split"));
  line.focus();
}

async function openMerge(id) {
  await loadForms();
  await loadRecords();
  const record = records?.records[id];
  if (!record) return;
  const ids = Object.keys(records.records).filter((other) => records.records[other].table === record.table);
  const picks = make("select");
  for (const other of ids) if (other !== id) picks.append(make("option", { value: other, textContent: `${records.records[other].caption} ${other}`.trim() }));
  picks.value = ids[Math.max(ids.indexOf(id) - 1, 0)] === id ? (ids[1] ?? "") : ids[Math.max(ids.indexOf(id) - 1, 0)];
  const hint = say("統合先の記録。値はこの記録のものが残り、空欄だけが補われます。", "The record that stays; it keeps its values and takes what it lacks.");
  const submit = async () => ((await change("merge", { record: id, into: picks.value })) ? null : statusLine.textContent);
  openDialog(say(`統合: ${record.caption || id}`, `Merge: ${record.caption || id}`), [makeField(hint, picks)], submit, submitButton("統合", "Merge"));
  picks.focus();
}

async function openAdd(block) {
  await loadForms();
  const lines = block?.dataset.line ? [block.dataset.line, block.dataset.line] : [block?.dataset.first ?? "1", block?.dataset.last ?? "1"];
  const table = make("select");
  for (const [name, item] of Object.entries(forms.tables)) table.append(make("option", { value: name, textContent: `${titleOf(item)} (${name})` }));
  table.value = block?.dataset.table ?? document.querySelector("article:last-of-type")?.dataset.table ?? table.value;
  const [first, last] = lines.map((number) => make("input", { value: number, inputMode: "numeric", autocomplete: "off" }));
  const id = make("input", { autocomplete: "off" });
  const content = [
    makeField(say("表", "Table"), table),
    makeField(say("最初の行", "First line"), first),
    makeField(say("最後の行", "Last line"), last),
    makeField(say("ID（空欄なら自動）", "Id (empty for one that is made)"), id),
  ];
  let added = null;
  const submit = async () => {
    const details = { table: table.value, first_line: Number(first.value), last_line: Number(last.value), record: id.value.trim() };
    const before = new Set([...document.querySelectorAll("article")].map((article) => article.id));
    if (!(await change("add", details))) return statusLine.textContent;
    added = [...document.querySelectorAll("article")].find((article) => !before.has(article.id))?.id;
    return null;
  };
  const dialog = openDialog(say("記録を追加", "Add a record"), content, submit, submitButton("追加", "Add"));
  dialog.addEventListener("close", () => added && openForm(added));
  table.focus();
}

async function openLeft() {
  tell(say("調べています…", "Checking…"));
  const answer = await ask("left");
  tell(answer.ok ? "" : textOf(answer.content), !answer.ok);
  if (!answer.ok) return;
  const { problems, command } = answer.content;
  const list = make("ul", { className: "todos" });
  for (const problem of problems) {
    const item = make("li", {}, make("strong", { className: "empty", textContent: titleOf(problem) }), ` ${problem.text} `);
    if (problem.record && document.getElementById(problem.record)) {
      const go = make("button", { type: "button", textContent: say("修正", "Edit") });
      go.addEventListener("click", () => {
        item.closest("dialog").close();
        openForm(problem.record, problem.field);
      });
      item.append(go);
    }
    list.append(item);
  }
  const summary = problems.length
    ? say(`公開するまでに、あと${problems.length}件あります。`, `${problems.length} left before it can be published.`)
    : say("残りはありません。次のコマンドで公開できます。", "Nothing is left. This command publishes it:");
  const content = [make("p", { textContent: summary }), problems.length ? list : make("pre", { textContent: command })];
  openDialog(say("公開の準備", "Ready to publish?"), content, async () => null);
}

// Actions

async function act(name, block, button) {
  const id = button?.dataset.record ?? block?.dataset.record;
  if (name === "close") button.closest("dialog").close();
  else if (name === "keys") document.querySelector("#keys").showModal();
  else if (name === "left") await openLeft();
  else if (name === "add") await openAdd(block);
  else if (name === "undo" || name === "redo") await change(name, {});
  else if (!id) tell(say("先に記録を選んでください。", "Choose a record first."), true);
  else if (name === "amend") await openForm(id, block?.dataset.field);
  else if (name === "accept") await change("accept", { record: id });
  else if (name === "choose") await change("choose", { record: id, field: button.dataset.field, value: button.dataset.value });
  else if (name === "split") await openSplit(id);
  else if (name === "merge") await openMerge(id);
  else if (name === "delete") await change("delete", { record: id });
}
const findBlock = () => document.activeElement?.closest("li.todo, article, [data-line]");
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) act(button.dataset.action, button.closest("li.todo, article") ?? findBlock(), button);
});

const keys = { e: "amend", a: "accept", s: "split", m: "merge", x: "delete", c: "add", z: "undo", y: "redo", w: "left", "?": "keys" };
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("dialog")) return;
  const block = findBlock(), isControl = event.target.closest("button, a, summary");
  if (event.key in keys) act(keys[event.key], block);
  else if (event.key === "Enter" && !isControl && block?.dataset.line) listCiting(block).find((other) => other.matches("article"))?.focus();
  else if (event.key === "Enter" && !isControl && block) act("amend", block);
  else if (/^[1-9]$/.test(event.key) && block) {
    const option = block.querySelectorAll("[data-action=choose]")[Number(event.key) - 1];
    if (option) act("choose", block, option);
  } else if (event.key === "d" && block?.dataset.first) document.getElementById(`L${block.dataset.first}`)?.focus();
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && block?.dataset.line) step("[data-line]", event.key === "ArrowDown" ? 1 : -1);
  else return;
  event.preventDefault();
});
