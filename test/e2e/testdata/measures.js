// What can be measured on a page, as the walk does: what reaches over the edge, and
// what is cut off where nobody sees that there is more.
(() => {
  const wrong = [];
  const wide = document.documentElement.clientWidth;
  const name = (e) => {
    const own = (e) => e.localName + (e.id && !/\d/.test(e.id) ? `#${e.id}` : "") + [...e.classList].map((c) => `.${c}`).join("");
    return e.parentElement ? `${own(e.parentElement)} > ${own(e)}` : own(e);
  };
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth) wrong.push(`scrolls sideways: ${root.scrollWidth} px at ${innerWidth}`);

  const hidden = (e) => !e.checkVisibility({ visibilityProperty: true }) || e.closest(".visually-hidden, .skip");
  const scrolls = (e) => {
    for (let up = e.parentElement; up; up = up.parentElement) {
      if (up !== document.body && up !== document.documentElement && getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  for (const e of document.body.querySelectorAll("*")) {
    if (e instanceof SVGElement && e.localName !== "svg" || hidden(e)) continue;
    const box = e.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const style = getComputedStyle(e);
    if ((box.right > wide + 1 || box.left < -1) && !scrolls(e)) wrong.push(`reaches over the edge: ${name(e)}`);
    if (e instanceof SVGElement) continue;
    const cut = e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
    if (cut && /hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis" && !/input|textarea|select/.test(e.localName)) wrong.push(`cuts off: ${name(e)}`);
    // What scrolls in a box of its own shows by a shadow that there is more.
    if (cut && /auto|scroll/.test(style.overflowX) && style.backgroundImage === "none") wrong.push(`scrolls unseen: ${name(e)}`);
  }
  return { Wrong: [...new Set(wrong)] };
})();
