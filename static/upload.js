// Files travel in parts, by the tus protocol: what has arrived is kept, and a
// broken line, a reload or another server goes on from there. Without this file
// the form sends everything in one request.

import { $, $$, say, showAlert } from "./app.js";
import { Pace, counted, inTime, size } from "./amounts.js";
import { heldFor, passing, problemOf, refusalIn, secondsToWait, status } from "./answers.js";
import { canSlim } from "./archive.js";
import { listenForFiles, prepared } from "./choose.js";
import { button, element, showInTitle, tagOf } from "./rows.js";

const form = $("[data-upload]");
const resumable = Boolean(globalThis.tus?.isSupported);

// ── A file, its row, and how far it is. ──

const items = [];
const live = () => items.filter((item) => item.state !== "done");

const newItem = (file, name, left) => {
  const tag = tagOf(file, name);
  const item = { file, name, left, tag, sent: 0, kept: 0, state: "chosen", prefix: file.size.toString(16).padStart(12, "0") + tag };
  item.row = element("li", "file-row");
  item.text = element("span", "file-state");
  item.bar = Object.assign(document.createElement("progress"), { max: Math.max(1, file.size), value: 0 });
  item.bar.setAttribute("aria-label", `Sent of ${name}`);
  item.pause = button(["Pause", name], () => item.state === "paused" || item.state === "failed" ? go(item) : pause(item));
  item.remove = button(["Remove", name], () => remove(item));
  const actions = element("span", "file-actions");
  actions.append(item.pause, item.remove);
  const label = element("span", "file-name", name);
  label.title = name;
  item.row.append(label, item.text, actions, item.bar);
  show(item);
  return item;
};

const staying = ({ left }) => left ? ` to send; ${counted(left.files, "file", "files")} of ${size(left.bytes)} ${left.files === 1 ? "stays" : "stay"} with you` : "";

const words = {
  chosen: (item) => item.sent ? `${size(item.sent)} of ${size(item.file.size)} are here already` : size(item.file.size) + staying(item),
  waiting: (item) => `Waiting, ${size(item.file.size)}`,
  sending: (item) => `${size(item.sent)} of ${size(item.file.size)}`,
  retrying: () => "The connection broke. Trying again",
  offline: () => "Offline. It goes on by itself",
  held: (item) => item.problem,
  paused: (item) => `Paused at ${size(item.sent)} of ${size(item.file.size)}`,
  failed: (item) => item.problem,
  done: (item) => `${size(item.file.size)}, all here`,
};

const show = (item) => {
  item.row.dataset.state = item.state;
  item.text.textContent = words[item.state](item);
  item.bar.value = item.state === "done" ? item.bar.max : item.sent;
  item.pause.hidden = !sending || item.state === "done";
  item.pause.label({ paused: "Resume", failed: "Try again" }[item.state] ?? "Pause", item.name);
  item.remove.hidden = Boolean(reading);
};

const become = (item, state) => {
  item.state = state;
  show(item);
  overall();
};

// ── Choosing. ──

const list = form && $("[data-chosen]", form);

// A ZIP is made smaller before it stands in the list. Who sends meanwhile waits.
let choosing = Promise.resolve();
const choose = (files) => choosing = choosing.catch(() => {}).then(() => add(files));

const add = async (files) => {
  $("#upload-alert").replaceChildren();
  // A ZIP with thousands of files takes seconds.
  const looking = setTimeout(() => {
    form.classList.add("looking");
    say("Looking at what is in the files");
  }, 400);
  const { ready, refusal } = await prepared(files, Number(form.dataset.maxBytes));
  clearTimeout(looking);
  form.classList.remove("looking");
  for (const { file, name, left } of ready) {
    const item = newItem(file, name, left);
    if (items.some((other) => other.prefix === item.prefix)) continue;
    const earlier = $(`[data-file^="${item.prefix}"]`);
    if (earlier) {
      item.sent = $("progress", earlier).value;
      earlier.hidden = true;
      show(item);
    }
    items.push(item);
    list.append(item.row);
  }
  tidyArrived();
  say(counted(items.length, "file", "files") + " chosen");
  if (refusal) fail(refusal.title, refusal.message, refusal.file);
};

const remove = (item) => {
  clearTimeout(item.timer);
  item.upload?.abort(true).catch(() => {}); // what cannot be deleted expires
  unlock();
  drop(item);
  pump();
};

const drop = (item) => {
  // The keyboard goes on at the next file.
  const next = item.row.contains(document.activeElement) && (item.row.nextElementSibling ?? item.row.previousElementSibling);
  item.row.remove();
  if (next) $(".file-actions button:last-child", next).focus();
  items.splice(items.indexOf(item), 1);
  const earlier = $(`[data-file^="${item.prefix}"]`);
  if (earlier && !item.upload) earlier.hidden = false;
  tidyArrived();
  if (!items.length) busy(false);
  say(`${item.name} removed`);
};

// What was chosen again stands among the chosen, and not among the earlier ones.
const tidyArrived = () => {
  const box = $("[data-arrived]");
  if (box) box.hidden = !$$("[data-file]", box).some((row) => !row.hidden);
};

// ── Sending. ──

let sending = false;
let finding = false; // while it is asked what has arrived already
let reading = null; // what ends the reading, while it goes on
let scoped = false; // whether the session knows where its uploads are

const overallText = form && $("[data-sending-text]", form);
const overallBar = form && $("[data-sending-bar]", form);
let said = "";

let pace = new Pace();

const overall = () => {
  if (!sending || reading) return;
  const all = items.reduce((sum, item) => sum + item.file.size, 0);
  const sent = items.reduce((sum, item) => sum + (item.state === "done" ? item.file.size : item.sent), 0);
  const percent = all ? sent / all * 100 : 100;
  overallBar.value = percent;
  const states = new Set(live().map((item) => item.state));
  let [state, short] = ["Sending", ""];
  if (states.has("offline")) [state, short] = ["Offline. It goes on by itself", "Offline"];
  else if (states.has("retrying")) [state, short] = ["The connection broke. Trying again", "Trying again"];
  else if (states.size && [...states].every((s) => s === "paused")) state = short = "Paused";
  else if (states.has("held") && !states.has("sending")) [state, short] = ["Waiting, as the server asks", "Waiting"];
  else if (states.has("failed") && !states.has("sending")) state = short = "Stopped";
  if (short) pace = new Pace();
  const left = short ? undefined : pace.left(sent, all);
  const rest = left === undefined ? "" : `, about ${inTime(left)} left`;
  overallText.textContent = `${state}: ${size(sent)} of ${size(all)}${rest}`;
  const floored = `${Math.floor(percent)}%`;
  showInTitle(short ? `${short} at ${floored}` : floored + rest);
  // Not each step is worth a word: what has changed, and every quarter.
  const worth = `${state} ${Math.floor(sent / Math.max(1, all) * 4)}`;
  if (worth !== said) say(overallText.textContent);
  said = worth;
};

const busy = (on) => {
  sending = on;
  form.classList.toggle("busy", on);
  const stage = $("[data-sending]", form);
  const held = stage.contains(document.activeElement);
  stage.hidden = !on;
  if (!on) {
    showInTitle("");
    if (held) $("[type=submit]", form).focus({ preventScroll: true });
    reading?.abort();
    reading = null;
    $("#reading", form).replaceChildren();
  }
  for (const item of items) show(item);
};

const fail = (title, message, file) => {
  const alert = $("#upload-alert", form);
  showAlert(alert, title, message, file);
  alert.scrollIntoView({ block: "nearest" });
};

// The first file of a session brings it a place for its uploads. Answers that
// cross would each bring a session of their own, so it goes ahead alone: in this
// tab, and where the browser has locks before those of all other tabs, for a time.
const lockTime = 20000;
let unlock = () => {}; // lets other tabs go on

const start = (item) => {
  if (scoped || !navigator.locks) {
    item.upload.start();
    return;
  }
  const turn = item.turn = {};
  const goOn = () => {
    if (item.turn !== turn || item.state !== "sending") return false; // paused meanwhile
    item.turn = null;
    item.upload.start();
    return true;
  };
  navigator.locks.request("uploads", { signal: AbortSignal.timeout(lockTime) }, () => {
    const answered = new Promise((resolve) => { unlock = resolve; });
    return goOn() ? answered : undefined;
  }).catch(goOn);
};

// Two at a time, once the session knows where its uploads are.
const pump = () => {
  if (!sending || finding) return;
  const under = items.filter((item) => ["sending", "retrying", "offline", "held"].includes(item.state)).length;
  const room = (scoped ? 2 : 1) - under;
  for (const item of items.filter((item) => item.state === "waiting").slice(0, Math.max(0, room))) go(item);
  if (!live().length && !reading) read();
};

const go = (item) => {
  clearTimeout(item.timer);
  if (!item.upload) item.upload = newUpload(item);
  become(item, "sending");
  start(item);
};

const hold = (item, error) => {
  const seconds = secondsToWait(error.originalResponse.getHeader("Retry-After"));
  item.problem = heldFor(problemOf(error), seconds);
  item.timer = setTimeout(() => go(item), seconds * 1000);
  item.sent = item.kept; // a part that is refused was sent for nothing
  become(item, "held");
};

const pause = (item) => {
  clearTimeout(item.timer);
  item.upload?.abort();
  unlock();
  become(item, "paused");
  pump();
};

const newUpload = (item) => new tus.Upload(item.file, {
  endpoint: form.dataset.filesUrl,
  uploadUrl: item.url ?? null,
  chunkSize: Number(form.dataset.partBytes),
  uploadDataDuringCreation: item.file.size <= Number(form.dataset.partBytes),
  metadata: { filename: item.name, tag: item.tag },
  headers: form.dataset.csrfToken ? { "X-CSRF-Token": form.dataset.csrfToken } : {}, // deleting takes it
  storeFingerprintForResuming: false,
  retryDelays: [0, 1000, 2000, 4000, 8000, 15000],
  onShouldRetry: (error, attempt, options) => {
    const code = status(error);
    if ([405, 501].includes(code) && !options.overridePatchMethod) {
      options.overridePatchMethod = true; // something in between knows no PATCH
      return true;
    }
    if (!navigator.onLine || !passing(code) || problemOf(error).code === "data_elsewhere") return false;
    become(item, "retrying");
    return true;
  },
  onUploadUrlAvailable: () => {
    scoped = true;
    unlock();
    pump();
  },
  onProgress: (sent) => {
    item.sent = sent;
    if (item.state !== "paused") become(item, "sending");
  },
  onChunkComplete: (_, kept) => {
    item.kept = kept;
  },
  onSuccess: () => {
    item.url = item.upload.url;
    become(item, "done");
    pump();
  },
  onError: (error) => {
    unlock();
    const code = status(error);
    if (code === 429) {
      hold(item, error);
      return;
    }
    if (code === 0) {
      // A line may be gone for hours. It goes on when it is back.
      become(item, navigator.onLine ? "retrying" : "offline");
      item.timer = setTimeout(() => go(item), 15000);
      return;
    }
    item.problem = problemOf(error).message ?? `It was refused (${code}).`;
    become(item, "failed");
    say(`${item.name}: ${item.problem}`);
    pump();
  },
});

const send = async () => {
  await choosing;
  if (sending) return;
  $("#upload-alert", form).replaceChildren();
  if (!items.length && !whole().length) {
    fail("No file was chosen.", "Choose at least one ZIP or JSON file from Spotify.");
    return;
  }
  busy(true);
  said = "";
  pace = new Pace();
  const stage = $("[data-sending]", form);
  stage.focus({ preventScroll: true });
  stage.scrollIntoView({ block: "nearest" });
  for (const item of live()) become(item, "waiting");
  finding = true; // a file that is paused meanwhile stays so
  await find();
  finding = false;
  pump();
};

// find asks what has arrived of the files already, here or in another tab.
const find = async () => {
  try {
    const answer = await fetch(form.dataset.filesUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    for (const known of (await answer.json()).items) {
      scoped = true;
      const item = items.find(({ prefix }) => known.id.startsWith(prefix));
      if (!item || item.url || item.upload) continue;
      item.url = `${form.dataset.filesUrl}/${known.id}`;
      item.sent = item.kept = known.arrived;
    }
  } catch {
    // Then they are sent from the beginning.
  }
};

addEventListener("online", () => {
  for (const item of items) {
    if (item.state === "offline" || item.state === "retrying") go(item);
  }
});
addEventListener("offline", () => {
  for (const item of items) {
    if (item.state === "sending" || item.state === "retrying") become(item, "offline");
  }
});

// ── Reading. ──

// whole are the files of earlier attempts that are here as a whole.
const whole = () => $$("[data-arrived] [name=whole]")
  .map((input) => input.value)
  .filter((id) => !items.some((item) => id.startsWith(item.prefix)));

const hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

let importID = "";

// An import is named by its sender: who asks twice has it done once. What stands
// in between may have lost an instance, and the next one does it.
const readDelays = [500, 1500, 4000];

const askToRead = async (body, signal) => {
  for (let attempt = 0; ; attempt++) {
    const last = attempt === readDelays.length;
    try {
      const answer = await fetch(form.dataset.importsUrl, { method: "POST", body, headers: { Accept: "application/json" }, signal });
      if (answer.status === 429) {
        // Not refused: it has its turn later.
        const seconds = secondsToWait(answer.headers.get("Retry-After"));
        overallText.textContent = heldFor(await refusalIn(answer), seconds);
        say(overallText.textContent);
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        signal.throwIfAborted();
        overallText.textContent = "Sent. Now it is read.";
        attempt = -1;
        continue;
      }
      if (last || ![502, 503, 504].includes(answer.status)) return answer;
    } catch (error) {
      if (last || signal.aborted) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, readDelays[attempt]));
    signal.throwIfAborted();
  }
};

const importPage = () => `${form.dataset.importsUrl}/${importID}`;

// The progress leads to the import's page when it is over. But the answer to the
// request itself is on its way, and says it here, beside the files; only when it
// does not come is that page the place to go.
const answerTime = 3000;
let overdue = 0;

const listenForProgress = () => {
  $("#reading", form).addEventListener("htmx:beforeOnLoad", (event) => {
    const leads = event.detail.xhr.getResponseHeader("HX-Redirect") === importPage();
    if (reading && !leads) return;
    event.preventDefault();
    if (reading && !overdue) overdue = setTimeout(() => location.assign(importPage()), answerTime);
  });
};

const read = async () => {
  importID ||= hex(crypto.getRandomValues(new Uint8Array(16)));
  const page = location.href;
  const here = importPage();
  const body = new URLSearchParams({ id: importID });
  for (const id of whole()) body.append("file", id);
  for (const item of items) body.append("file", item.url.slice(item.url.lastIndexOf("/") + 1));
  const mode = form.elements.mode?.value;
  if (mode) body.set("mode", mode);

  reading = new AbortController();
  for (const item of items) show(item);
  overallBar.value = 100;
  overallText.textContent = "Sent. Now it is read.";
  showInTitle("Reading");
  say("Sent. Now it is read.");
  const answering = askToRead(body, reading.signal);
  // From here on a reload shows how far it is.
  history.replaceState(history.state, "", here);
  // With a source, or htmx would tell of the answer at the body, where nobody listens.
  const place = $("#reading", form);
  htmx.ajax("GET", form.dataset.progressUrl + importID, { source: place, target: place, swap: "innerHTML" });
  let answer, problem;
  try {
    answer = await answering;
    // Whole, before what waits for it is called off below.
    if (!answer.ok) problem = await refusalIn(answer);
  } catch (error) {
    if (error.name === "AbortError") {
      history.replaceState(history.state, "", page);
      return;
    }
    // Whoever answers there goes on with it.
    location.assign(here);
    return;
  } finally {
    clearTimeout(overdue);
    overdue = 0;
  }
  if (answer.status === 202) {
    location.assign(here);
    return;
  }
  if (answer.ok) {
    overallText.textContent = "Read. Here is the receipt.";
    location.replace(form.dataset.doneUrl);
    return;
  }
  history.replaceState(history.state, "", page);
  busy(false);
  if (answer.status < 500) {
    // What had arrived is not there any more. The file at fault is of no use; the
    // others can be sent again.
    importID = "";
    scoped = false; // with the next file the session gets another place
    const refused = items.find(({ name }) => name === problem.file);
    if (refused) drop(refused);
    for (const item of items) {
      Object.assign(item, { upload: null, url: null, sent: 0, kept: 0 });
      become(item, "chosen");
    }
    for (const row of $$("[data-arrived]")) row.remove();
  }
  fail(problem.title ?? `The upload was refused (${answer.status}).`, problem.message ?? "Nothing was changed. Try again.", problem.file);
};

const stop = () => {
  const during = reading;
  busy(false); // before the files change, or the status would call them paused
  for (const item of live()) {
    clearTimeout(item.timer);
    item.upload?.abort();
    become(item, item.sent ? "paused" : "chosen");
  }
  unlock();
  fail("Stopped.", during ? "Nothing was changed." : "What has arrived is kept for a day. Send again to go on.");
};

if (form && resumable) {
  form.classList.add("in-parts");
  form.classList.toggle("slims", canSlim);
  listenForFiles(form, { take: choose, mayDrop: () => !sending, fail });
  listenForProgress();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  $("[data-stop]", form).addEventListener("click", stop);
  // A page from the back button's cache may still say that it is sending.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
