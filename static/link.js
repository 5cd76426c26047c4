// The page on which devices are linked. A code arrives behind the # of the address,
// which no server and no other site sees; it is taken out of the address and
// sent as if it had been typed.

import { $ } from "./app.js";

const wait = $("[data-link-wait]");

const take = () => {
  const form = $("[data-link-form]");
  const code = location.hash.slice(1);
  if (!form || !/^[0-9A-Za-z]{4}(-?[0-9A-Za-z]{4}){3}$/.test(code)) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.code.value = code;
  form.requestSubmit();
};

take();
addEventListener("hashchange", take);

// ── The code's time, by the server's clock: only the seconds are counted here. ──

if (wait) {
  const end = performance.now() + Number(wait.dataset.seconds) * 1000;
  const left = $("[data-link-left]", wait);
  const says = $("[data-link-says]", wait);
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} more minutes`;
    if (seconds === 300 || seconds === 60) says.textContent = seconds === 60 ? "The code is good for one more minute." : "The code is good for five more minutes.";
    if (!seconds) clearInterval(ticking);
  };
  const ticking = setInterval(tick, 1000);
  tick();
}
