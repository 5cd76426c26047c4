// Pictures: copying to the clipboard, and showing a choice at once. Downloads and the
// form need none of this.

import { $, $$, say } from "./app.js";

// Safari takes only a promise: by the time the picture is here, the click is forgotten.
const picture = (url) => fetch(url).then((answer) => answer.ok ? answer.blob() : Promise.reject(new Error(String(answer.status))));

const acts = {
  copyPicture: async (button) => {
    const { picture: url } = button.closest("[data-picture]").dataset;
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture(url) })]);
    say("The picture is on the clipboard.");
  },
  copyText: async (button) => {
    await navigator.clipboard.writeText($(`#${button.dataset.copyText}`).value);
    say("The text is on the clipboard.");
  },
};

const show = () => {
  for (const button of $$("[data-copy-picture]")) button.hidden = !(navigator.clipboard?.write && window.ClipboardItem);
  for (const button of $$("[data-copy-text]")) button.hidden = !navigator.clipboard;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy-picture], [data-copy-text]");
  const act = button && Object.keys(acts).find((name) => name in button.dataset);
  if (act) acts[act](button).catch(() => say("Your browser did not allow that. Download the picture instead."));
});

document.addEventListener("change", (event) => event.target.closest?.("[data-submit-changes]")?.requestSubmit());
document.addEventListener("htmx:afterSettle", show);
show();
