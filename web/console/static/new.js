// A new job: files are shown as soon as they are chosen, corrections are shown at once, the upload is followed.
const form = document.getElementById("new");
const input = document.getElementById("file");
const said = document.getElementById("said");
const panels = document.getElementById("panels");
const upload = document.getElementById("upload");
const SHARED = ["operation", "profile"];
let round = 0;

document.getElementById("preview").hidden = true;
document.getElementById("again")?.remove();
panels.replaceChildren();

const page = (text) => new DOMParser().parseFromString(text, "text/html");
const refusal = (text) => page(text).querySelector(".notice.bad")?.textContent ?? "The server refused this.";

// Asks what would be understood of one file, with what is chosen in its panel if there is one already.
async function ask(at, panel) {
  const body = new FormData();
  if (form.elements.token) body.append("token", form.elements.token.value);
  for (const name of SHARED) body.append(name, form.elements[name].value);
  for (const one of panel?.querySelectorAll("[name]") ?? []) if (one.name !== "at") body.append(one.name, one.value);
  body.append("at", at);
  body.append("file", input.files[at]);
  const answer = await fetch("/new/preview", { method: "POST", body, headers: { Accept: "text/html" } });
  const text = await answer.text();
  if (answer.ok) return document.importNode(page(text).querySelector(".panel"), true);
  const section = document.createElement("section");
  section.className = "panel";
  section.dataset.at = at;
  const [head, why] = [document.createElement("h2"), document.createElement("p")];
  head.textContent = input.files[at].name;
  why.className = "notice bad";
  why.textContent = refusal(text);
  section.append(head, why);
  return section;
}

async function show() {
  const mine = ++round;
  panels.replaceChildren();
  for (let at = 0; at < input.files.length; at++) {
    said.textContent = `Looking at ${input.files[at].name} …`;
    const panel = await ask(at);
    if (mine !== round) return;
    panels.append(panel);
    rove(panel);
  }
  const count = input.files.length;
  said.textContent = count ? `Looked at ${count} ${count > 1 ? "files" : "file"}. Correct below what is wrong.` : "";
}

async function correct(panel, name) {
  const mine = ++round;
  said.textContent = "Reading it that way …";
  panel.setAttribute("aria-busy", "true");
  const fresh = await ask(Number(panel.dataset.at), panel);
  if (mine !== round) return;
  panel.replaceWith(fresh);
  rove(fresh);
  fresh.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
  said.textContent = "Read as you corrected it.";
}

// One changed cell of each table is reached by Tab, the others from it by the arrow keys; each says why.
function rove(panel) {
  for (const table of panel.querySelectorAll("table.cells")) table.querySelector(".changed")?.setAttribute("tabindex", "0");
}

function why(cell) {
  const told = cell?.closest(".scroll").previousElementSibling;
  if (told) told.textContent = cell.dataset.why;
}

function step(cell, key) {
  const row = cell.parentElement;
  const all = [...row.parentElement.querySelectorAll(".changed")];
  const at = all.indexOf(cell);
  const down = (rows) => rows.map((one) => one.cells[cell.cellIndex]).find((one) => one?.classList.contains("changed"));
  const rows = [...row.parentElement.rows];
  const to = { ArrowRight: () => all[at + 1], ArrowLeft: () => all[at - 1], ArrowDown: () => down(rows.slice(row.sectionRowIndex + 1)),
    ArrowUp: () => down(rows.slice(0, row.sectionRowIndex).reverse()) }[key]?.();
  if (!to) return false;
  cell.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
  return true;
}

function send() {
  const request = new XMLHttpRequest();
  const bar = upload.querySelector("progress");
  const end = (text) => {
    said.textContent = text;
    upload.hidden = true;
    for (const one of form.querySelectorAll("button")) one.disabled = false;
  };
  request.upload.addEventListener("progress", (one) => {
    bar.value = (100 * one.loaded) / one.total;
    said.textContent = `Uploading: ${Math.floor(bar.value)} %`;
  });
  request.addEventListener("load", () => (request.status < 400 ? location.assign(request.responseURL) : end(refusal(request.responseText))));
  request.addEventListener("error", () => end("The connection broke. Nothing was started; try again."));
  upload.hidden = false;
  for (const one of form.querySelectorAll("button")) one.disabled = true;
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
form.addEventListener("change", (event) => {
  const panel = event.target.closest(".panel");
  if (panel) correct(panel, event.target.name);
  else if (event.target === input || SHARED.includes(event.target.name)) show();
});
for (const kind of ["focusin", "mouseover"]) panels.addEventListener(kind, (event) => why(event.target.closest(".changed")));
panels.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".changed");
  if (cell && step(cell, event.key)) event.preventDefault();
});
const drop = form.querySelector(".drop");
drop.addEventListener("dragover", (event) => event.preventDefault());
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  input.files = event.dataTransfer.files;
  show();
});
