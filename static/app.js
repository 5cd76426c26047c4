// Everything on these pages works without this file. It adds what a form and a
// link cannot do, such as dragging a range. Uploads have a file of their own.

import { offerSharing } from "./share.js";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

document.documentElement.classList.add("script");

export const say = (text) => {
  const status = $("#status");
  if (status && text) status.textContent = text;
};

// ── Colours: the form is sent without leaving the page. ──

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  const body = new URLSearchParams(new FormData(form));
  body.set(name, value);
  document.documentElement.dataset.theme = value;
  for (const button of $$("button", form)) button.setAttribute("aria-pressed", String(button === event.submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual" })
    .then(({ type }) => type === "opaqueredirect" || Promise.reject(type))
    .catch(() => say("The choice of colours could not be kept."));
});

// ── The time zone: the browser's own is told once, unless somebody chose one. ──

const tellZone = () => {
  const { zoneUrl, zoneKnown } = document.documentElement.dataset;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zoneUrl || !own || own === zoneKnown) return;
  fetch(zoneUrl, { method: "POST", body: new URLSearchParams({ told: own }) }).then(({ ok }) => {
    const shown = $("[data-zone-shown]")?.dataset.zoneShown;
    // A browser that keeps no cookies would come back without it for ever.
    const again = performance.getEntriesByType("navigation")[0]?.type === "reload";
    if (ok && shown && shown !== own && !again && !new URLSearchParams(location.search).has("tz")) location.reload();
  }).catch(() => {});
};

// A link to a chip opens it.
document.addEventListener("click", (event) => {
  const summary = $(event.target.closest?.("[data-opens]")?.dataset.opens ?? ":not(*)");
  if (!summary) return;
  event.preventDefault();
  event.stopPropagation();
  summary.parentElement.open = true;
  summary.focus();
}, true);

// ── Chips that open: one at a time, closed by Escape or a click elsewhere. ──

const openPopovers = () => $$("[data-popover][open]");

document.addEventListener("click", (event) => {
  for (const popover of openPopovers()) {
    if (!popover.contains(event.target)) popover.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const popover of openPopovers()) {
    popover.open = false;
    $("summary", popover).focus();
  }
});

// A popover never reaches over the edge of the window.
document.addEventListener("toggle", (event) => {
  const popover = event.target;
  if (!popover.matches?.("[data-popover]") || !popover.open) return;
  const panel = $(".pop", popover);
  panel.classList.remove("from-end");
  if (panel.getBoundingClientRect().right > document.documentElement.clientWidth - 8) panel.classList.add("from-end");
  // On a touch screen the focus would bring the keyboard up over the panel.
  if (matchMedia("(pointer: fine)").matches) $("input:not([type=hidden])", panel)?.focus({ preventScroll: true });
}, true);

// ── Charts: what a mark says stands beside it while it is pointed at, touched or
//    focused. Without this script the browser shows its title. ──

const readout = document.createElement("p");
readout.className = "readout";
readout.hidden = true;
readout.setAttribute("aria-hidden", "true"); // a link says it itself
document.body.append(readout);

const markOf = (target) => target?.closest?.("svg :is(a, rect):is([data-says], :has(> title)), :is(.month-links, .years, .heat-cells, .calendar-cells) :is([title], [data-says])");

const saysOf = (mark) => mark.dataset.says ?? (mark.title || $("title", mark)?.textContent) ?? "";

// trace draws the bars of months once more, in the colour of what is pointed at.
const trace = (...months) => {
  for (const path of $$(".bars .pointed")) path.removeAttribute("d");
  const plot = months[0]?.closest("[data-walk]");
  if (!plot) return;
  const all = monthsOf(plot);
  const bars = $$(".bars path:not(.part, .pointed)", plot).map((path) => path.getAttribute("d")).join("");
  $(".bars .pointed", plot).setAttribute("d", months.map((month) => new RegExp(`M${all.indexOf(month)} [^M]*`).exec(bars)?.[0]).join(""));
};

// show puts the readout above its mark, or below it where there is no room.
const show = (mark, more = "") => {
  readout.hidden = !mark;
  trace(mark);
  if (!mark) return;
  if (!mark.dataset.says) {
    // The browser would show the title as well, over the readout.
    mark.dataset.says = saysOf(mark);
    $("title", mark)?.remove();
    mark.removeAttribute("title");
    if (mark.matches("a")) mark.setAttribute("aria-label", mark.dataset.says);
  }
  readout.textContent = mark.dataset.says + more;
  const [at, own] = [mark.getBoundingClientRect(), readout.getBoundingClientRect()];
  const left = at.left + (at.width - own.width) / 2;
  readout.style.left = `${Math.max(8, Math.min(document.documentElement.clientWidth - own.width - 8, left))}px`;
  readout.style.top = `${at.top - own.height - 8 < 4 ? at.bottom + 8 : at.top - own.height - 8}px`;
};

const showFocused = () => show(document.activeElement?.matches(":focus-visible") ? markOf(document.activeElement) : null);

document.addEventListener("pointerover", (event) => {
  const mark = markOf(event.target);
  if (mark) show(mark);
});
document.addEventListener("pointerout", (event) => {
  // What a finger touched stays readable after it is lifted.
  if (event.pointerType !== "touch" && markOf(event.target) && !markOf(event.relatedTarget)) showFocused();
});
document.addEventListener("focusin", (event) => {
  const mark = markOf(event.target);
  if (mark) show(mark);
});
document.addEventListener("focusout", (event) => { if (markOf(event.target)) show(null); });
document.addEventListener("scroll", () => show(null), { capture: true, passive: true });

// A cell smaller than a fingertip is read first, and followed by a second tap.
let finger = false;
let tapped = null;

document.addEventListener("pointerdown", (event) => {
  finger = event.pointerType === "touch";
  if (!markOf(event.target)) show(null);
}, true);

document.addEventListener("click", (event) => {
  const mark = markOf(event.target);
  const again = mark === tapped;
  tapped = mark;
  if (!finger || !mark || again || !mark.closest("[aria-hidden] a, [data-marks] a")) return;
  event.preventDefault();
  show(mark, ". Tap again to open it.");
}, true);

// ── The spine: drag over months to choose a range, walk them with the arrows. ──

let drag = null;

const monthsOf = (plot) => $$(".month-links a", plot);

const monthAt = (plot, x) => {
  const box = plot.getBoundingClientRect();
  const count = monthsOf(plot).length;
  return Math.max(0, Math.min(count - 1, Math.floor((x - box.left) / box.width * count)));
};

// daysOf are the first and the last day of a month.
const daysOf = (month) => {
  const name = new URL(month.href).searchParams.get("from"); // 2019-03
  const [year, number] = name.split("-");
  return [`${name}-01`, `${name}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`];
};

const monthName = (month) => saysOf(month).split(":")[0];

const clamp = (date, input) => {
  if (input.min && date < input.min) return input.min;
  if (input.max && date > input.max) return input.max;
  return date;
};

document.addEventListener("pointerdown", (event) => {
  const plot = event.target.closest?.("[data-spine]");
  if (!plot || event.button !== 0 || !event.isPrimary) return;
  drag = { plot, months: monthsOf(plot), x: event.clientX, start: monthAt(plot, event.clientX), moved: false, chip: $("#chip-range") };
  drag.label = [...drag.chip.childNodes];
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.moved && Math.abs(event.clientX - drag.x) < 6) return;
  if (!drag.moved) {
    drag.moved = true;
    drag.plot.classList.add("dragging");
    drag.plot.setPointerCapture(event.pointerId);
  }
  const now = monthAt(drag.plot, event.clientX);
  drag.first = Math.min(drag.start, now);
  drag.last = Math.max(drag.start, now);
  drag.months.forEach((month, i) => month.classList.toggle("picked", i >= drag.first && i <= drag.last));
  trace(...drag.months.slice(drag.first, drag.last + 1));
  const [first, last] = [monthName(drag.months[drag.first]), monthName(drag.months[drag.last])];
  drag.chip.textContent = first === last ? first : `${first} – ${last}`;
});

const endDrag = () => {
  const ended = drag;
  drag = null;
  if (!ended?.moved) return null;
  ended.plot.classList.remove("dragging");
  for (const month of ended.months) month.classList.remove("picked");
  trace();
  return ended;
};

document.addEventListener("pointerup", () => {
  const ended = endDrag();
  if (!ended) return;
  // The click that follows would open the month under the pointer.
  const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
  const form = $("[data-range-form]");
  form.elements.from.value = clamp(daysOf(ended.months[ended.first])[0], form.elements.from);
  form.elements.to.value = clamp(daysOf(ended.months[ended.last])[1], form.elements.to);
  form.requestSubmit();
});

document.addEventListener("pointercancel", () => {
  const ended = endDrag();
  if (ended) ended.chip.replaceChildren(...ended.label);
});

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.("[data-spine]")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drag) {
    const ended = endDrag();
    if (ended) ended.chip.replaceChildren(...ended.label);
    return;
  }
  if (event.key === "Escape") show(null);
  const month = event.target.closest?.("[data-walk] .month-links a");
  if (!month) return;
  const months = monthsOf(month.closest("[data-walk]"));
  const at = months.indexOf(month);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: months.length - 1, PageUp: at - 12, PageDown: at + 12 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  moveStop(month, months[Math.max(0, Math.min(months.length - 1, to))]);
});

// moveStop moves the one stop of the Tab key, and the focus with it.
export const moveStop = (from, to) => {
  from.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
};

// The months are one stop of the Tab key instead of a hundred.
const rove = () => {
  for (const plot of $$("[data-walk]")) {
    const months = monthsOf(plot);
    const stop = $(".month-links .lit a", plot) ?? months[0];
    for (const month of months) month.setAttribute("tabindex", month === stop ? "0" : "-1");
  }
};

// ── The search of everything: "/" leads to it, the arrows through what it found. ──

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !event.target.closest?.("input, textarea, select, [contenteditable]")) {
    const field = $("#search-q") ?? $("#find");
    if (!field?.checkVisibility()) return;
    event.preventDefault();
    field.focus();
    field.select();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = $("[data-finds]");
  const found = field && $(field.dataset.finds);
  if (!step || !found || event.target !== field && !found.contains(event.target)) return;
  const links = [field, ...$$("a", found)];
  const next = links[links.indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// ── Swaps by htmx. ──

document.addEventListener("htmx:beforeSwap", (event) => {
  const { boosted, isError, pathInfo } = event.detail;
  // A page that could not be shown is a page of its own.
  if (isError && boosted) {
    event.detail.shouldSwap = false;
    location.assign(pathInfo.finalRequestPath);
  }
});

// What the focus goes back to when a swap has taken away what held it.
let anchor = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  $("#alert")?.replaceChildren();
  show(null);
  const { elt } = event.detail;
  const id = elt.closest("details")?.querySelector("summary")?.id || elt.id;
  const plot = elt.closest("[data-walk]");
  anchor = plot ? `#${plot.closest("[id]").id} [href="${elt.getAttribute("href")}"]` : id ? `#${id}` : null;
});

const refocus = (place) => {
  if (document.activeElement === document.body) place?.focus({ preventScroll: true });
};

document.addEventListener("htmx:afterSettle", (event) => {
  const { target } = event.detail;
  if (target?.id === "list") {
    // A page turned holds as much as the one before; its place in the list is new.
    say($$("#list [data-announce-count], #list .pager > span").map((part) => part.textContent).join(": "));
    refocus($("#list"));
  }
  // It comes here once for each element that took the place of the link.
  if (target?.matches(".older") && !returning) refocus($("a", event.target));
  press();
  if (target?.id === "page") {
    say($("#lens")?.dataset.announce);
    refocus((anchor && $(anchor)) ?? $("#chips"));
  }
  settle();
});

// ── How often "Older" was pressed stands in the address, behind a #. Who comes back
// from a page finds the whole list again, and the place in it. ──

const mostOlder = 30;
const olderPressed = () => Math.min(Number(/^#older-(\d+)$/.exec(location.hash)?.[1] ?? 0), mostOlder);
let returning = false;

document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (!returning && detail.xhr.status === 200 && target.matches(".older")) {
    history.replaceState(history.state, "", `#older-${Math.min(olderPressed() + 1, mostOlder)}`);
  }
});

// After going back in place, how far one had scrolled is that of the page before.
let popped = false;
addEventListener("popstate", () => { popped = true; });
addEventListener("pagehide", () => {
  if (olderPressed() && !popped) history.replaceState({ ...history.state, scroll: scrollY }, "");
});

const olderAgain = async () => {
  const { scroll } = history.state ?? {};
  returning = true;
  try {
    for (let times = olderPressed(), link, before; times > 0 && (link = $(".older a")) && link !== before; times--) {
      before = link;
      await htmx.ajax("GET", link.getAttribute("hx-get"), { source: link, target: link.closest(".older"), swap: "outerHTML" });
    }
  } catch {
    // The line broke: what is there stays, with the way to the rest.
  } finally {
    returning = false;
  }
  if (scroll && scrollY < scroll) scrollTo(0, scroll);
};
if (olderPressed()) olderAgain();

// htmx notes the last address in the browser's storage. An address may hold what
// somebody searched for, and nothing here needs the note.
const forgetAddress = () => sessionStorage.removeItem("htmx-current-path-for-history");
document.addEventListener("htmx:pushedIntoHistory", forgetAddress);
document.addEventListener("htmx:replacedInHistory", forgetAddress);

document.addEventListener("htmx:sendError", () => {
  showAlert($("#alert"), "The connection broke.", "Check it and try again.");
});

// ── What went wrong, where it happened. ──

export const showAlert = (place, title, message, file) => {
  const box = document.createElement("div");
  box.className = "alert";
  for (const [name, text] of [["alert-title", title], ["alert-file", file], ["", message]]) {
    if (!text) continue;
    const line = document.createElement("p");
    line.className = name;
    line.textContent = text;
    box.append(line);
  }
  place.replaceChildren(box);
};

// ── What has to be put right after a page or a swap. ──

const settle = () => {
  rove();
  // Rows that scroll sideways show what is chosen in them.
  for (const row of $$(".tabs")) {
    const current = $("[aria-current], .current, .lit", row);
    if (!current || row.scrollWidth <= row.clientWidth) continue;
    const [outer, inner] = [row.getBoundingClientRect(), current.getBoundingClientRect()];
    row.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  }
};

// A form that only waits to be sent is, once: looking at a page changes nothing,
// so what is to change needs its button.
const press = () => {
  const form = $("form[data-press]:not([data-pressed])");
  if (!form) return;
  form.dataset.pressed = "";
  form.requestSubmit();
};

// A page that comes back from the browser's memory may show what was deleted since:
// it is asked for once more, and loaded anew when it is no longer to be had.
addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  $("#imported")?.remove(); // it was said
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer && !answer.ok) location.reload();
});

settle();
forgetAddress();
press();
tellZone();
offerSharing();

// A browser that drops a transition between two pages reports it to the page,
// which has nothing to do about it: the page is there all the same.
addEventListener("unhandledrejection", (event) => {
  if (/^(InvalidState|Abort)Error$/.test(event.reason?.name) && event.reason.message.includes("Transition")) event.preventDefault();
});
