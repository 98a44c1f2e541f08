// A new job: files are shown as soon as they are chosen, corrections are shown at once, the upload is followed.
// One over the files of another job has no field for files; what is understood of them is there from the beginning.
const form = document.getElementById("new");
const input = document.getElementById("file");
const said = document.getElementById("said");
const panels = document.getElementById("panels");
const upload = document.getElementById("upload");
const keep = document.getElementById("keep");
const FINDS_PERSONS = ["link", "deduplicate"];
const SHARED = ["operation", "profile"];
const LOOKED_AT = 8 * 1024 * 1024 + 1; // a preview sees less; one byte more says that the file goes on
let round = 0;

document.getElementById("preview").hidden = true;
document.getElementById("again")?.remove();
if (input) panels.replaceChildren();
else for (const panel of panels.children) rove(panel);

const page = (text) => new DOMParser().parseFromString(text, "text/html");
const refusal = (text) => page(text).querySelector(".notice.bad")?.innerText.trim() ?? "The server refused this.";
const planned = () => [...panels.children].filter((one) => one.querySelector("[name=plan]")?.value).length;

// How many files were looked at, and what about them is to be known before one starts.
function outcome() {
  const names = [...input.files].map((one) => one.name);
  const [count, unread] = [names.length, names.length - planned()];
  const twice = names.find((one, at) => names.indexOf(one) < at);
  const told = [`Looked at ${count} ${count > 1 ? "files" : "file"}.`];
  if (unread) told.push(unread < count ? `${unread} of them cannot be read.` : count > 1 ? "None of them can be read." : "It cannot be read.");
  else told.push("Correct what is wrong, then start.");
  if (twice) told.push(`Two are called ${twice}; they count as deliveries of one source.`);
  if (planned() > 1 && !FINDS_PERSONS.includes(form.elements.operation.value)) told.push("Choose the operation link to find each person in all of them.");
  return told.join(" ");
}

// Asks what would be understood of one file, with what is chosen in its panel if there is one already.
async function ask(at, panel) {
  const body = new FormData();
  if (form.elements.token) body.append("token", form.elements.token.value);
  for (const name of SHARED) body.append(name, form.elements[name].value);
  for (const one of panel?.querySelectorAll("[name]") ?? []) if (one.name !== "at") body.append(one.name, one.value);
  body.append("at", at);
  const file = input?.files[at];
  if (file) body.append("file", file.slice(0, LOOKED_AT, file.type), file.name);
  const answer = await fetch(form.dataset.preview, { method: "POST", body, headers: { Accept: "text/html" } });
  const text = await answer.text();
  if (answer.ok) return document.importNode(page(text).querySelector(".panel"), true);
  const section = document.createElement("section");
  section.className = "panel";
  section.dataset.at = at;
  const [head, why] = [document.createElement("h2"), document.createElement("p")];
  head.textContent = input?.files[at].name ?? panel.querySelector("h2").textContent;
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
  keep.hidden = !planned();
  said.textContent = input.files.length ? outcome() : "";
}

// What somebody corrected stays; the rest is decided anew.
async function correctAll() {
  if (!panels.children.length) return;
  const mine = ++round;
  said.textContent = "Reading it that way …";
  for (const panel of [...panels.children]) {
    const kept = !input || panel.querySelector("[name=corrected]") || panel.querySelector("[name=table]")?.value;
    const fresh = await ask(Number(panel.dataset.at), kept ? panel : undefined);
    if (mine !== round) return;
    panel.replaceWith(fresh);
    rove(fresh);
  }
  said.textContent = "Read that way.";
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
  if (!input) return;
  if (event.submitter === keep) {
    input.disabled = true; // a profile is made of what was understood: the files stay here
    setTimeout(() => (input.disabled = false));
    return;
  }
  event.preventDefault();
  send();
});
form.addEventListener("change", (event) => {
  const panel = event.target.closest(".panel");
  if (panel) correct(panel, event.target.name);
  else if (event.target === input) show();
  else if (SHARED.includes(event.target.name)) correctAll();
});
for (const kind of ["focusin", "mouseover"]) panels.addEventListener(kind, (event) => why(event.target.closest(".changed")));
panels.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".changed");
  if (cell && step(cell, event.key)) event.preventDefault();
});
const drop = form.querySelector(".drop");
for (const [kind, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  drop?.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", over);
  });
}
drop?.addEventListener("drop", (event) => {
  input.files = event.dataTransfer.files;
  show();
});
