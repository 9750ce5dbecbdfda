"use strict";
// The page of a draft: lines and records light each other; j and k go through what is left, l changes the language.
const root = document.documentElement;
const blocks = [...document.querySelectorAll("[data-first]")];
const lines = [...document.querySelectorAll("ol.lines li")];

function light(isLit) {
  for (const line of lines) line.classList.toggle("lit", isLit(line));
}

// The lines of a record or of something left to do.
function lightLines(block, scroll) {
  const first = Number(block.dataset.first), last = Number(block.dataset.last);
  for (const other of blocks) other.classList.toggle("lit", other === block);
  light((line) => first <= Number(line.dataset.line) && Number(line.dataset.line) <= last);
  if (scroll) lines[first - 1]?.scrollIntoView({ block: "center" });
}

// The records that cite a line, narrowest first.
function lightRecords(line, scroll) {
  const number = Number(line.dataset.line);
  light((other) => other === line);
  const citing = blocks.filter((block) => Number(block.dataset.first) <= number && number <= Number(block.dataset.last));
  for (const block of blocks) block.classList.toggle("lit", citing.includes(block));
  const width = (block) => block.dataset.last - block.dataset.first;
  const narrowest = citing.filter((block) => block.matches("article")).sort((one, other) => width(one) - width(other))[0];
  if (scroll && narrowest) narrowest.scrollIntoView({ block: "center" });
}

for (const block of blocks) {
  block.addEventListener("mouseenter", () => lightLines(block, false));
  block.addEventListener("focus", () => lightLines(block, true));
  block.addEventListener("click", () => lightLines(block, true));
}
for (const line of lines) {
  line.addEventListener("mouseenter", () => lightRecords(line, false));
  line.addEventListener("focus", () => lightRecords(line, true));
  line.addEventListener("click", () => lightRecords(line, true));
}

function switchLanguage() {
  root.lang = root.dataset.lang = root.dataset.lang === "ja" ? "en" : "ja";
}
document.getElementById("language").addEventListener("click", switchLanguage);

function step(selector, distance) {
  const items = [...document.querySelectorAll(selector)];
  const index = items.indexOf(document.activeElement);
  const next = items[index < 0 ? (distance > 0 ? 0 : items.length - 1) : Math.min(Math.max(index + distance, 0), items.length - 1)];
  if (next) next.focus();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "j") step("li.todo", 1);
  else if (event.key === "k") step("li.todo", -1);
  else if (event.key === "n") step("article", 1);
  else if (event.key === "p") step("article", -1);
  else if (event.key === "u") step("li.unread", 1);
  else if (event.key === "l") switchLanguage();
  else return;
  event.preventDefault();
});
if (!navigator.language.startsWith("ja")) switchLanguage();
