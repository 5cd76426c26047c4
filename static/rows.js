// What is shown of files: what their rows are made of, the name that each goes by,
// and the title of the tab.

// What the server calls a file begins with its size and this tag: the browser
// finds it again without writing down anything.
export const tagOf = (file, name) => {
  let hash = 0x811c9dc5; // FNV-1a
  for (const byte of new TextEncoder().encode(`${name}\0${file.size}\0${file.lastModified}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
};

export const button = (label, press) => {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "button quiet small";
  b.addEventListener("click", press);
  b.label = (text, name) => {
    b.textContent = text;
    b.setAttribute("aria-label", `${text} ${name}`);
  };
  b.label(...label);
  return b;
};

export const element = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

// Whoever works in another tab meanwhile sees in this one's title how far it is.
const pageTitle = document.title;
export const showInTitle = (text) => {
  document.title = text ? `${text} · ${pageTitle}` : pageTitle;
};
