// Choosing files: from the field, from a folder, or dropped anywhere on the page.
// What cannot come from Spotify is refused here, before it is sent.

import { $ } from "./app.js";
import { beginsLikeOurs, slimmed } from "./archive.js";
import { size } from "./amounts.js";

const named = (file) => ({ file, name: file.webkitRelativePath || file.name });
const namedLikeOurs = ({ name }) => /\.(zip|json)$/i.test(name);
const fromSpotify = (chosen) => namedLikeOurs(chosen) && !/(^|\/)(__MACOSX\/|\.)/.test(chosen.name);

// walk gives the files of a folder that was dropped.
const walk = async (entry, path = "") => {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, name: path + file.name }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    for (const child of some) found.push(...await walk(child, `${path}${entry.name}/`));
  }
};

const dropped = async (transfer) => {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files].map(named);
  const found = [];
  for (const entry of entries) found.push(...await walk(entry));
  return found.filter(fromSpotify);
};

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

const nothingFound = ["Nothing in that folder is from Spotify.", "Choose the folder that holds the ZIP or the JSON files."];

// listenForFiles hands over what is chosen, while mayDrop says so.
export const listenForFiles = (form, { take, mayDrop, fail }) => {
  const input = form.elements.files;
  input.required = false; // what was dropped or came in a folder is not in it
  const takeFromField = () => {
    take([...input.files].map(named));
    input.value = ""; // the same file can be chosen again
  };
  input.addEventListener("change", takeFromField);
  if (input.files.length) takeFromField(); // somebody was faster than this script

  const folder = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true, multiple: true });
  folder.addEventListener("change", () => {
    const found = [...folder.files].map(named).filter(fromSpotify);
    folder.value = "";
    if (found.length) take(found);
    else fail(...nothingFound);
  });
  $("[data-choose-folder]", form).addEventListener("click", () => folder.click());

  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(type, async (event) => {
      if (!carriesFiles(event)) return;
      // Anywhere on the page counts, so that a near miss does not open the file.
      event.preventDefault();
      $("[data-drop]", form).classList.toggle("over", type === "dragenter" || type === "dragover");
      if (type !== "drop" || !mayDrop()) return;
      try {
        const found = await dropped(event.dataTransfer);
        if (!found.length) {
          fail(...nothingFound);
          return;
        }
        await take(found);
      } catch {
        fail("That folder cannot be read.", "Choose its files instead.");
        return;
      }
      form.scrollIntoView({ block: "nearest" });
      $("[type=submit]", form).focus();
    });
  }
};

// looksLikeOurs says whether a file begins like a ZIP or like JSON, whatever its
// name.
const looksLikeOurs = async (file) => beginsLikeOurs(new Uint8Array(await file.slice(0, 1024).arrayBuffer()));

const tooLarge = ({ file, left }, name, maxBytes) => ({
  title: "That is too large",
  message: `${left ? "Even without what is not read here, “" : "“"}${name}” has ${size(file.size)}, and this site takes ${Math.floor(maxBytes / 2 ** 20)} MB in one go. `
    + (/\.zip$/i.test(name) ? "Unzip it and choose the JSON files in it, some of them at a time; they add up." : "No file from Spotify is as large as that."),
  file: name,
});

const others = (count) => count ? ` and ${count === 1 ? "one more file" : `${count} more files`}` : "";

// prepared makes the chosen files ready to be sent, and says of those that are not
// why. Nothing of them leaves the browser here.
export const prepared = async (files, maxBytes) => {
  const [ready, strange] = [[], []];
  let refusal;
  for (const { file, name } of files) {
    try {
      if (!namedLikeOurs({ name }) && !await looksLikeOurs(file)) {
        strange.push(name);
        continue;
      }
      const slim = await slimmed(file);
      if (slim.file.size > maxBytes) refusal = tooLarge(slim, name, maxBytes);
      else ready.push({ ...slim, name });
    } catch {
      refusal = { title: "That file cannot be read", message: `The browser cannot open “${name}”. Choose it again.`, file: name };
    }
  }
  if (strange.length) {
    const [first] = strange;
    const they = strange.length === 1 ? "is neither a ZIP nor a JSON file, so it was not taken" : "are neither ZIP nor JSON files, so they were not taken";
    refusal = {
      title: strange.length === 1 ? "That is not a file from Spotify" : "Those are not files from Spotify",
      message: `“${first}”${others(strange.length - 1)} ${they}. Choose the ZIP as Spotify sent it, or the JSON files inside it.`,
      file: first,
    };
  }
  return { ready, refusal };
};
