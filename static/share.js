// Hands a picture or a video to the apps of the device, where the browser can. The
// file is fetched when it is asked for, since making it takes a moment; then sharing
// may need a second press, because browsers forget the first one meanwhile.

const fetched = new Map();

const fileOf = async ({ share, name, type }) => {
  const answer = await fetch(share, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return new File([await answer.blob()], name, { type });
};

const canShare = (type) => {
  try {
    return Boolean(navigator.canShare?.({ files: [new File([""], "a", { type })] }));
  } catch {
    return false;
  }
};

const show = (root) => {
  for (const button of root.querySelectorAll("[data-share][hidden]")) button.hidden = !canShare(button.dataset.type);
};

// offerSharing shows the buttons where there is something to share with.
export const offerSharing = () => {
  show(document);
  document.addEventListener("htmx:afterSwap", () => show(document));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-share]");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    const { share } = button.dataset;
    button.setAttribute("aria-busy", "true");
    try {
      if (!fetched.has(share)) fetched.set(share, await fileOf(button.dataset));
      await navigator.share({ files: [fetched.get(share)] });
    } catch (error) {
      if (error.name === "NotAllowedError") button.textContent = "Share now";
      else if (error.name !== "AbortError") button.textContent = "Try again";
    }
    button.removeAttribute("aria-busy");
  });
};
