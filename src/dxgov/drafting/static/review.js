"use strict";
// The page of a draft: lines and records light each other; j and k go through what is left, q through what is in doubt, l changes the language.
const root = document.documentElement;
const listBlocks = () => [...document.querySelectorAll("[data-first]")];
const listLines = () => [...document.querySelectorAll("ol.lines li")];
const japanese = () => root.dataset.lang === "ja";

function light(isLit) {
  for (const line of listLines()) line.classList.toggle("lit", isLit(line));
}

// The lines of a record or of something left to do.
function lightLines(block, scroll) {
  const first = Number(block.dataset.first), last = Number(block.dataset.last);
  for (const other of listBlocks()) other.classList.toggle("lit", other === block);
  light((line) => first <= Number(line.dataset.line) && Number(line.dataset.line) <= last);
  if (scroll) document.getElementById(`L${first}`)?.scrollIntoView({ block: "center" });
}

// The records that cite a line, narrowest first.
function listCiting(line) {
  const number = Number(line.dataset.line);
  const width = (block) => block.dataset.last - block.dataset.first;
  return listBlocks()
    .filter((block) => Number(block.dataset.first) <= number && number <= Number(block.dataset.last))
    .sort((one, other) => width(one) - width(other));
}

function lightRecords(line, scroll) {
  light((other) => other === line);
  const citing = listCiting(line);
  for (const block of listBlocks()) block.classList.toggle("lit", citing.includes(block));
  if (scroll) citing.find((block) => block.matches("article"))?.scrollIntoView({ block: "center" });
}

function lightOthers(target, scroll) {
  const block = target.closest?.("[data-first]"), line = target.closest?.("[data-line]");
  if (block) lightLines(block, scroll);
  else if (line) lightRecords(line, scroll);
}
document.addEventListener("mouseover", (event) => lightOthers(event.target, false));
document.addEventListener("focusin", (event) => lightOthers(event.target, true));
document.addEventListener("click", (event) => {
  if (event.target.closest("#language")) switchLanguage();
  else lightOthers(event.target, true);
});

function switchLanguage() {
  root.lang = root.dataset.lang = japanese() ? "en" : "ja";
}

function step(selector, distance) {
  const items = [...document.querySelectorAll(selector)];
  const index = items.indexOf(document.activeElement?.closest(selector));
  const next = items[index < 0 ? (distance > 0 ? 0 : items.length - 1) : Math.min(Math.max(index + distance, 0), items.length - 1)];
  if (next) next.focus();
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("dialog")) return;
  if (event.key === "j") step("li.todo", 1);
  else if (event.key === "k") step("li.todo", -1);
  else if (event.key === "q") step("li.todo[data-kind=check]", 1);
  else if (event.key === "n") step("article", 1);
  else if (event.key === "p") step("article", -1);
  else if (event.key === "u") step("li.unread", 1);
  else if (event.key === "l") switchLanguage();
  else return;
  event.preventDefault();
});
if (!("chosen" in root.dataset) && !navigator.language.startsWith("ja")) switchLanguage();
