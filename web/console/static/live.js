// Keeps what a page says up to date: its sections are fetched again and put in place where they differ.
// What somebody opened stays open, what has the focus keeps it; around a field or button that has it nothing is put in place.
const FIELDS = ":is(button, input, select, textarea):focus";
const PLACES = "summary, .scroll";
const HIDDEN = () => document.visibilityState === "hidden";

async function refresh(region) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html", "X-Background": "1" }, cache: "no-store" });
  if (answer.redirected) location.reload(); // nobody is logged in any more
  if (!answer.ok) return region;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = fresh.querySelector("main > [data-live]") ?? fresh.querySelector("main > div");
  for (const section of now?.querySelectorAll(":scope > section") ?? []) {
    const old = document.getElementById(section.id);
    if (!old || old.querySelector(FIELDS)) continue;
    const opened = [...old.querySelectorAll("details")].map((one) => one.open);
    section.querySelectorAll("details").forEach((one, at) => (one.open = opened[at] ?? one.open));
    if (old.isEqualNode(section)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const at = [...old.querySelectorAll(PLACES)].indexOf(focused);
    const scrolled = [...old.querySelectorAll(".scroll")].map((one) => one.scrollLeft);
    old.replaceWith(section);
    section.querySelectorAll(".scroll").forEach((one, at) => (one.scrollLeft = scrolled[at] ?? 0));
    const link = focused?.getAttribute("href");
    const place = link ? section.querySelector(`[href="${CSS.escape(link)}"]`) : section.querySelectorAll(PLACES)[at];
    place?.focus({ preventScroll: true });
  }
  if (now?.dataset.live) region.dataset.live = now.dataset.live;
  else delete region.dataset.live;
  return region;
}

function later(region) {
  if (!region?.dataset.live) return;
  setTimeout(async () => {
    if (!HIDDEN()) await refresh(region).catch(() => undefined);
    later(region);
  }, region.dataset.live * 1000);
}

// Says at once what changed, where there is a stream of it and somebody looks; without it the page is looked at now and then.
function listen(region) {
  let source;
  const follow = () => {
    source?.close();
    if (HIDDEN() || !region.dataset.live) return;
    source = new EventSource(region.dataset.events);
    for (const kind of ["status", "files"]) {
      source.addEventListener(kind, async () => {
        await refresh(region).catch(() => undefined);
        if (!region.dataset.live) source.close();
      });
    }
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

const region = document.querySelector("main > [data-live]");
later(region);
if (region?.dataset.events) listen(region);
